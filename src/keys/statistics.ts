import { type KeySpec, type KeyStatistics, streamOf, uniform53 } from '../core/index.js';
import { bindShape, drawStream } from './generator.js';
import { rankBands } from './rank-bands.js';

/**
 * Hits that were sent: start, start + stride, …, `count` of them. A worker's share of a phase is one of these.
 */
export interface HitRange {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
}

const SAMPLE_STREAM = streamOf('key statistics');

/**
 * What was drawn, found by drawing it again: the keys are a function of the hits, so no request pays for it.
 *
 * Costs about 200 ns and 8 bytes a hit examined. When more than `maxExamined` were drawn a sample is examined,
 * one hit at random of each stretch of equal length; shares are then estimates, and `distinct` is that of the
 * sample.
 *
 * @param name the generator's name, as given to `createKeyGenerator`
 * @param draws whether a hit draws a key at all; default: every hit does. Of a sample, `drawn` is an estimate
 *   then too
 */
export function keyStatistics(
  spec: KeySpec,
  seed: number,
  name: string,
  ranges: readonly HitRange[],
  maxExamined = 2_000_000,
  draws: (hit: number) => boolean = () => true,
): KeyStatistics {
  const hits = ranges.reduce((sum, { count }) => sum + count, 0);
  const sampled = Math.min(hits, maxExamined);
  // Ranks stand for keys: scattering gives each rank a key of its own, and changes none of the figures.
  const bound = bindShape(spec);
  const rankOf = bound.ranks(seed, drawStream(name));
  const ranks = new Float64Array(sampled);
  let examined = 0;
  forEachSampledHit(ranges, hits, sampled, seed, (_, hit) => {
    if (draws(hit)) ranks[examined++] = rankOf(hit);
  });
  const sorted = ranks.subarray(0, examined).sort();
  const { distinct, top1, top10 } = countRepeats(sorted);
  return {
    distribution: spec.distribution,
    n: spec.n,
    drawn: sampled === 0 ? 0 : Math.round((examined / sampled) * hits),
    examined,
    distinct,
    top1Share: examined === 0 ? 0 : top1 / examined,
    top10Share: examined === 0 ? 0 : top10 / examined,
    ranks: rankBands(sorted, spec.n, bound.cdf(), hits),
  };
}

function forEachSampledHit(
  ranges: readonly HitRange[],
  drawn: number,
  examined: number,
  seed: number,
  visit: (i: number, hit: number) => void,
): void {
  const stretch = drawn / examined;
  let before = 0;
  let i = 0;
  for (const { start, stride, count } of ranges) {
    for (; i < examined; i++) {
      const jitter = drawn === examined ? 0 : uniform53(seed, SAMPLE_STREAM, i, 0);
      const position = Math.floor((i + jitter) * stretch) - before;
      if (position >= count) break;
      visit(i, start + position * stride);
    }
    before += count;
  }
}

/** Runs of equal values, of a sorted list. */
function countRepeats(sorted: Float64Array): { distinct: number; top1: number; top10: number } {
  const top: number[] = [];
  let distinct = 0;
  let runStart = 0;
  for (let i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[runStart]) continue;
    distinct++;
    keepLargest(top, i - runStart);
    runStart = i;
  }
  return { distinct, top1: top[0] ?? 0, top10: top.reduce((sum, count) => sum + count, 0) };
}

/** Keeps the ten largest counts, in descending order. */
function keepLargest(top: number[], count: number): void {
  if (top.length === 10 && count <= (top[9] ?? 0)) return;
  const at = top.findIndex((other) => count > other);
  top.splice(at === -1 ? top.length : at, 0, count);
  if (top.length > 10) top.pop();
}
