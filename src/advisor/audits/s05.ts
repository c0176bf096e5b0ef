import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';

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
  doc: 'Fails when the requests in flight, on average over the seconds of the load, differ from rate × mean service time by more than 10 %, and by more than three standard errors of so many samples: one of the three figures is wrong, or the load was not steady.',
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
    if (Math.abs(seen - expected) <= Math.max(MOST_OFF * expected, noise)) return pass(evidence);
    return fail({
      evidence,
      why: `${seen.toFixed(1)} requests were in flight, and rate × latency is ${expected.toFixed(1)}: one of the figures does not hold`,
      fix: '--warmup 10s --duration 60s   # steady first; then look at the timeline of the result',
    });
  },
});
