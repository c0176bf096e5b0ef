import { uniform53 } from '../../core/index.js';
import { defineDistribution } from '../distribution.js';

/**
 * Popularity falls by the same factor from each rank to the next: P(rank) = e^(−λ·rank) · (1 − e^−λ) / (1 −
 * e^−λn), drawn as ⌊−ln(1 − u(1 − e^−λn)) / λ⌋, with λ = −ln(1 − share) / (fraction · n).
 *
 * So `share` of the hits goes to the first `fraction` of the keys, before the tail beyond n is cut off and its
 * hits spread over all. YCSB's ExponentialGenerator and its defaults; it draws the tail too. Valid: 0 < share <
 * 1, 0 < fraction < 1.
 */
export const exponential = defineDistribution({
  name: 'exponential',
  about: 'Popularity falls by the same factor from each key to the next',
  example: 'exponential:n=1e6,share=0.95,fraction=0.1',
  scattered: true,
  numbers: {
    share: {
      about: 'Share of the hits that goes to the first keys',
      integer: false,
      low: 0,
      lowOpen: true,
      high: 1,
      highOpen: true,
      required: false,
      default: 0.95,
    },
    fraction: {
      about: 'How many those first keys are, as a fraction of all',
      integer: false,
      low: 0,
      lowOpen: true,
      high: 1,
      highOpen: true,
      required: false,
      default: 0.8571428571,
    },
  },
  bind: ({ n, share, fraction }) => {
    // λn. Below 1e-16 it is uniform to the last bit, and above the range of doubles it is rank 0 alone.
    const decay = Math.min(Math.max(-Math.log1p(-share) / fraction, 1e-16), Number.MAX_VALUE);
    const toTail = Math.expm1(-decay);
    return {
      ranks: (seed, stream) => (hit) => {
        const depth = -Math.log1p(uniform53(seed, stream, hit, 0) * toTail) / decay;
        return Math.min(Math.floor(depth * n), n - 1);
      },
      pmf: () => {
        const first = Math.expm1(-decay / n) / toTail;
        return (rank) => Math.exp(-decay * (rank / n)) * first;
      },
      cdf: () => (end) => Math.expm1(-decay * (end / n)) / toTail,
    };
  },
});
