import { positionOf } from '../../core/index.js';
import { type BoundPart, defineDistribution } from '../distribution.js';

/**
 * The popular keys move: after every `every` hits the ranks of another distribution slide by `by`, around the
 * end of the space. rank = (rank of the other + by · ⌊hit / every⌋) mod n, so P(rank, hit) is the other's,
 * slid.
 *
 * Moves that are given by time are counted in hits once the rate is known, see `countMoves`.
 *
 * Scattered, the keys at the next ranks are anywhere in the space: sliding by the size of the hot set makes
 * other keys hot altogether, sliding by one exchanges one of them. Valid: every ≥ 1, 0 ≤ by < n.
 */
export const shift = defineDistribution({
  name: 'shift',
  about: 'The popular keys of another distribution move on after every so many hits, or seconds',
  example: 'shift:n=1e6,every=100k,by=1000,of=zipf',
  scattered: true,
  numbers: {
    every: {
      about: 'Hits between two moves',
      integer: true,
      low: 1,
      high: Number.MAX_SAFE_INTEGER,
      required: false,
    },
    everySec: {
      about: 'Seconds between two moves, in place of `every`; takes a steady rate',
      integer: false,
      low: 0,
      lowOpen: true,
      high: Number.POSITIVE_INFINITY,
      highOpen: true,
      required: false,
    },
    by: {
      about: 'Ranks to move by',
      integer: true,
      low: 0,
      high: 'n',
      highOpen: true,
      required: true,
    },
  },
  parts: {
    name: 'of',
    about: 'The distribution that moves',
    required: true,
    weighted: false,
  },
  problemOf: ({ every = 0, everySec = 0 }) =>
    every > 0 === everySec > 0 ? 'the moves come after either every or everySec: give one of them' : null,
  bind: ({ n, every = 0, by }, parts) => {
    // See `countMoves`.
    if (every === 0) throw new RangeError('shift: moves by time were not counted in hits');
    const inner = parts[0];
    if (inner === undefined) throw new RangeError('shift: of is missing');
    const { rankAtPlace } = inner;
    const offsetAt = offsets(n, every, by);
    return {
      ranks: (seed, stream) => {
        const rankOf = inner.ranks(seed, stream);
        const offsetOf = offsetAt();
        return (hit) => slide(rankOf(hit), offsetOf(hit), n);
      },
      pmf: () => slidPmf(inner, n, offsetAt()),
      cdf: () => slidCdf(inner, n, offsetAt()),
      ...(rankAtPlace !== undefined && { rankAtPlace }),
    };
  },
});

function slidPmf(inner: BoundPart, n: number, offsetOf: (hit: number) => number) {
  const pmf = inner.pmf();
  return (rank: number, hit = 0) => {
    const offset = offsetOf(hit);
    return pmf(slide(rank, offset === 0 ? 0 : n - offset, n), hit);
  };
}

/** Ranks below `end` came from the end of the other's, and those that are left from its beginning. */
function slidCdf(inner: BoundPart, n: number, offsetOf: (hit: number) => number) {
  const cdf = inner.cdf();
  return (end: number, hit = 0) => {
    const offset = offsetOf(hit);
    const wrapped = n - offset;
    if (end <= offset) return cdf(wrapped + end, hit) - cdf(wrapped, hit);
    return 1 - cdf(wrapped, hit) + cdf(end - offset, hit);
  };
}

/** (rank + offset) mod n, without a sum beyond 2^53. */
function slide(rank: number, offset: number, n: number): number {
  const room = n - offset;
  return rank < room ? rank + offset : rank - room;
}

/** by · ⌊hit / every⌋ mod n. Hits come in order, mostly: the product is taken once for each move. */
function offsets(n: number, every: number, by: number): () => (hit: number) => number {
  return () => {
    let moves = 0;
    let offset = 0;
    return (hit) => {
      const now = Math.floor(positionOf(hit) / every);
      if (now !== moves) {
        moves = now;
        offset = Number((BigInt(by) * BigInt(now)) % BigInt(n));
      }
      return offset;
    };
  };
}
