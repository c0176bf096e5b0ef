import type { RunProgress } from '../../engine/index.js';
import type { LivePhase } from '../../report/index.js';

/** What the stages of a run are called before people. */
export const phaseNames: Readonly<Record<RunProgress['stage'], LivePhase>> = {
  connect: 'connecting',
  prefill: 'prefill',
  warmup: 'warm-up',
  measure: 'measure',
  drain: 'drain',
};
