import { fetchText } from '../../observe/fetch-text.js';
import { failedTo, type Gatherer } from './gatherer.js';

/** What `--expvar URL` saw of Go's `memstats`; the command line is left out, as it may hold secrets. */
export interface ExpvarFacts {
  readonly url: string;
  readonly pages: readonly ExpvarPage[];
}

export interface ExpvarPage {
  /** Milliseconds since the first page. */
  readonly atMs: number;
  /** Share of the CPU time available since the program began that collections took, in [0, 1]. */
  readonly gcCpuFraction: number;
  readonly numGc: number;
  readonly pauseTotalNs: number;
  readonly heapAllocBytes: number;
  readonly nextGcBytes: number;
  readonly sysBytes: number;
}

export function gatherExpvar(url: string, shownUrl: string): Gatherer {
  const pages: ExpvarPage[] = [];
  let startMs: number | null = null;
  let failure: string | null = null;
  const read = async () => {
    try {
      const page = readExpvar(await fetchText(url, 'application/json'));
      const nowMs = performance.now();
      startMs ??= nowMs;
      if (page === null) failure ??= `${shownUrl} has no memstats; Go serves them at /debug/vars`;
      else pages.push({ atMs: Math.round(nowMs - startMs), ...page });
    } catch (error) {
      failure ??= `${shownUrl}: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return {
    start: read,
    poll: async () => {},
    finish: async () => {
      if (failure === null) await read();
      if (pages.length === 0) return failedTo('expvar', failure ?? `${shownUrl}: never read`);
      return {
        facts: { expvar: { url: shownUrl, pages } },
        failed: failure === null ? {} : { expvar: failure },
      };
    },
  };
}

/** @returns null where it is no page of expvar's */
export function readExpvar(text: string): Omit<ExpvarPage, 'atMs'> | null {
  let page: unknown;
  try {
    page = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof page !== 'object' || page === null || !('memstats' in page)) return null;
  const { memstats } = page;
  if (typeof memstats !== 'object' || memstats === null) return null;
  const stats = memstats as Readonly<Record<string, unknown>>;
  const number = (name: string) => {
    const value = stats[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  };
  return {
    gcCpuFraction: number('GCCPUFraction'),
    numGc: number('NumGC'),
    pauseTotalNs: number('PauseTotalNs'),
    heapAllocBytes: number('HeapAlloc'),
    nextGcBytes: number('NextGC'),
    sysBytes: number('Sys'),
  };
}
