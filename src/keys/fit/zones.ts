import type { RankCurve } from './rank-curve.js';
import type { Spectrum } from './spectrum.js';

/** The popularity of a log as it was counted, for a distribution that repeats it. */
export type Table =
  /** Requests of each key. */
  | { readonly kind: 'empirical'; readonly weights: readonly number[] }
  /** Zones of ranks: percentages of the requests and of the keys. */
  | { readonly kind: 'zoned'; readonly hits: readonly number[]; readonly keys: readonly number[] };

const MAX_WEIGHTS = 200;
/** So many first ranks have a zone of their own; the others are this much wider than the one before. */
const SINGLE = 20;
const WIDEN = 1.1;

/**
 * A few keys are listed one by one. Of many, ranks next to each other are taken together, which smooths the noise of
 * rare keys and loses nothing that a cache could tell.
 */
export function tableOf(spectrum: Spectrum): Table {
  const { counts, keys } = spectrum;
  if (spectrum.distinct <= MAX_WEIGHTS) {
    const weights = [...counts].flatMap((count, i) =>
      new Array<number>(Math.round(keys[i] as number)).fill(count),
    );
    return { kind: 'empirical', weights };
  }
  const zones = zonesOf(spectrum);
  return {
    kind: 'zoned',
    hits: zones.map(({ hits }) => (100 * hits) / spectrum.requests),
    keys: zones.map((zone) => (100 * zone.keys) / Math.round(spectrum.distinct)),
  };
}

/** The table's own curve, to hold against the log's. */
export function tableCurve(table: Table): RankCurve {
  const { hits, keys } =
    table.kind === 'zoned'
      ? table
      : { hits: table.weights, keys: table.weights.map(() => 100 / table.weights.length) };
  const total = hits.reduce((sum, each) => sum + each, 0);
  let key = 0;
  let hit = 0;
  const points = hits.map((each, i) => {
    key += keys[i] as number;
    hit += each;
    return { key, share: hit / total };
  });
  return { keys: points.map((point) => point.key), shares: points.map(({ share }) => share) };
}

interface Zone {
  readonly keys: number;
  readonly hits: number;
}

/** Zones of whole keys, the most frequent first. */
function zonesOf({ counts, keys, distinct }: Spectrum): Zone[] {
  const n = Math.round(distinct);
  const zones: Zone[] = [];
  let at = 0;
  let left = keys[0] as number;
  for (let start = 0; start < n; ) {
    const size = start < SINGLE ? 1 : Math.ceil(start * (WIDEN - 1));
    const end = start + size > n - size / 2 ? n : start + size;
    let hits = 0;
    // The last zone takes what rounding has left.
    for (
      let wanted = end === n ? Number.POSITIVE_INFINITY : end - start;
      wanted > 0 && at < counts.length;
    ) {
      const taken = Math.min(wanted, left);
      hits += taken * (counts[at] as number);
      wanted -= taken;
      left -= taken;
      if (left > 0) continue;
      at++;
      left = keys[at] ?? 0;
    }
    zones.push({ keys: end - start, hits });
    start = end;
  }
  return zones;
}
