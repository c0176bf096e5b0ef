/** Probes of servers of HTTP/1.1 that treat their connections badly, and of their mended twins. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { server as certificate } from '../../support/certs.js';
import { type Http1Oddity, listenOdd, listenReplicas, withoutResumption } from '../../support/odd-servers.js';
import { failedIds, type ProbeChanges, probe } from './probed.js';

/** They mostly wait. */
const sideBySide = { concurrency: true } as const;

async function probed(oddity: Http1Oddity, changes: ProbeChanges = {}) {
  const server = await listenOdd(oddity);
  try {
    const gathered = await probe(server, changes);
    await server.idle();
    return { ...gathered.facts, failed: gathered.failed, ids: failedIds(gathered) };
  } finally {
    await server.close();
  }
}

describe('a server that is as it should be', () => {
  it('has nothing to mend', async () => {
    const { ids, keepAlive, idle, requests, reuse, failed } = await probed({});
    assert.deepEqual(ids, []);
    assert.deepEqual(failed, {});
    assert.equal(keepAlive?.honoured, true);
    assert.equal(idle?.timeoutMs, null);
    assert.deepEqual([requests?.answered, requests?.endedBy], [150, null]);
    assert.equal(reuse?.reusedMs.length, 30);
  });
});

describe('keep-alive that is not honoured', sideBySide, () => {
  for (const end of ['announced', 'http10', 'fin', 'rst', 'silence'] as const) {
    it(`is found: ${end}`, async () => {
      const { ids, keepAlive, idle } = await probed({ requests: 1, end }, { timeoutMs: 1000 });
      assert.deepEqual(ids, ['KA01']);
      assert.equal(keepAlive?.endedBy, end === 'http10' ? 'announced' : end);
      assert.equal(idle, undefined, 'there is nothing that could idle');
    });
  }
});

describe('the requests that a connection carries', sideBySide, () => {
  for (const requests of [2, 7, 99, 100])
    for (const end of ['announced', 'fin'] as const) {
      it(`are counted exactly: ${requests}, ${end}`, async () => {
        const seen = await probed({ requests, end }, { idleLimitMs: 1 });
        assert.deepEqual([seen.requests?.answered, seen.requests?.endedBy], [requests, end]);
        assert.deepEqual(seen.ids, requests < 100 ? ['KA06'] : []);
      });
    }
});

describe('how idle connections end', sideBySide, () => {
  for (const idleBy of ['fin', 'rst'] as const)
    it(`is seen: ${idleBy}`, async () => {
      const { ids, idle } = await probed({ idleMs: 700, idleBy }, { idleLimitMs: 60_000, lbIdleMs: 60_000 });
      assert.equal(idle?.endsBy, idleBy);
      // The server's timer, which may be late and is never early; the first of many connections to be closed.
      assert.ok((idle?.timeoutMs ?? 0) > 650, String(idle?.timeoutMs));
      assert.ok((idle?.closedMs.length ?? 0) >= 2);
      assert.ok(idle?.race !== null, 'the race at the limit was run');
      assert.deepEqual(ids, idleBy === 'fin' ? ['KA02'] : ['KA02', 'KA07']);
    });

  for (const idleBy of ['silence', 'reset-on-use'] as const)
    it(`is seen: ${idleBy}`, async () => {
      const { ids, idle } = await probed({ idleMs: 700, idleBy }, { idleLimitMs: 2000, timeoutMs: 1000 });
      assert.equal(idle?.endsBy, idleBy);
      assert.deepEqual(idle?.closedMs, []);
      const ends = idle?.asked.map(({ end }) => end);
      const end = idleBy === 'silence' ? 'silence' : 'reset';
      assert.deepEqual([ends?.[0], ends?.at(-1)], ['answered', end]);
      assert.ok((idle?.timeoutMs ?? 0) > 500 && (idle?.withinMs ?? 0) > 0);
      assert.deepEqual(ids, ['KA07']);
    });

  it('is not what the hint says', async () => {
    const lying = await probed({ idleMs: 300, hint: 'timeout=30' }, { idleLimitMs: 60_000 });
    assert.equal(lying.idle?.hintSec, 30);
    assert.deepEqual(lying.ids, ['KA07', 'KA13']);
    const honest = await probed({ idleMs: 1000, hint: 'timeout=1' }, { idleLimitMs: 60_000 });
    assert.deepEqual(honest.ids, ['KA13']);
  });

  it('is a race where the other end closes after the same time', async () => {
    const seen = await probed({ idleMs: 400 }, { idleLimitMs: 60_000, lbIdleMs: 400 });
    assert.deepEqual(seen.ids, ['KA03']);
  });
});

