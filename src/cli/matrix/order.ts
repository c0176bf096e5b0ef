import { integerBelow, streamOf } from '../../core/index.js';

/**
 * The order in which the cells of a matrix are run in a round: shuffled by seed and round (Fisher and Yates), so that
 * what drifts on the machine falls on no cell in particular.
 *
 * @param round from 1
 * @returns every index below `cells` once
 */
export function orderOfRound(cells: number, seed: number, round: number): number[] {
  const stream = streamOf('matrix order');
  const order = Array.from({ length: cells }, (_, i) => i);
  for (let left = cells; left > 1; left--) {
    const at = integerBelow(left, seed, stream, round, left);
    [order[left - 1], order[at]] = [order[at] as number, order[left - 1] as number];
  }
  return order;
}
