import type { RateStage } from '../core/index.js';
import { stepCount } from './curve/pieces.js';

/** How long stages last together, ms. */
export function stagesMs(stages: readonly RateStage[]): number {
  return stages.reduce((sum, stage) => sum + stageMs(stage), 0);
}

function stageMs(stage: RateStage): number {
  return stage.shape === 'step' ? stepCount(stage) * stage.everyMs : stage.durationMs;
}
