import type { RankBand } from '../core/index.js';
import type { Cdf } from './distribution.js';

/** Bands a tenfold of ranks: enough for a drawing with both axes logarithmic. */
const BANDS_A_DECADE = 8;
/** Hits at which a distribution that changes is asked; the mean of them is expected. */
const HITS_ASKED = 16;

/**
 * How the draws spread over the ranks, beside what the distribution says of them.
 *
 * @param sorted ranks drawn, from 0, ascending
 * @param hits number of hits the run made, which a distribution may change with
 */
export function rankBands(sorted: Float64Array, n: number, cdf: Cdf, hits: number): RankBand[] {
  if (sorted.length === 0) return [];
  const bands: RankBand[] = [];
  const asked = Array.from({ length: HITS_ASKED }, (_, i) => Math.floor(((i + 0.5) * hits) / HITS_ASKED));
  const below = (end: number) => asked.reduce((sum, hit) => sum + cdf(end, hit), 0) / HITS_ASKED;
  let expectedBefore = 0;
  let at = 0;
  for (let first = 1, step = 1; first <= n; ) {
    while (Math.round(10 ** (step / BANDS_A_DECADE)) <= first) step++;
    const last = Math.min(n, Math.round(10 ** (step / BANDS_A_DECADE)) - 1);
    const from = at;
    while (at < sorted.length && (sorted[at] as number) < last) at++;
    const expectedBelow = below(last);
    bands.push({
      first,
      last,
      share: (at - from) / sorted.length,
      // A difference of sums may be off by the last bit of them.
      expected: Math.max(0, expectedBelow - expectedBefore),
    });
    expectedBefore = expectedBelow;
    first = last + 1;
  }
  return bands;
}
