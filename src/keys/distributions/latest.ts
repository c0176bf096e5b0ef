import { positionOf } from '../../core/index.js';
import { defineDistribution } from '../distribution.js';
import { harmonic } from '../harmonic.js';
import { ZipfSampler } from '../zipf-sampler.js';

/**
 * The newest keys are the popular ones: a key's age, counted in keys, is zipf-distributed over those that
 * exist. P(rank) = (N − rank)^−α / H(N, α) for rank < N, where N(hit) = min(n, start + ⌊growth · hit⌋) keys
 * exist.
 *
 * Ranks are keys in the order of their birth, so they are not scattered unless asked for. N follows from the
 * hit, not from inserts that were seen to succeed: with `growth` the share of the hits that insert, it is what
 * they add up to. YCSB's SkewedLatestGenerator draws the same from its inexact zipf. Valid: α ≥ 0 and finite, 1
 * ≤ start ≤ n, 0 ≤ growth ≤ 1.
 */
export const latest = defineDistribution({
  name: 'latest',
  about: 'The newest keys are the popular ones, and the newest moves on',
  example: 'latest:n=1e6,alpha=0.99,start=1000,growth=0.05',
  scattered: false,
  numbers: {
    alpha: {
      about: 'Exponent of the zipf distribution of the age',
      integer: false,
      low: 0,
      high: Number.POSITIVE_INFINITY,
      highOpen: true,
      required: false,
      default: 0.99,
    },
    start: {
      about: 'Number of keys that exist at the first hit',
      integer: true,
      low: 1,
      high: 'n',
      required: false,
      default: 'n',
    },
    growth: {
      about: 'Keys born per hit, until there are n',
      integer: false,
      low: 0,
      high: 1,
      required: false,
      default: 0,
    },
  },
  bind: ({ n, alpha, start, growth }) => {
    const existingAt = (hit: number) => Math.min(n, start + Math.floor(growth * positionOf(hit)));
    return {
      ranks: (seed, stream) => {
        const sampler = new ZipfSampler(alpha);
        let existing = start;
        let area = sampler.areaUpTo(start);
        return (hit) => {
          const now = existingAt(hit);
          if (now !== existing) {
            existing = now;
            area = sampler.areaUpTo(now);
          }
          return existing - 1 - sampler.rank(existing, area, seed, stream, hit);
        };
      },
      pmf: () => {
        let existing = 0;
        let logNorm = 0;
        return (rank, hit = 0) => {
          const now = existingAt(hit);
          if (now !== existing) {
            existing = now;
            logNorm = Math.log(harmonic(now, alpha));
          }
          return rank < existing ? Math.exp(-alpha * Math.log(existing - rank) - logNorm) : 0;
        };
      },
      cdf:
        () =>
        (end, hit = 0) => {
          const now = existingAt(hit);
          return end < now ? 1 - harmonic(now - end, alpha) / harmonic(now, alpha) : 1;
        },
      rankAtPlace: (place) => (place < start ? start - 1 - place : place),
    };
  },
});
