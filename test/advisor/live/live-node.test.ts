/**
 * Services of Node that run, with one fault each, and the same with the fault mended: every fault is found, by its
 * rules and no other, and nothing is found in the mended ones.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Advice } from '#zipfire/core/index.js';
import { zipfire } from '../../cli/zipfire.js';
import { server as certificate } from '../../support/certs.js';
import { adviseOn, assertFaults, assertMended } from './advised.js';
import { adviseOnNode, type NodeCase, startNode } from './node-live.js';

const cases: readonly NodeCase[] = [
  {
    name: 'an event loop that derives keys',
    ids: ['CPU09'],
    broken: { settings: { derives: 'sync' } },
    mended: { settings: { derives: 'async' } },
    load: { connections: '8', duration: '3s' },
    metrics: true,
  },
  {
    name: 'a heap that is too small',
    ids: ['MEM06'],
    broken: { settings: { heldMib: 24, churnKib: 64 }, flags: ['--max-old-space-size=60'] },
    mended: { settings: { heldMib: 24, churnKib: 64 }, flags: ['--max-old-space-size=2000'] },
    load: { connections: '1', duration: '1500ms' },
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
    load: { connections: '80', duration: '1200ms', rate: '200' },
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

describe('zipfire advise, as it is typed', () => {
  it('finds what is wrong with a service that runs, and fails on it', async () => {
    const { url, pid, stop } = await startNode({ settings: { backlog: 4 } }, false);
    try {
      const load = ['-c', '16', '-n', '200', '-t', '1', '-q'];
      const args = ['advise', url, '--pid', `${pid}`, ...load, '--fail-on', 'medium', '--out', '-'];
      const { code, stdout, stderr } = await zipfire(args);
      const { findings, schema } = JSON.parse(stdout) as Advice;
      assert.equal(schema, 'zipfire.advice/1');
      const failed = findings.filter(({ status }) => status === 'fail');
      assert.ok(failed.some(({ id, fix = '' }) => id === 'K02' && fix.includes('backlog')));
      assert.equal(code, 3, stderr);
    } finally {
      await stop();
    }
  });
});

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
  for (const each of cases) judge(each);
});

function judge(each: NodeCase): void {
  it(`finds ${each.ids.join(', ')}: ${each.name}`, async () => {
    assertFaults(await adviseOnNode(each.broken, each), each.ids);
  });
  it(`finds nothing when it is mended: ${each.name}`, async () => {
    assertMended(await adviseOnNode(each.mended, each), each.ids);
  });
}
