import type { LevelStage } from '../core/index.js';
import { stepCount } from './curve/pieces.js';

/** A whole number that changes over time. Times are nanoseconds from the start. */
export interface Levels {
  /** Before the start as at it; after the last stage as that ended. */
  at(ns: number): number;
  /** The first instant after `ns` at which the level may be another; infinite when there is none. */
  nextNs(ns: number): number;
}

/** Steps of one height and length; the last ends on `to`. */
interface Stairs {
  readonly startNs: number;
  readonly from: number;
  readonly to: number;
  /** Signed. */
  readonly by: number;
  readonly count: number;
  readonly everyNs: number;
}

/** @param stages one at least, of whole numbers */
export function createLevels(stages: readonly LevelStage[]): Levels {
  let endNs = 0;
  const all = stages.map((stage): Stairs => {
    const stairs = { ...stairsOf(stage), startNs: endNs };
    endNs += stairs.count * stairs.everyNs;
    return stairs;
  });
  const stairsAt = (ns: number) => all.findLast(({ startNs }) => startNs <= ns) ?? (all[0] as Stairs);
  return {
    at: (ns) => {
      const stairs = stairsAt(ns);
      const index = stepAt(stairs, ns);
      return index === stairs.count - 1 ? stairs.to : stairs.from + index * stairs.by;
    },
    nextNs: (ns) => {
      if (ns >= endNs) return Number.POSITIVE_INFINITY;
      const stairs = stairsAt(ns);
      return stairs.startNs + (stepAt(stairs, ns) + 1) * stairs.everyNs;
    },
  };
}

/** The lowest and the highest of their numbers. */
export function levelRange(stages: readonly LevelStage[]): { readonly least: number; readonly most: number } {
  const ends = stages.flatMap((stage) => (stage.shape === 'const' ? [stage.level] : [stage.from, stage.to]));
  return { least: Math.min(...ends), most: Math.max(...ends) };
}

function stairsOf(stage: LevelStage): Omit<Stairs, 'startNs'> {
  if (stage.shape === 'const') {
    return { from: stage.level, to: stage.level, by: 0, count: 1, everyNs: stage.durationMs * 1e6 };
  }
  const { from, to } = stage;
  const sign = to < from ? -1 : 1;
  if (stage.shape === 'step') {
    return { from, to, by: sign * stage.by, count: stepCount(stage), everyNs: stage.everyMs * 1e6 };
  }
  // A line over whole numbers is on each of them for as long.
  const count = Math.abs(to - from) + 1;
  return { from, to, by: sign, count, everyNs: (stage.durationMs * 1e6) / count };
}

/** An instant that rounding has left just before the next step is that step's. */
function stepAt({ startNs, everyNs, count }: Stairs, ns: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor((ns - startNs) / everyNs + 1e-9)));
}
