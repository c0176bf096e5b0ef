import { audit, fail, inconclusive, notApplicable, pass } from '../../audit.js';

const LEAST = 100;

export const ka06 = audit({
  id: 'KA06',
  title: 'A connection carries many requests',
  failureTitle: 'The server ends a connection after few requests',
  severity: 'medium',
  confidence: 'probed',
  underLoad: false,
  needs: ['requests'],
  uses: ['files'],
  doc: 'Fails when the server ends a connection after fewer than 100 requests: clients reconnect all the time, and in front of TLS they shake hands. nginx allows 1000 by default. Fails, too, when the files have a network load balancer (layer 4) and no end was found: clients then stay with the server that they came to first, and new ones get no load. One request a connection is KA01.',
  versions: 'every server of HTTP/1.1; nginx before 1.19.10 has a default of 100',
  fix: 'keepalive_requests: 1000 and more.',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_requests',
  after: ['KA01'],
  run({ requests, files }) {
    const { answered, endedBy, lost, most, mostMs } = requests;
    const evidence = { requestsPerConnection: endedBy === null ? null : answered, answered, endedBy, lost };
    if (endedBy !== null && answered < LEAST) {
      if (answered <= 1) return notApplicable('it carries one at most: KA01', evidence);
      const unannounced = endedBy === 'announced' ? '' : ', and does not announce it';
      return fail({
        evidence,
        why: `the server ends a connection after ${answered} requests${unannounced}: one in ${answered} pays for a new one`,
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
    if (endedBy === null && answered < LEAST && answered < most)
      return inconclusive(
        `${answered} requests are all that ${mostMs / 1000} s had time for: --probe-time 60s`,
        evidence,
      );
    return pass(evidence);
  },
});
