import { audit, fail, inconclusive, pass } from '../../audit.js';
import { frontsOf } from './fronts.js';
import { idleEvidence, seconds } from './idle-time.js';

/** `Keep-Alive: timeout=5` is what node:http says when nobody set its time. */
const NODE_HINT_SEC = 5;
/** Node closes at what it says, or a second later: newer ones add a buffer. */
const EARLIEST_MS = 4500;
const LATEST_MS = 6800;

export const ka04 = audit({
  id: 'KA04',
  title: 'The server does not have the short keep-alive time of Node',
  failureTitle: 'The server closes idle connections after 5 seconds, as Node does by default',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['probe', 'idle'],
  uses: ['files', 'keepAlive'],
  doc: 'Fails when a server without a name (Server) says Keep-Alive: timeout=5, as node:http before Node 26 does by default, and closes idle connections after 5 to 6 s, which every load balancer outlasts. High when one is known (--lb-idle, or the files).',
  versions: 'Node before 26, whose default is 65 s',
  fix: 'server.keepAliveTimeout: 65–75 s, more than the load balancer; headersTimeout above it.',
  source: 'https://nodejs.org/api/http.html#serverkeepalivetimeout',
  guard({ idle, keepAlive }) {
    if (idle.hintSec === null) return 'the server does not say Keep-Alive: timeout, as Node does';
    // Apache says and does the same, and its name.
    const { server = null } = keepAlive ?? {};
    return server === null || /node|express/i.test(server) ? null : `the server says that it is ${server}`;
  },
  run({ probe, idle, files }) {
    const evidence = idleEvidence(idle);
    if (idle.hintSec !== NODE_HINT_SEC) return pass(evidence);
    if (idle.timeoutMs === null) {
      if (idle.limitMs > LATEST_MS) return pass(evidence);
      return inconclusive(
        `connections were open after ${seconds(idle.limitMs)} s, which is too short to tell: --idle-limit 10s`,
        evidence,
      );
    }
    if (idle.timeoutMs < EARLIEST_MS || idle.timeoutMs > LATEST_MS) return pass(evidence);
    const outlasted = frontsOf(probe, files).some(({ idleSec }) => idleSec * 1000 > LATEST_MS);
    return fail({
      ...(outlasted ? { severity: 'high' as const } : {}),
      evidence,
      why: outlasted
        ? 'what is in front of it reuses connections for longer: requests meet a closed one, and clients see 502'
        : 'a client that comes back after 5 s connects anew, and a load balancer in front would answer 502',
      fix: 'server.keepAliveTimeout = 75_000;\nserver.headersTimeout = 76_000;',
    });
  },
});
