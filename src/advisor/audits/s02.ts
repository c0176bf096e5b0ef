import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';

const LATE_US = 1000;
const LATE_SHARE = 0.1;

export const s02 = audit({
  id: 'S02',
  title: 'The generator sends on time',
  failureTitle: 'The generator sends late',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['load'],
  doc: 'Fails when more than 5 % of the requests of an open loop were sent more than 1 ms after they were due, and that is more than a tenth of the response time at p95: the target did not get the load that was asked for, when it was asked for. Inconclusive when that is so at p99 only, as then a run is not valid, either.',
  versions: 'every version',
  fix: 'A lower rate, more workers on free cores, or more connections.',
  source: 'https://www.usenix.org/legacy/event/nsdi06/tech/full_papers/schroeder/schroeder.pdf',
  run({ load }) {
    if (load.rate === null) return notApplicable('a closed loop has no schedule to be late for');
    const { lateness, response } = load.result.summary.latencyUs;
    if (lateness.p95 === null) return inconclusive('nothing was sent');
    const evidence = { latenessP95Us: lateness.p95, responseP95Us: response.p95 };
    if (isLate(lateness.p95, response.p95))
      return fail({
        evidence,
        why: `5 % of the requests were sent later than ${inMs(lateness.p95)} ms after they were due`,
        fix: `--workers ${load.workers + 1} --connections ${2 * load.connections}   # or a lower --rate`,
      });
    const { p99 } = lateness;
    if (p99 == null || !isLate(p99, response.p99)) return pass(evidence);
    return inconclusive(
      `1 % of the requests were sent later than ${inMs(p99)} ms after they were due: the tail of the response times is not the target's`,
      { ...evidence, latenessP99Us: p99, responseP99Us: response.p99 },
    );
  },
});

function isLate(latenessUs: number, responseUs: number | null): boolean {
  return latenessUs > LATE_US && latenessUs > LATE_SHARE * (responseUs ?? 0);
}

function inMs(us: number): string {
  return (us / 1000).toFixed(1);
}
