import type { MetricsFacts, Scrape, SeriesValue } from './facts.js';

export type Labels = Readonly<Record<string, string>>;

/** What a counter did between the first page and the last. */
export interface MetricsWindow {
  readonly first: Scrape;
  readonly last: Scrape;
  readonly seconds: number;
}

/** Shorter ones hold too few beats of a runtime's own clocks. */
const SHORTEST_SEC = 0.5;

/** The window for deltas, or why there is none: a counter that began again says nothing of the load. */
export function windowOf({ scrapes }: MetricsFacts): MetricsWindow | { readonly why: string } {
  const first = scrapes[0];
  const last = scrapes.at(-1);
  const seconds = first === undefined || last === undefined ? 0 : (last.atMs - first.atMs) / 1000;
  if (first === undefined || last === undefined || seconds < SHORTEST_SEC)
    return { why: 'the metrics were not scraped before and after a load' };
  const starts = new Set(scrapes.map((scrape) => valueIn(scrape, 'process_start_time_seconds')));
  starts.delete(null);
  if (starts.size > 1)
    return {
      why: 'the process restarted during the load, or its pages come from several (process_start_time_seconds moved)',
    };
  return { first, last, seconds };
}

/** How much a counter grew, its label sets together; null: it is not there, or it was reset. */
export function deltaOf({ first, last }: MetricsWindow, name: string, labels: Labels = {}): number | null {
  const after = matching(last, name, labels);
  if (after.length === 0) return null;
  let sum = 0;
  for (const sample of after) {
    // A label set that is new began at zero.
    const before = matching(first, name, sample.labels).find(
      (other) => Object.keys(other.labels).length === Object.keys(sample.labels).length,
    );
    const grown = toNumber(sample.value) - toNumber(before?.value ?? 0);
    if (!(grown >= 0)) return null;
    sum += grown;
  }
  return sum;
}

/** A gauge on the last page taken under load, else on the last one. */
export function gaugeOf(metrics: MetricsFacts, name: string, labels: Labels = {}): number | null {
  const scrapes = metrics.scrapes.filter(({ phase }) => phase === 'during');
  for (const scrape of [...metrics.scrapes, ...scrapes].toReversed()) {
    const value = valueIn(scrape, name, labels);
    if (value !== null) return value;
  }
  return null;
}

/** The median of a gauge over the pages taken under load, else of all pages. */
export function typicalGauge(metrics: MetricsFacts, name: string, labels: Labels = {}): number | null {
  const during = metrics.scrapes.filter(({ phase }) => phase === 'during');
  const values = (during.length > 0 ? during : metrics.scrapes)
    .map((scrape) => valueIn(scrape, name, labels))
    .filter((value) => value !== null)
    .toSorted((a, b) => a - b);
  return values[Math.floor((values.length - 1) / 2)] ?? null;
}

/** A label of the first series of a name: `go_info` has `version`. */
export function labelOf(metrics: MetricsFacts, name: string, label: string): string | null {
  for (const { series } of metrics.scrapes.toReversed()) {
    const value = series[name]?.[0]?.labels[label];
    if (value !== undefined) return value;
  }
  return null;
}

export interface HistogramDelta {
  readonly count: number;
  /** Upper bounds, rising, the last infinite, and how many lie at or below each. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/** A histogram's observations within the window; null: not there, reset, or its buckets do not rise. */
export function histogramDelta(window: MetricsWindow, name: string): HistogramDelta | null {
  const bounds = matching(window.last, `${name}_bucket`, {}).map(({ labels }) => labels['le'] ?? '');
  const buckets: { le: number; count: number }[] = [];
  for (const bound of new Set(bounds)) {
    const le = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    const count = deltaOf(window, `${name}_bucket`, { le: bound });
    if (count === null || Number.isNaN(le)) return null;
    buckets.push({ le, count });
  }
  buckets.sort((a, b) => a.le - b.le);
  const last = buckets.at(-1);
  const rises = buckets.every(({ count }, i) => count >= (buckets[i - 1]?.count ?? 0));
  if (last === undefined || last.le !== Number.POSITIVE_INFINITY || !rises) return null;
  return { count: last.count, buckets };
}

/**
 * The bucket that the quantile lies in: above `low`, at most `high`. A histogram knows no more; between the two any
 * figure is a guess.
 */
export function quantileBounds(
  { count, buckets }: HistogramDelta,
  quantile: number,
): { readonly low: number; readonly high: number } | null {
  if (count <= 0) return null;
  const index = buckets.findIndex((bucket) => bucket.count >= quantile * count);
  const bucket = buckets[index];
  if (bucket === undefined) return null;
  return { low: Math.max(0, buckets[index - 1]?.le ?? 0), high: bucket.le };
}

function valueIn(scrape: Scrape, name: string, labels: Labels = {}): number | null {
  const values = matching(scrape, name, labels).map(({ value }) => toNumber(value));
  const [value] = values;
  return value === undefined || Number.isNaN(value) ? null : value;
}

function matching({ series }: Scrape, name: string, labels: Labels): readonly SeriesValue[] {
  const wanted = Object.entries(labels);
  const all = Object.hasOwn(series, name) ? (series[name] ?? []) : [];
  return wanted.length === 0
    ? all
    : all.filter((sample) => wanted.every(([key, value]) => sample.labels[key] === value));
}

function toNumber(value: SeriesValue['value']): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN') return Number.NaN;
  return value === '+Inf' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
