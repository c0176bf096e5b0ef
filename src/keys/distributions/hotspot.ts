import { integerBelow, uniform53 } from '../../core/index.js';
import { defineDistribution } from '../distribution.js';

/**
 * A share of the hits goes to a few hot keys, the rest to the others; within each of the two sets keys are
 * equally likely. P(rank) = share/hot for rank < hot, else (1 − share)/(n − hot).
 *
 * The cold hits exclude the hot keys, as in YCSB (HotspotIntegerGenerator), so `share` is exactly what the hot
 * keys get.
 */
export const hotspot = defineDistribution({
  name: 'hotspot',
  about: 'A share of the hits goes to a few hot keys, the rest to all others',
  example: 'hotspot:n=1e6,hot=50,share=0.7',
  scattered: true,
  numbers: {
    hot: {
      about: 'Number of hot keys',
      integer: true,
      low: 1,
      high: 'n',
      highOpen: true,
      required: true,
    },
    share: {
      about: 'Share of the hits that goes to the hot keys',
      integer: false,
      low: 0,
      high: 1,
      required: false,
      default: 0.8,
    },
  },
  bind: ({ n, hot, share }) => {
    const cold = n - hot;
    const density = { hot: share / hot, cold: (1 - share) / cold };
    return {
      ranks: (seed, stream) => (hit) =>
        uniform53(seed, stream, hit, 0) < share
          ? integerBelow(hot, seed, stream, hit, 1)
          : hot + integerBelow(cold, seed, stream, hit, 1),
      pmf: () => (rank) => (rank < hot ? density.hot : density.cold),
      cdf: () => (end) => (end <= hot ? density.hot * end : share + density.cold * (end - hot)),
      // With a share below hot/n the "hot" keys are the unpopular ones.
      ...(density.hot < density.cold && {
        rankAtPlace: (place: number) => (place < cold ? hot + place : place - cold),
      }),
    };
  },
});
