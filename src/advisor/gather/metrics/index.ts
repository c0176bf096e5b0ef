import { escapeText } from '../../../core/index.js';
import { type Exposition, parseExposition } from '../../../observe/exposition.js';
import { fetchText } from '../../../observe/fetch-text.js';
import { failedTo, type Gatherer } from '../gatherer.js';
import { isKept, type MetricsFacts, type Scrape, type SeriesValue } from './facts.js';

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
/** An hour of load, a page a second, keeps the first of them and the last. */
const MOST_DURING = 120;
/** Of all pages together, so that what is kept can be written and read again: some 30 MB. */
const MOST_SAMPLES = 200_000;
const MOST_SHOWN = 40;

/** @param shownUrl the URL without secrets */
export function gatherMetrics(url: string, shownUrl: string): Gatherer {
  const scrapes: Scrape[] = [];
  let startMs: number | null = null;
  let samples = 0;
  let truncated = false;
  let failure: string | null = null;
  const scrape = async (phase: Scrape['phase']) => {
    try {
      const text = await fetchText(url, ACCEPT);
      const page = parseExposition(text, { keep: isKept });
      const nowMs = performance.now();
      startMs ??= nowMs;
      truncated ||= page.truncated;
      samples += page.samples.length;
      const series: Record<string, SeriesValue[]> = {};
      for (const { name, labels, value } of page.samples) {
        series[name] ??= [];
        series[name].push({ labels, value: toJson(value) });
      }
      if (page.samples.length === 0) failure ??= `${shownUrl} ${whyEmpty(text, page)}`;
      else scrapes.push({ atMs: Math.round(nowMs - startMs), phase, series });
    } catch (error) {
      failure ??= `${shownUrl}: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return {
    start: () => scrape('before'),
    poll: async () => {
      // A page that failed before the load will not come in under it.
      if (failure !== null || scrapes.length > MOST_DURING || samples > MOST_SAMPLES) return;
      await scrape('during');
    },
    finish: async () => {
      if (scrapes.length > 0) await scrape('after');
      if (scrapes.length === 0) return failedTo('metrics', failure ?? `${shownUrl}: never scraped`);
      const metrics: MetricsFacts = { url: shownUrl, scrapes, truncated };
      if (truncated) failure ??= `${shownUrl} is too long: the end of it was not read`;
      return { facts: { metrics }, failed: failure === null ? {} : { metrics: failure } };
    },
  };
}

/** Why there is nothing to judge by: no metrics at all, or none that rules look at. */
function whyEmpty(text: string, { badLines }: Exposition): string {
  const begin = escapeText(text.trimStart(), { maxLength: MOST_SHOWN });
  if (begin === '') return 'is an empty page';
  // What JSON says is nobody's to show: an API may answer with a token.
  const what = /^[{[]/.test(begin) ? 'it is JSON' : `it begins with ${begin}`;
  if (badLines > 0 && !text.startsWith('#'))
    return `is no page of metrics in Prometheus’ text format: ${what}`;
  return 'has no metrics of a runtime (go_, nodejs_, jvm_, process_)';
}

function toJson(value: number): SeriesValue['value'] {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}
