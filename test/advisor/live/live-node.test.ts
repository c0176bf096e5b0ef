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
}

const cases: readonly Case[] = [
  {
    name: 'an event loop that derives keys',
    ids: ['CPU09'],
    broken: { settings: { derives: 'sync' } },
    mended: { settings: { derives: 'async' } },
    load: { connections: '4', duration: '2s' },
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

async function advised(start: Start, { load, metrics = false }: Case) {
  const live = await startNode(start, metrics);
  try {
    return await adviseOn(live, load);
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
  for (const each of cases) {
    it(`finds ${each.ids.join(', ')}: ${each.name}`, async () => {
      assertFaults(await advised(each.broken, each), each.ids);
    });
    it(`finds nothing when it is mended: ${each.name}`, async () => {
      assertMended(await advised(each.mended, each), each.ids);
    });
  }
});
