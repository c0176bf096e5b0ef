import { audit, fail, inconclusive, notApplicable, pass } from '../../audit.js';
import { ENOUGH_SEC, SHORTEST_CLIENT_SEC } from '../idle-defaults.js';
import { frontsOf } from './fronts.js';
import { idleEvidence, idleFix, seconds } from './idle-time.js';

const LEAST_MS = 1000 * SHORTEST_CLIENT_SEC;

export const ka13 = audit({
  id: 'KA13',
  title: 'Idle connections outlive a short pause of their clients',
  failureTitle: 'The server ends idle connections within seconds',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['probe', 'idle'],
  uses: ['files', 'keepAlive'],
  doc: 'Fails when the idle time-out, as measured, is below 4 s, the shortest time for which a client in use keeps connections by default (undici; Java keeps them for 30 s, Go for 90). A client that comes back after a pause connects anew, and one that believes its connection to be open meets a closed one. Where what is in front of the server is known (--lb-idle, or the files) it is KA02.',
  versions: 'every server of HTTP/1.1; gunicorn closes after 2 s by default',
  fix: 'An idle time above that of the clients.',
  source: 'https://github.com/nodejs/undici/blob/main/docs/docs/api/Client.md',
  run({ probe, idle, files, keepAlive }) {
    const evidence = idleEvidence(idle);
    if (frontsOf(probe, files).length > 0)
      return notApplicable('what is in front of it is known: KA02', evidence);
    if (idle.timeoutMs === null)
      return idle.limitMs >= LEAST_MS
        ? pass(evidence)
        : inconclusive(
            `connections were open after ${seconds(idle.limitMs)} s, which is too short to tell: --idle-limit 10s`,
            evidence,
          );
    if (idle.endsBy !== 'fin') return notApplicable('how they end is the fault: KA07', evidence);
    if (idle.timeoutMs >= LEAST_MS) return pass(evidence);
    return fail({
      evidence,
      why: `a client that comes back after ${seconds(idle.timeoutMs)} s connects anew, and one that keeps connections for longer, as most do, meets a closed one`,
      fix: /gunicorn/i.test(keepAlive?.server ?? '')
        ? `gunicorn --keep-alive ${ENOUGH_SEC}`
        : idleFix(ENOUGH_SEC),
    });
  },
});
