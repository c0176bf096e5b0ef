/** Probes of servers of HTTP/2 that treat their connections badly, and of their mended twins. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { server as certificate } from '../../support/certs.js';
import { type Http2Oddity, listenOddHttp2 } from '../../support/odd-servers.js';
import { failedIds, type ProbeChanges, probe } from './probed.js';

const limited = { maxConcurrentStreams: 250 };

async function probed(oddity: Http2Oddity, changes: ProbeChanges = {}) {
  const server = await listenOddHttp2({ settings: limited, ...oddity });
  try {
    const gathered = await probe(server, { http2: true, timeMs: 300, ...changes });
    await server.idle();
    return { ...gathered.facts, failed: gathered.failed, ids: failedIds(gathered) };
  } finally {
    await server.close();
  }
}

describe('a server of HTTP/2', () => {
  it('that is as it should be has nothing to mend', async () => {
    const { ids, failed, http2Watch, pings } = await probed({}, { pingEveryMs: 1 });
    assert.deepEqual([ids, failed], [[], {}]);
    assert.equal(http2Watch?.closed, false);
    assert.equal(http2Watch?.cut, 0);
    assert.deepEqual([pings?.sent, pings?.acknowledged, pings?.goaway], [5, 5, null]);
  });

  it('says its limits', async () => {
    const few = await probed({ settings: { maxConcurrentStreams: 1, initialWindowSize: 1000 } });
    assert.equal(few.http2Settings?.maxConcurrentStreams, 1);
    assert.equal(few.http2Settings?.initialWindowBytes, 1000);
    const none = await probed({ settings: {} });
    assert.deepEqual(none.ids, ['H202']);
  });

  it('is asked by a call for its health, where it is one of gRPC', async () => {
    const { ids, http2Watch } = await probed({}, { grpc: true });
    assert.deepEqual([ids, http2Watch?.cut], [[], 0]);
  });

  it('is not pinged unless that is asked for', async () => {
    assert.equal((await probed({ pings: 0 })).pings, undefined);
  });

  it('that ends connections for pings is found', async () => {
    const { ids, pings } = await probed({ pings: 2 }, { pingEveryMs: 20 });
    assert.deepEqual(ids, ['G01']);
    assert.deepEqual(
      [pings?.goaway?.codeName, pings?.goaway?.debug],
      ['ENHANCE_YOUR_CALM', 'too_many_pings'],
    );
  });

  for (const ageBy of ['goaway', 'error', 'fin'] as const)
    it(`that ends young connections is found: ${ageBy}`, async () => {
      const { ids, http2Watch } = await probed({ maxAgeMs: 150, ageBy }, { timeMs: 60_000 });
      assert.deepEqual(ids, ['G03']);
      const name = { goaway: 'NO_ERROR', error: 'INTERNAL_ERROR', fin: undefined }[ageBy];
      assert.equal(http2Watch?.goaway?.codeName, name);
      assert.equal(http2Watch?.closed, true);
    });

  it('that cuts requests is found', async () => {
    const oddity: Http2Oddity = { maxAgeMs: 150, ageBy: 'fin', silent: true };
    const { http2Watch } = await probed(oddity, { timeMs: 60_000 });
    assert.deepEqual([http2Watch?.requests, http2Watch?.cut], [1, 1]);
  });

  it('is asked over TLS what it speaks', async () => {
    const server = createSecureServer({ ...certificate, allowHTTP1: true, settings: limited });
    server.on('request', (_, response) => response.end('ok'));
    server.on('sessionError', () => {});
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const gathered = await probe({ port }, { tls: true, idleLimitMs: 1, requests: 3, timeMs: 100 });
    server.close();
    await once(server, 'close');
    assert.deepEqual(gathered.facts.alpn, { chosen: 'h2', http2: true, http1: true });
    assert.deepEqual(gathered.facts.probe, { lbIdleMs: null, http1: true, http2: true });
    assert.equal(gathered.facts.http2Settings?.maxConcurrentStreams, 250);
    assert.equal(gathered.facts.keepAlive?.honoured, true);
    assert.deepEqual(failedIds(gathered), []);
  });
});
