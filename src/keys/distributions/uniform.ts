import { integerBelow } from '../../core/index.js';
import { defineDistribution } from '../distribution.js';

/** Every key is as likely as any other: P(rank) = 1/n, to the last bit at every n ≥ 1. */
export const uniform = defineDistribution({
  name: 'uniform',
  about: 'Every key is equally likely',
  example: 'uniform:n=1e6',
  scattered: true,
  bind: ({ n }) => ({
    ranks: (seed, stream) => (hit) => integerBelow(n, seed, stream, hit, 0),
    pmf: () => () => 1 / n,
    cdf: () => (end) => end / n,
  }),
});
