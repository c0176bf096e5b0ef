/** What `--metrics URL` saw: pages of one process, the first before the load, the last after it. */
export interface MetricsFacts {
  /** Without secrets. */
  readonly url: string;
  /** In the order in which they were fetched. */
  readonly scrapes: readonly Scrape[];
  /** Whether a page had more samples than are kept. */
  readonly truncated: boolean;
}

export interface Scrape {
  /** Milliseconds since the first scrape. */
  readonly atMs: number;
  readonly phase: 'before' | 'during' | 'after';
  /** Samples of the runtime by name; those of the service's own metrics are not kept. */
  readonly series: Readonly<Record<string, readonly SeriesValue[]>>;
}

export interface SeriesValue {
  readonly labels: Readonly<Record<string, string>>;
  /** A number, or how JSON cannot say it. */
  readonly value: number | 'NaN' | '+Inf' | '-Inf';
}

/**
 * Families that rules look at. All others stay where they are: their labels may name customers, and there may be
 * very many of them.
 */
const KEPT =
  /^(go_|process_|nodejs_|jvm_|java_lang_|system_cpu_|system_load_|container_cpu_|container_memory_)/;

export function isKept(name: string): boolean {
  return KEPT.test(name);
}
