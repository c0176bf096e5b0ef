import { audit, fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import { MARGIN_SEC } from '../idle-defaults.js';
import { frontsOf, NO_FRONT } from './fronts.js';
import { areEqual, idleEvidence, idleFix, seconds } from './idle-time.js';

export const ka02 = audit({
  id: 'KA02',
  title: 'The server keeps idle connections longer than what is in front of it',
  failureTitle: 'The server ends idle connections before what is in front of it does',
  severity: 'high',
  confidence: 'probed',
  underLoad: false,
  needs: ['probe', 'idle'],
  uses: ['files'],
  doc: 'Fails when the idle time-out, as measured, is shorter than that of the load balancer: the one of --lb-idle, else those of the files. The load balancer sends a request on a connection that the server is just closing, and answers with 502 or 503. ALB keeps idle connections for 60 s, Google for 600 s. Equal times are KA03.',
  versions: 'every server of HTTP/1.1',
  fix: 'The idle time of the server: that of the load balancer and 15 s.',
  source:
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html',
  run({ probe, idle, files }) {
    const fronts = frontsOf(probe, files);
    if (fronts.length === 0) return notApplicable(NO_FRONT, idleEvidence(idle));
    return fronts.map(({ name, idleSec }): Outcome => {
      const evidence = { front: name, frontIdleSec: idleSec, ...idleEvidence(idle) };
      if (idle.timeoutMs === null) {
        if (idle.limitMs > idleSec * 1000) return pass(evidence);
        return inconclusive(
          `connections were open after ${seconds(idle.limitMs)} s, and the question is ${idleSec} s: --idle-limit ${Math.ceil(idleSec + MARGIN_SEC)}s`,
          evidence,
        );
      }
      if (areEqual(idle.timeoutMs, idleSec)) return notApplicable('the times are equal: KA03', evidence);
      if (idle.timeoutMs > idleSec * 1000) return pass(evidence);
      return fail({
        evidence,
        why: `the server ends a connection that idled for ${seconds(idle.timeoutMs)} s, and what is in front of it reuses it for ${idleSec} s: requests meet a closed connection, and clients see 502 or 503`,
        fix: idleFix(Math.ceil(idleSec + MARGIN_SEC)),
      });
    });
  },
});
