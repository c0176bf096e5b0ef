import { fail, type Outcome, pass } from '../../audit.js';
import { connectionLimits } from './connection-limits.js';
import { at, fileAudit } from './file-audit.js';

const LEAST = 100;

export const ka06 = fileAudit({
  id: 'KA06',
  title: 'A connection may carry 100 requests',
  failureTitle: 'A connection may carry few requests',
  severity: 'medium',
  doc: 'Fails when a server is set to end a connection after fewer than 100 requests: keepalive_requests of nginx (keep-alive-requests of ingress-nginx), max_requests_per_connection of an Envoy listener, maxRequestsPerSocket of a Node server. Clients reconnect all the time, and in front of TLS they shake hands. One request a connection is KA01.',
  versions: 'every version; nginx since 1.19.10 has a default of 1000',
  fix: 'keepalive_requests: 1000 and more.',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_requests',
  after: ['KA01'],
  run: (files) =>
    connectionLimits(files)
      // What says a time says no number.
      .filter(({ name, requests }) => requests > 1 && name !== 'keepalive_timeout')
      .map(({ name, value, requests, fix, ...place }): Outcome => {
        const evidence = { setting: name, value };
        if (requests >= LEAST) return pass(evidence, at(place).where);
        return fail({
          ...at(place),
          evidence,
          why: `the server ends a connection after ${requests} requests: one in ${requests} pays for a new one`,
          fix,
        });
      }),
});
