import { parseExposition, type Sample } from './exposition.js';
import { fetchText } from './fetch-text.js';
import type { Sampler } from './sampler.js';
import type { Tracks } from './tracks.js';

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
const BOUNDS = { timeoutMs: 5000, mostBytes: 8 * 2 ** 20 };
/** A page that answers none of its first requests is not asked again. */
const MOST_FAILURES = 5;
/** A fetch that took this much longer than the last ones was held up by what it counts. */
const HELD_MS = 50;

/** Seconds that a runtime stops for its collector: Go, the JVM (Micrometer, the JMX client), Node (prom-client). */
const PAUSES = [
  'go_gc_duration_seconds_sum',
  'jvm_gc_pause_seconds_sum',
  'jvm_gc_collection_seconds_sum',
  'nodejs_gc_duration_seconds_sum',
];
const GC_CPU = 'go_cpu_classes_gc_total_cpu_seconds_total';
const KEPT = new Set([
  ...PAUSES,
  GC_CPU,
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'container_cpu_cfs_throttled_seconds_total',
  'container_cpu_cfs_throttled_periods_total',
  'container_cpu_cfs_periods_total',
]);

/** What the target says of itself on a metrics page. @param alone whether it is all that is known of its CPU */
export function samplePage(url: string, shownUrl: string, alone: boolean, tracks: Tracks): Sampler {
  let fetching: Promise<void> | null = null;
  let failures = 0;
  let pages = 0;
  let failure: string | null = null;
  let stopped = false;
  const seen = new Set<string>();

  const fetchPage = async () => {
    const sentMs = performance.now();
    try {
      const { samples } = parseExposition(await fetchText(url, ACCEPT, BOUNDS), {
        keep: (name) => KEPT.has(name),
      });
      pages++;
      take(samples, sentMs, performance.now());
    } catch (error) {
      failures++;
      failure ??= error instanceof Error ? error.message : String(error);
    }
  };
  const take = (samples: readonly Sample[], sentMs: number, atMs: number) => {
    const sum = (name: string): number | null => {
      const values = samples.filter((sample) => sample.name === name && Number.isFinite(sample.value));
      if (values.length === 0) return null;
      seen.add(name);
      return values.reduce((total, { value }) => total + value, 0);
    };
    const pauses = PAUSES.map(sum).filter((value) => value !== null);
    if (pauses.length > 0) {
      const pausedMs = 1000 * Math.max(...pauses);
      const { atMs: times, values } = tracks.gcMs;
      const grownMs = pausedMs - (values.at(-1) ?? pausedMs);
      // A page that had to wait was waiting for the pause that it then counts: that is when it was.
      const heldMs = Math.min(grownMs, atMs - sentMs);
      if (atMs - sentMs > HELD_MS && heldMs > 0 && atMs - heldMs > (times.at(-1) ?? 0))
        tracks.gcMs.add(atMs - heldMs, pausedMs - heldMs);
      tracks.gcMs.add(atMs, pausedMs);
    }
    const into = (name: string, track: keyof Tracks, scale: number) => {
      const value = sum(name);
      if (value !== null) tracks[track].add(atMs, value * scale);
    };
    into(GC_CPU, 'gcCpuMs', 1000);
    if (!alone) return;
    into('process_cpu_seconds_total', 'cpuSec', 1);
    into('process_resident_memory_bytes', 'residentBytes', 1);
    into('container_cpu_cfs_throttled_seconds_total', 'throttledMs', 1000);
    into('container_cpu_cfs_throttled_periods_total', 'throttledPeriods', 1);
    into('container_cpu_cfs_periods_total', 'periods', 1);
  };
  const ask = () => {
    if (stopped || (pages === 0 && failures >= MOST_FAILURES)) return null;
    fetching ??= fetchPage().finally(() => {
      fetching = null;
    });
    return fetching;
  };
  return {
    start: async () => {
      await ask();
    },
    everySecond: () => {
      ask();
    },
    stop: async () => {
      await fetching;
      await ask();
      stopped = true;
    },
    missing: () => {
      if (pages === 0) return [{ signal: 'page', why: `${shownUrl}: ${failure ?? 'never fetched'}` }];
      if (PAUSES.some((name) => seen.has(name))) return [];
      return [{ signal: 'gcMs', why: `${shownUrl} has no pauses of a collector (${PAUSES.join(', ')})` }];
    },
  };
}
