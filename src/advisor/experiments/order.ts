import { integerBelow, streamOf } from '../../core/index.js';

/**
 * The order of arms in a round: shuffled by the seed, and every second round is the one before it backwards (ABBA,
 * ABCCBA). What drifts in a line then falls on all arms alike, and what comes by chance on none in particular.
 *
 * Source: Cox, Planning of Experiments (1958), chapter 3.
 *
 * @param round from 1
 * @returns every index below `arms` once
 */
export function orderOfRound(arms: number, seed: number, round: number): number[] {
  const block = Math.ceil(round / 2);
  const stream = streamOf('experiment order');
  const order = Array.from({ length: arms }, (_, i) => i);
  for (let left = arms; left > 1; left--) {
    const at = integerBelow(left, seed, stream, block, left);
    [order[left - 1], order[at]] = [order[at] as number, order[left - 1] as number];
  }
  return round % 2 === 1 ? order : order.reverse();
}
