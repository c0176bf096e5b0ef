import { audit, fail, inconclusive, notApplicable, pass } from '../../audit.js';
import { type RequestsFacts, TOO_MANY } from '../../gather/probe/requests.js';
import { seconds } from './idle-time.js';
import { endsConnections } from './status.js';

const LEAST = 100;
/** As of G03: connections that are not older than this are made all the time. */
const LEAST_AGE_MS = 10_000;

export const ka06 = audit({
  id: 'KA06',
  title: 'A connection carries many requests',
  failureTitle: 'The server ends a connection after few requests',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['requests'],
  uses: ['files'],
  doc: 'Fails when the server ends a connection after fewer than 100 requests: clients reconnect all the time, and in front of TLS they shake hands. Three connections are counted, one of them at half the pace: one that ends after a time, not a count, is told as such. nginx allows 1000 by default. Fails, too, when the files have a network load balancer (layer 4) and no end was found: clients then stay with the server that they came to first, and new ones get no load. One request a connection is KA01.',
  versions: 'every server of HTTP/1.1; nginx before 1.19.10 has a default of 100',
  fix: 'keepalive_requests: 1000 and more.',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_requests',
  after: ['KA01'],
  run({ requests, files }) {
    const { answered, endedBy, lost, again, most, mostMs, full, status } = requests;
    const counts = [answered, ...again.map((each) => each.answered)];
    const [low, high] = [Math.min(...counts), Math.max(...counts)];
    const evidence = {
      requestsPerConnection: endedBy === null ? null : low === high ? answered : counts,
      answered,
      endedBy,
      lost,
    };
    if (TOO_MANY.has(status) || (endedBy !== null && endsConnections(status)))
      return inconclusive(
        `the server answered ${status} after ${answered} ${answered === 1 ? 'request' : 'requests'}: fewer (--probe-requests), or another path, tell more`,
        evidence,
      );
    if (endedBy !== null && answered < LEAST) {
      if (high <= 1) return notApplicable('it carries one at most: KA01', evidence);
      const ends = again.map((each) => each.endedBy);
      if (endedBy === 'silence' && ends.some((end) => end !== 'silence'))
        return inconclusive('a response did not come in time once, and came on other connections', evidence);
      if (high >= LEAST || ends.includes(null)) return pass(evidence);
      const unannounced = endedBy === 'announced' ? '' : ', and does not announce it';
      if (isByTime(requests))
        return requests.lastedMs >= LEAST_AGE_MS
          ? pass({ ...evidence, connectionSec: seconds(requests.lastedMs) })
          : fail({
              evidence: { ...evidence, connectionSec: seconds(requests.lastedMs) },
              why: `the server ends a connection ${seconds(requests.lastedMs)} s after it began, however much it is used${unannounced}: clients reconnect all the time`,
              fix: 'keepalive_time 1h;   # nginx',
            });
      const often = low === high ? `${answered} requests` : `${low} to ${high} requests`;
      return fail({
        evidence,
        why: `the server ends a connection after ${often}${unannounced}: one in ${answered} pays for a new one`,
        fix: 'keepalive_requests 1000;   # nginx\nMaxKeepAliveRequests 1000   # Apache\nserver.maxRequestsPerSocket = 0;   // Node',
      });
    }
    const layer4 = files?.balancers.find(({ kind }) => kind === 'aws-nlb');
    if (endedBy === null && layer4 !== undefined && answered === most)
      return fail({
        severity: 'low',
        evidence: { ...evidence, balancer: layer4.name },
        why: `connections go through ${layer4.name}, which balances connections and not requests, and the server ended none within ${most} requests: clients stay with the server that they came to first`,
        fix: 'keepalive_requests 1000;   # nginx\nserver.maxRequestsPerSocket = 1000;   // Node',
      });
    if (endedBy === null && answered < LEAST && full)
      return inconclusive(
        `the ${answered} responses were so large that it was enough: probe a path with a small one`,
        evidence,
      );
    if (endedBy === null && answered < LEAST && answered < most)
      return inconclusive(
        `${answered} requests are all that ${mostMs / 1000} s had time for: --probe-time 60s`,
        evidence,
      );
    return pass(evidence);
  },
});

/** At half the pace it was fewer requests in the same time. */
function isByTime({ answered, lastedMs, again: [slower] }: RequestsFacts): boolean {
  if (slower === undefined || slower.answered > 0.75 * answered) return false;
  return Math.abs(slower.lastedMs - lastedMs) <= Math.max(0.25 * lastedMs, 50);
}
