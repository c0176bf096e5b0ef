import { uniform53 } from '../../core/index.js';
import { defineDistribution } from '../distribution.js';

/**
 * The fraction h of the keys gets the share 1 − h of the hits, and again within those keys: h = 0.2 is the
 * "80–20 rule". Drawn as ⌊n · u^γ⌋ with γ = ln h / ln(1 − h), so P(rank) = ((rank + 1)/n)^(1/γ) −
 * (rank/n)^(1/γ).
 *
 * J. Gray et al., "Quickly generating billion-record synthetic databases", 1994; fio's
 * `random_distribution=pareto:h`. Valid: 0 < h < 0.5.
 */
export const selfsimilar = defineDistribution({
  name: 'selfsimilar',
  about: 'A fraction h of the keys gets all but h of the hits, and again within those',
  example: 'selfsimilar:n=1e6,h=0.2',
  scattered: true,
  numbers: {
    h: {
      about: 'Fraction of the keys that gets the share 1 - h of the hits',
      integer: false,
      low: 0,
      lowOpen: true,
      high: 0.5,
      highOpen: true,
      required: false,
      default: 0.2,
    },
  },
  bind: ({ n, h }) => {
    const power = Math.log(h) / Math.log1p(-h);
    return {
      // By exp and log: Math.pow takes twice as long.
      ranks: (seed, stream) => (hit) =>
        Math.floor(n * Math.exp(power * Math.log(uniform53(seed, stream, hit, 0)))),
      cdf: () => (end) => (end / n) ** (1 / power),
      pmf: () => (rank) => {
        const upTo = (rank / n) ** (1 / power);
        // The difference of two powers next to each other, without losing its digits.
        return rank === 0 ? (1 / n) ** (1 / power) : upTo * Math.expm1(Math.log1p(1 / rank) / power);
      },
    };
  },
});
