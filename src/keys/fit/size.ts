import { MOST_UNSEEN } from './candidate.js';
import { expectedDistinct, type Nodes } from './nodes.js';

/** N from ln(N − D + 1): all keys may have been seen, which is N = D, and none less. */
export function sizeOf(distinct: number, hidden: number): number {
  return distinct + Math.expm1(hidden);
}

export function largestSize(distinct: number): number {
  return distinct * MOST_UNSEEN;
}

/** ln(N − D + 1) for the N of which D keys are expected to show, by bisection: more keys, more distinct ones. */
export function hiddenFor(distinct: number, nodesOf: (n: number) => Nodes): number {
  let low = 0;
  let high = Math.log1p(largestSize(distinct) - distinct);
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (expectedDistinct(nodesOf(sizeOf(distinct, middle))) < distinct) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
