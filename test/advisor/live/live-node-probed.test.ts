/** Services of Node that treat their connections badly, probed beside a load, and the same with the fault mended. */
import { describe, it } from 'node:test';
import type { RunFlags } from '#zipfire/profile/index.js';
import { server as certificate } from '../../support/certs.js';
import { assertFaults, assertMended } from './advised.js';
import { adviseOnNode, type NodeCase } from './node-live.js';

const some: RunFlags = { connections: '2', requests: '50' };
/** Of what a case is not about there is only a short look. */
const briefly = { idleLimit: '500ms', probeRequests: '120' };
/** HTTP/2 is watched for as long as is said. */
const http2Briefly = { ...briefly, probeTime: '300ms' };

const cases: readonly NodeCase[] = [
  {
    name: 'Connection: close with every response',
    ids: ['KA01'],
    broken: { settings: { closes: true } },
    mended: {},
    load: some,
    probe: briefly,
  },
  {
    name: 'maxRequestsPerSocket of 1',
    ids: ['KA01'],
    broken: { settings: { requestsPerConnection: 1 } },
    mended: { settings: { requestsPerConnection: 1000 } },
    load: some,
    probe: briefly,
  },
  {
    name: 'maxRequestsPerSocket of 10',
    ids: ['KA06'],
    broken: { settings: { requestsPerConnection: 10 } },
    mended: { settings: { requestsPerConnection: 1000 } },
    load: some,
    probe: briefly,
  },
  {
    name: 'a keepAliveTimeout of 1 s behind a load balancer of 4 s',
    ids: ['KA02'],
    broken: { settings: { idleMs: 1000 } },
    mended: { settings: { idleMs: 75_000 } },
    load: some,
    probe: { ...briefly, lbIdle: '4s', idleLimit: '4500ms' },
  },
  {
    name: 'a keepAliveTimeout of 1 s, whatever is in front',
    ids: ['KA13'],
    broken: { settings: { idleMs: 1000 } },
    mended: { settings: { idleMs: 75_000 } },
    load: some,
    probe: { ...briefly, idleLimit: '4500ms' },
  },
  {
    name: 'the keepAliveTimeout of Node before 26',
    ids: ['KA04'],
    broken: { settings: { idleMs: null } },
    mended: { settings: { idleMs: 75_000 } },
    load: some,
    probe: { ...briefly, idleLimit: '7500ms' },
    only: () =>
      Number(process.versions.node.split('.')[0]) >= 26 &&
      `Node ${process.versions.node} keeps connections for 65 s by default`,
  },
  {
    name: 'idle connections that are forgotten in silence',
    ids: ['KA07'],
    broken: { settings: { speaks: 'pieces', noDelay: true, idleMs: 4500, idleBy: 'silence' } },
    mended: { settings: { speaks: 'pieces', noDelay: true, idleMs: 4500, idleBy: 'fin' } },
    load: { ...some, timeout: '1s' },
    probe: { ...briefly, idleLimit: '6500ms' },
  },
  {
    name: 'a response in two pieces, with Nagle',
    ids: ['KA11'],
    broken: { settings: { speaks: 'pieces', noDelay: false } },
    mended: { settings: { speaks: 'pieces', noDelay: true } },
    load: some,
    probe: briefly,
  },
  {
    name: 'TLS without session tickets',
    ids: ['TLS1'],
    broken: { settings: { speaks: 'https', ...certificate, resumes: false } },
    mended: { settings: { speaks: 'https', ...certificate } },
    load: { ...some, insecure: true },
    probe: briefly,
  },
  {
    name: 'an HTTP/2 window that is small for its bodies',
    ids: ['H203'],
    broken: { settings: { speaks: 'h2c', streams: 100, windowBytes: 1024 } },
    mended: { settings: { speaks: 'h2c', streams: 100, windowBytes: 2 ** 20 } },
    load: { ...some, http2: true, method: 'POST', body: 'x'.repeat(200_000) },
    probe: http2Briefly,
  },
  {
    name: 'any number of streams on an HTTP/2 connection',
    ids: ['H202'],
    broken: { settings: { speaks: 'h2c' } },
    mended: { settings: { speaks: 'h2c', streams: 100 } },
    load: { ...some, http2: true },
    probe: http2Briefly,
  },
];

// Probes wait more than they work.
describe('the catalogue of faults that are probed in services of Node', { concurrency: 4 }, () => {
  for (const each of cases) {
    const skip = each.only?.() ?? false;
    it(`finds ${each.ids.join(', ')}: ${each.name}`, { skip }, async () => {
      assertFaults(await adviseOnNode(each.broken, each), each.ids);
    });
    it(`finds nothing when it is mended: ${each.name}`, async () => {
      assertMended(await adviseOnNode(each.mended, each), each.ids);
    });
  }
});