describe('responses on reused connections', () => {
  it('are timed apart from the first', async () => {
    const { reuse } = await probed({ reusedGapMs: 40 }, { idleLimitMs: 1, requests: 3 });
    assert.equal(reuse?.firstMs.length, 5);
    assert.ok(reuse?.reusedMs.every((ms) => ms > 38));
  });

  it('are timed with a body in two segments, where one is posted', async () => {
    const request = { headers: [], body: '{"a":1}' };
    const { reuse } = await probed({}, { request, idleLimitMs: 1, requests: 3 });
    assert.equal(reuse?.postMs.length, 10);
  });
});

describe('TLS', () => {
  it('resumes, or does not', async () => {
    const changes = { tls: true, idleLimitMs: 1, requests: 3 };
    const resuming = await probed({ tls: certificate }, changes);
    assert.deepEqual([resuming.resumption?.reconnects, resuming.resumption?.resumed], [20, 20]);
    assert.equal(resuming.resumption?.version, 'TLSv1.3');
    assert.ok((resuming.resumption?.certificate?.daysLeft ?? 0) > 0);
    assert.deepEqual(resuming.ids, []);
    const not = await probed({ tls: withoutResumption(certificate) }, changes);
    assert.equal(not.resumption?.resumed, 0);
    assert.deepEqual(not.ids, ['TLS1']);
    const old = await probed({ tls: { ...certificate, maxVersion: 'TLSv1.2' } }, changes);
    assert.deepEqual([old.resumption?.version, old.resumption?.resumed], ['TLSv1.2', 20]);
  });

  it('is seen to have keys of its own in each replica', async () => {
    const server = await listenReplicas(certificate, [0, 0, 1, 1]);
    const gathered = await probe(server, { tls: true, idleLimitMs: 1, requests: 3 });
    await server.close();
    const { reconnects = 0, resumed = 0 } = gathered.facts.resumption ?? {};
    assert.deepEqual([reconnects, resumed], [20, 10]);
    assert.deepEqual(failedIds(gathered), ['TLS1']);
  });
});

describe('a probing', () => {
  it('that is aborted leaves nothing open', async () => {
    const server = await listenOdd();
    const controller = new AbortController();
    const probing = probe(server, {
      idleLimitMs: 60_000,
      signal: controller.signal,
      onProgress: (text) => {
        if (text.startsWith('when idle')) setImmediate(() => controller.abort(new Error('stopped')));
      },
    });
    const { facts, failed } = await probing;
    await server.idle();
    await server.close();
    assert.equal(facts.keepAlive?.honoured, true, 'it was answered before');
    assert.deepEqual([facts.idle, facts.requests], [undefined, undefined]);
    assert.match(failed.requests ?? '', /ended by hand/);
  });

  it('that is aborted knows for how long idle connections were kept', async () => {
    const server = await listenOdd();
    const controller = new AbortController();
    const asked = { most: Number.POSITIVE_INFINITY };
    const looking = setInterval(() => {
      if (server.seen.requests > asked.most) controller.abort();
    }, 10);
    const { facts } = await probe(server, {
      idleLimitMs: 5000,
      requests: 1,
      signal: controller.signal,
      onProgress: (text) => {
        // The first request of the 12 that idle and of the one that is counted, and three of them once more.
        if (text.startsWith('when idle')) asked.most = server.seen.requests + 12 + 1 + 2;
      },
    });
    clearInterval(looking);
    await server.idle();
    await server.close();
    const { timeoutMs, limitMs = 0 } = facts.idle ?? {};
    assert.equal(timeoutMs, null);
    assert.ok(limitMs >= 490 && limitMs < 5000, String(limitMs));
  });

  it('of nobody is refused', async () => {
    const server = await listenOdd();
    await server.close();
    await assert.rejects(probe(server), { code: 'unreachable', exitCode: 4, message: /ECONNREFUSED/ });
  });
});
