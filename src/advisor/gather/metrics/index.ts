import { fetchText } from '../fetch-text.js';
import { failedTo, type Gatherer } from '../gatherer.js';
import { parseExposition } from './exposition.js';
import { isKept, type MetricsFacts, type Scrape, type SeriesValue } from './facts.js';

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
/** An hour of load, a page a second, keeps the first of them and the last. */
const MOST_DURING = 120;

/** @param shownUrl the URL without secrets */
export function gatherMetrics(url: string, shownUrl: string): Gatherer {
  const scrapes: Scrape[] = [];
  let startMs: number | null = null;
  let truncated = false;
  let failure: string | null = null;
  const scrape = async (phase: Scrape['phase']) => {
    try {
      const page = parseExposition(await fetchText(url, ACCEPT), { keep: isKept });
      const nowMs = performance.now();
      startMs ??= nowMs;
      truncated ||= page.truncated;
      const series: Record<string, SeriesValue[]> = {};
      for (const { name, labels, value } of page.samples) {
        series[name] ??= [];
        series[name].push({ labels, value: toJson(value) });
      }
      if (page.samples.length === 0)
        failure ??= `${shownUrl} has no metrics of a runtime (go_, nodejs_, jvm_, process_)`;
      else scrapes.push({ atMs: Math.round(nowMs - startMs), phase, series });
    } catch (error) {
      failure ??= `${shownUrl}: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return {
    start: () => scrape('before'),
    poll: async () => {
      // A page that failed before the load will not come in under it.
      if (failure === null && scrapes.length <= MOST_DURING) await scrape('during');
    },
    finish: async () => {
      if (scrapes.length > 0) await scrape('after');
      if (scrapes.length === 0) return failedTo('metrics', failure ?? `${shownUrl}: never scraped`);
      const metrics: MetricsFacts = { url: shownUrl, scrapes, truncated };
      return { facts: { metrics }, failed: {} };
    },
  };
}

function toJson(value: number): SeriesValue['value'] {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
