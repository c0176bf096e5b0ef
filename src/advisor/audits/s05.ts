import { median } from '../../statistics/order.js';
import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import type { LoadFacts } from '../gather/load.js';

const MOST_OFF = 0.1;
const LEAST_POINTS = 3;
const LEAST_IN_FLIGHT = 2;
const MOST_ERRORS = 0.01;

export const s05 = audit({
  id: 'S05',
  title: "The figures agree with Little's law",
  failureTitle: "The figures do not agree with Little's law",
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['load'],
  doc: 'Fails when the requests in flight, on average over the seconds of the load, differ from rate × mean service time by more than 10 %, and by more than three standard errors of so many samples and than what a stall between two looks may hold: one of the three figures is wrong, or the load was not steady.',
  versions: 'every version',
  fix: 'A longer warm-up and window; if it stays, a defect of zipfire: report it with the result.',
  source: 'https://doi.org/10.1287/opre.9.3.383',
  run({ load }) {
    if (load.staged) return notApplicable('the load changes over time on purpose');
    const { summary, timeline } = load.result;
    // The last second is cut short, and the first one fills the connections.
    const points = timeline.slice(1, -1);
    const meanUs = summary.latencyUs.service.mean;
    if (summary.messages !== null)
      return notApplicable('calls with streams are not requests with one response');
    if (points.length < LEAST_POINTS || meanUs === null)
      return inconclusive(`a load of ${LEAST_POINTS + 2} s or more with responses is needed to judge this`);
    if (summary.errorRate > MOST_ERRORS)
      return inconclusive('failed requests are in flight too, and in no mean');
    const seen = points.reduce((sum, { inFlight }) => sum + inFlight, 0) / points.length;
    const expected = (summary.qps * meanUs) / 1e6;
    const evidence = {
      inFlight: Number(seen.toFixed(1)),
      rateTimesLatency: Number(expected.toFixed(1)),
      seconds: points.length,
    };
    if (Math.max(seen, expected) < LEAST_IN_FLIGHT)
      return inconclusive('too little is in flight to judge this', evidence);
    // One look a second: a number that is Poisson has a standard deviation of its root.
    const noise = 3 * Math.sqrt(expected / points.length);
    const off = Math.abs(seen - expected);
    if (off <= Math.max(MOST_OFF * expected, noise) + unseen(points, load)) return pass(evidence);
    return fail({
      evidence,
      why: `${seen.toFixed(1)} requests were in flight, and rate × latency is ${expected.toFixed(1)}: one of the figures does not hold`,
      fix: '--warmup 10s --duration 60s   # steady first; then look at the timeline of the result',
    });
  },
});

/**
 * What looks of once a second may miss, or meet too often, on average: every slot taken for as long as the slowest
 * response of a second took beyond those of the usual second. Stalls that come every few seconds hide between them.
 */
function unseen(
  points: LoadFacts['result']['timeline'],
  { connections, slots, concurrency }: LoadFacts,
): number {
  const slowest = points.map(({ maxUs }) => Math.min(1e6, maxUs ?? 1e6));
  const usual = median(slowest);
  const beyond = slowest.reduce((sum, us) => sum + Math.max(0, us - usual), 0) / slowest.length;
  return ((concurrency ?? connections * slots) * beyond) / 1e6;
}
