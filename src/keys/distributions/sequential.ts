import { defineDistribution } from '../distribution.js';

/**
 * Hit k takes key k mod n: every key once, in order, then again from the first. Hits are shared out over the
 * workers, so all of them together go through the keys once. Not scattered, unless asked for: then it is a walk
 * through all keys in an order that looks random.
 */
export const sequential = defineDistribution({
  name: 'sequential',
  about: 'One key after the other, then again from the first',
  example: 'sequential:n=1e6',
  scattered: false,
  bind: ({ n }) => ({
    ranks: () => (hit) => (hit < n ? hit : hit % n),
    pmf: () => () => 1 / n,
    cdf: () => (end) => end / n,
  }),
});
