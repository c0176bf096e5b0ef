import type { RateStage, StepStage } from '../../core/index.js';
import { line } from './line.js';
import type { Piece } from './piece.js';
import { sine } from './sine.js';

/** A stage as formulas. What has no length has no piece. */
export function piecesOf(stage: RateStage): Piece[] {
  switch (stage.shape) {
    case 'const':
      return flat([stage.level, stage.durationMs]);
    case 'ramp':
      return [line(stage.from, stage.to, stage.durationMs * 1e6)];
    case 'step':
      return stepLevels(stage).flatMap((level) => flat([level, stage.everyMs]));
    case 'spike': {
      const { base, peak, atMs, widthMs, durationMs } = stage;
      return flat([base, atMs], [peak, widthMs], [base, durationMs - atMs - widthMs]);
    }
    case 'sine':
      return [sine(stage.mean, stage.amplitude, stage.periodMs * 1e6, stage.durationMs * 1e6)];
  }
}

/** How many levels a step stage has. */
export function stepCount({ from, to, by }: StepStage): number {
  // A last step that is a rounding error high is none.
  return Math.ceil(Math.abs(to - from) / by - 1e-9) + 1;
}

/** The levels one after the other, `to` the last. */
function stepLevels(stage: StepStage): number[] {
  const { from, to, by } = stage;
  const count = stepCount(stage);
  const step = to < from ? -by : by;
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? to : from + i * step));
}

function flat(...parts: readonly (readonly [rate: number, ms: number])[]): Piece[] {
  return parts.filter(([, ms]) => ms > 0).map(([rate, ms]) => line(rate, rate, ms * 1e6));
}
