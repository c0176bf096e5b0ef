import { defineDistribution } from '../distribution.js';
import { harmonic } from '../harmonic.js';
import { ZipfSampler } from '../zipf-sampler.js';
import { uniform } from './uniform.js';

/**
 * The rank r (from 1) gets a share in proportion to r^−α: P = r^−α / H(n, α). α = 0 is uniform; α = 1 and
 * below are as good as any.
 *
 * Real caches: median 1.21, quartiles 0.63 and 1.50, maximum 2.68 (Yang et al., "A large scale analysis of
 * hundreds of in-memory cache clusters at Twitter", 2020); web pages 0.64–0.83 (Breslau et al., 1999). The
 * default is YCSB's constant. YCSB, go-ycsb and fio draw by an approximation that is up to 19 % off for the
 * most popular keys; this one is exact.
 */
export const zipf = defineDistribution({
  name: 'zipf',
  about: 'A few keys get most of the hits: the share of the r-th key goes with 1 / r^alpha',
  example: 'zipf:n=1e6,alpha=1.2',
  scattered: true,
  numbers: {
    alpha: {
      about: 'Exponent: 0 is uniform, 1 is strong skew',
      integer: false,
      low: 0,
      high: Number.POSITIVE_INFINITY,
      highOpen: true,
      required: false,
      default: 0.99,
    },
  },
  bind: ({ n, alpha }) => {
    if (alpha === 0) return uniform.bind({ n, params: {} });
    return {
      ranks: (seed, stream) => {
        const sampler = new ZipfSampler(alpha);
        const area = sampler.areaUpTo(n);
        return (hit) => sampler.rank(n, area, seed, stream, hit);
      },
      pmf: () => {
        // In log space: for a large α, r^−α leaves the range of doubles long before its share of H does.
        const logNorm = Math.log(harmonic(n, alpha));
        return (rank) => Math.exp(-alpha * Math.log(rank + 1) - logNorm);
      },
      cdf: () => {
        const norm = harmonic(n, alpha);
        return (end) => harmonic(end, alpha) / norm;
      },
    };
  },
});
