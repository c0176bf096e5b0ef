import { formatPercent } from '../../core/index.js';
import { median } from '../../statistics/order.js';
import type { ArmTrials, Objective } from './runner.js';

/** Rounds before an arm may be given up: a whole block, forwards and backwards. */
export const ROUNDS_OF_BLOCK = 2;
/** Two arms that are alike lie apart by chance in a third of all pairs of two runs; of four, in a 35th. */
const FEW_RUNS = 4;
/** What few runs have to be behind at least, as a share of the leader. */
const CLEARLY = 0.1;

/**
 * Which arms are not worth more runs, and why, by index: those that met the constraints in no run, and those behind
 * the better half all of whose runs are behind all of the leader's, in a few runs clearly so:
 * by more than those of any arm differ among themselves. So a tie stays in, whatever that costs. The first
 * arm stays: the others are compared with it.
 *
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016), with the caution of racing (Maron and Moore, NIPS 1993).
 */
export function leaving(arms: readonly ArmTrials[], objective: Objective): ReadonlyMap<number, string> {
  const gone = new Map<number, string>();
  const standing = arms.map((each, index) => ({ ...each, index })).filter(({ left }) => left === null);
  for (const { index, trials } of standing) {
    if (index > 0 && trials.length >= ROUNDS_OF_BLOCK && trials.every(({ met }) => met === false))
      gone.set(index, `met the constraints in none of ${trials.length} runs`);
  }
  const sign = objective.better === 'higher' ? 1 : -1;
  const able = standing
    .filter(({ index, trials }) => !gone.has(index) && trials.some(({ met }) => met !== false))
    .map(({ index, trials }) => ({
      index,
      values: trials.map(({ value }) => (value === null ? Number.NEGATIVE_INFINITY : sign * value)),
    }))
    .toSorted((a, b) => median(b.values) - median(a.values));
  const [leader] = able;
  if (leader === undefined || leader.values.length < ROUNDS_OF_BLOCK) return gone;
  const least = Math.min(...leader.values);
  const few = leader.values.length < FEW_RUNS;
  const noise = Math.max(
    CLEARLY * Math.abs(median(leader.values)),
    ...able.map(({ values }) => rangeOf(values)),
  );
  const margin = few ? noise : 0;
  for (const { index, values } of able.slice(Math.ceil(able.length / 2))) {
    if (index === 0 || index === leader.index || Math.max(...values) + margin >= least) continue;
    const share = Math.abs(1 - median(values) / median(leader.values));
    const far = Number.isFinite(share) ? ` by ${formatPercent(share)}` : '';
    gone.set(index, `behind the best${far} in all of ${values.length} runs`);
  }
  return gone;
}

function rangeOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
