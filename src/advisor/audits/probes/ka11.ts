import { audit, fail, inconclusive, pass } from '../../audit.js';

/** Linux delays an ACK by 40 ms; with timers and the service itself that is seen as 38–48. */
const LEAST_MS = 36;
const MOST_MS = 50;
const FEWEST = 10;

export const ka11 = audit({
  id: 'KA11',
  title: 'Responses on reused connections are not held back',
  failureTitle: 'Responses on reused connections wait 40 ms for an ACK (Nagle × delayed ACK)',
  severity: 'high',
  confidence: 'probed',
  underLoad: false,
  needs: ['reuse'],
  doc: 'Fails when the typical request on a reused connection takes 36 to 50 ms longer than the first request of a connection. The server writes a response in two pieces, its kernel holds the second back until the first is acknowledged (Nagle), and the client’s kernel delays that by 40 ms. The first requests of a connection are acknowledged at once, so that nothing shows there. 44 ms against 0.05 was measured for it.',
  versions: 'servers without TCP_NODELAY; Go, Node and nginx with keep-alive set it',
  fix: 'TCP_NODELAY, or head and body in one write.',
  source: 'https://www.rfc-editor.org/rfc/rfc896',
  run({ reuse }) {
    const first = quartile(reuse.firstMs);
    const reused = quartile(reuse.reusedMs);
    const post = quartile(reuse.postMs);
    const evidence = {
      firstMs: round(first),
      reusedMs: round(reused),
      ...(post === null ? {} : { postInTwoSegmentsMs: round(post) }),
      requests: reuse.reusedMs.length,
    };
    if (first === null) return inconclusive('no request was answered', evidence);
    const enough = (list: readonly number[]) => list.length >= FEWEST;
    const isHeld = (list: readonly number[]) => enough(list) && isHeldBack(list, first);
    const held = [
      ...(isHeld(reuse.reusedMs) ? ['requests on a reused connection take'] : []),
      ...(isHeld(reuse.postMs) ? ['requests with a body in two segments take'] : []),
    ];
    if (held.length > 0)
      return fail({
        evidence,
        why: `${held.join(', and ')} ${round((isHeld(reuse.reusedMs) ? reused : post) ?? 0)} ms, and the first of a connection ${round(first)} ms: that is the 40 ms of a delayed ACK`,
        fix: 'setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);\nsocket.setNoDelay(true);   // node:net\ntcp_nodelay on;   # nginx\n-Dsun.net.httpserver.nodelay=true   # the HttpServer of the JDK\ndisable_nagle_algorithm = True   # in the handler of Python’s http.server\n// or write head and body at once',
      });
    if (!enough(reuse.reusedMs))
      return inconclusive(`${reuse.reusedMs.length} requests on a reused connection are too few`, evidence);
    return pass(evidence);
  },
});

/** Times that lie far apart are those of a service that is slow by itself. */
function isHeldBack(values: readonly number[], firstMs: number): boolean {
  const sorted = values.toSorted((a, b) => a - b);
  const early = (sorted[Math.floor(sorted.length / 10)] ?? 0) - firstMs;
  const typical = (quartile(values) ?? 0) - firstMs;
  return early >= LEAST_MS && typical <= MOST_MS;
}

/** The lower quartile: what is held back is held back each time, and what a busy machine adds is above it. */
function quartile(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[values.length >> 2] ?? null;
}

function round(ms: number | null): number | null {
  return ms === null ? null : Number(ms.toFixed(2));
}
