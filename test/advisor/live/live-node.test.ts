/**
 * Services of Node that run, with one fault each, and the same with the fault mended: every fault is found, by its
 * rules and no other, and nothing is found in the mended ones.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunFlags } from '#zipfire/profile/index.js';
import { server as certificate } from '../../support/certs.js';
import { startWithStdin } from '../../support/stdio-child.js';
import { adviseOn, assertFaults, assertMended, type Live } from './advised.js';
import type { NodeSettings } from './node-target.js';

const script = fileURLToPath(new URL('node-target.js', import.meta.url));

interface Start {
  readonly settings?: NodeSettings;
  /** Of node. */
  readonly flags?: readonly string[];
  /** Of open files. */
  readonly limit?: number;
}

interface Case {
  readonly name: string;
  readonly ids: readonly string[];
  readonly broken: Start;
  readonly mended: Start;
  readonly load: RunFlags;
  readonly metrics?: boolean;
  /** Of `--probe`, in camel case. */
  readonly probe?: Readonly<Record<string, string>>;
}

const some: RunFlags = { connections: '2', requests: '50' };
/** Of what a case is not about there is only a short look. */
const briefly = { idleLimit: '500ms', probeRequests: '120', probeTime: '300ms' };

const cases: readonly Case[] = [
  {
    name: 'an event loop that derives keys',
    ids: ['CPU09'],
    broken: { settings: { derives: 'sync' } },
    mended: { settings: { derives: 'async' } },
    load: { connections: '2', duration: '2s' },
    metrics: true,
  },
  {
    name: 'a heap that is too small',
    ids: ['MEM06'],
    broken: { settings: { heldMib: 24, churnKib: 64 }, flags: ['--max-old-space-size=60'] },
    mended: { settings: { heldMib: 24, churnKib: 64 }, flags: ['--max-old-space-size=2000'] },
    load: { connections: '2', duration: '2s' },
    metrics: true,
  },
  {
    name: 'an accept queue of four',
    ids: ['K02'],
    broken: { settings: { backlog: 4 } },
    mended: { settings: { backlog: 1024 } },
    load: { connections: '16', requests: '200' },
  },
  {
    name: 'a low limit of open files',
    ids: ['K03'],
    broken: { limit: 100 },
    mended: { limit: 1000 },
    load: { connections: '80', duration: '1500ms', rate: '200' },
  },
  {
    name: 'one stream on an HTTP/2 connection',
    ids: ['H201'],
    broken: { settings: { speaks: 'h2c', streams: 1 } },
    mended: { settings: { speaks: 'h2c', streams: 100 } },
    load: { http2: true, connections: '1', streams: '8', requests: '100' },
  },
  {
    name: 'a TLS handshake for each request',
    ids: ['TLS2'],
    broken: { settings: { speaks: 'https', ...certificate, requestsPerConnection: 1 } },
    mended: { settings: { speaks: 'https', ...certificate } },
    load: { connections: '2', requests: '100', insecure: true, http1: true },
  },
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
    name: 'any number of streams on an HTTP/2 connection',
    ids: ['H202'],
    broken: { settings: { speaks: 'h2c' } },
    mended: { settings: { speaks: 'h2c', streams: 100 } },
    load: { ...some, http2: true },
    probe: briefly,
  },
];

async function startNode(
  { settings = {}, flags = [], limit }: Start,
  withMetrics: boolean,
): Promise<Live & { stop(): Promise<void> }> {
  const command = [process.execPath, ...flags, script, JSON.stringify(settings)];
  const limited =
    limit === undefined ? command : ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh', ...command];
  const { pid, line, stop } = await startWithStdin(limited[0] ?? '', limited.slice(1));
  const url = `${settings.speaks === 'h2c' ? 'h2c' : (settings.speaks ?? 'http').replace('pieces', 'http')}://127.0.0.1:${line}/`;
  return { url, pid, stop, ...(withMetrics ? { metrics: `http://127.0.0.1:${line}/metrics` } : {}) };
}

async function advised(start: Start, { load, metrics = false, probe }: Case) {
  const live = await startNode(start, metrics);
  try {
    return await adviseOn(live, load, probe === undefined ? {} : { probe: true, ...probe });
  } finally {
    await live.stop();
  }
}

describe('a generator that is the bottleneck', () => {
  it('makes what rests on the load inconclusive, says what to do, and leaves settings judged', async () => {
    const live = await startNode({ settings: { backlog: 4 } }, true);
    try {
      // Far more than one connection answers: requests are sent late, and given up.
      const load = { connections: '5', rate: '1000000', duration: '1s', timeout: '200ms' };
      const { selfChecks, findings, verdict } = await adviseOn(live, load);
      const failed = selfChecks.filter(({ status }) => status === 'fail');
      assert.ok(
        failed.some(({ id }) => id === 'S02' || id === 'S07'),
        JSON.stringify(selfChecks),
      );
      for (const { id, fix } of failed) assert.match(fix ?? '', /--|taskset|ulimit|docker/, id);
      const capped = findings.filter(({ cappedBy }) => cappedBy !== undefined);
      assert.ok(capped.some(({ id }) => id === 'K01'));
      for (const { id, status, why } of capped) {
        assert.equal(status, 'inconclusive', id);
        assert.match(why ?? '', /^the generator was not fit to judge it \(S0/, id);
      }
      assert.equal(verdict, 'inconclusive');
    } finally {
      await live.stop();
    }
  });
});

describe('the catalogue of faults in services of Node that run', () => {
  for (const each of cases.filter(({ probe }) => probe === undefined)) judge(each);
});

// Probes wait more than they work.
describe('the catalogue of faults that are probed in services of Node', { concurrency: 4 }, () => {
  for (const each of cases.filter(({ probe }) => probe !== undefined)) judge(each);
});

function judge(each: Case): void {
  it(`finds ${each.ids.join(', ')}: ${each.name}`, async () => {
    assertFaults(await advised(each.broken, each), each.ids);
  });
  it(`finds nothing when it is mended: ${each.name}`, async () => {
    assertMended(await advised(each.mended, each), each.ids);
  });
}
