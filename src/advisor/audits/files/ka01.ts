import { fail, type Outcome, pass } from '../../audit.js';
import { connectionLimits } from './connection-limits.js';
import { at, fileAudit } from './file-audit.js';

export const ka01 = fileAudit({
  id: 'KA01',
  title: 'The server is not told to end a connection after one request',
  failureTitle: 'The server is told to end a connection after one request',
  severity: 'high',
  doc: 'Fails when keepalive_timeout of nginx is 0, or keepalive_requests 1 (keep-alive-requests of ingress-nginx), max_requests_per_connection of an Envoy listener 1, or maxRequestsPerSocket of a Node server 1. Each request then pays for a connection, over TLS for a handshake, too. Whether the server keeps connections alive is asked of the live target beside it.',
  versions: 'every version',
  fix: 'keepalive_timeout 75s; keepalive_requests 1000;',
  source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#keepalive_timeout',
  run: (files) =>
    connectionLimits(files).map(({ name, value, requests, fix, ...place }): Outcome => {
      const evidence = { setting: name, value };
      if (requests > 1) return pass(evidence, at(place).where);
      return fail({
        ...at(place),
        evidence,
        why: 'the server ends a connection with each response: each request pays for a new one',
        fix,
      });
    }),
});
