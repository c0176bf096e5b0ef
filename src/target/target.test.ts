import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { get as getTls } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ZipfireError } from '../core/index.js';
import { ask, RawClient, until, withAgent, withTarget } from './client.fixture.js';
import { startTarget } from './target.js';
import { testCert, testKey } from './tls.fixture.js';

const GET = 'GET /kv/a HTTP/1.1\r\nHost: x\r\n\r\n';

function isUsageError(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof ZipfireError && error.code === 'usage' && message.test(error.message);
}

test('listens on a free port of the loopback and tells where', () =>
  withTarget({}, async (target) => {
    assert.ok(target.port > 0);
    assert.deepEqual([target.address, target.url], ['127.0.0.1', `http://127.0.0.1:${target.port}`]);
    assert.equal((await fetch(`${target.url}/healthz`)).status, 200);
  }));

test('counts requests and connections', () =>
  withTarget({}, async (target) => {
    await withAgent(async (agent) => {
      for (let i = 0; i < 3; i++) await ask(target, '/kv/a', { agent });
      await ask(target, '/nothing', { agent });
      assert.deepEqual([target.counters.connectionsOpened, target.counters.connectionsActive], [1, 1]);
    });
    await until(() => target.counters.connectionsActive === 0);
    const { requests, statuses, inFlight } = target.counters;
    assert.deepEqual(
      { requests, statuses, inFlight },
      { requests: 4, statuses: { 200: 3, 404: 1 }, inFlight: 0 },
    );
  }));

test('/metrics shows the same', () =>
  withTarget({}, async (target) => {
    await ask(target, '/kv/a');
    const { body } = await ask(target, '/metrics');
    assert.match(body, /^zipfire_target_requests_total\{method="GET",status="200"\} 1$/m);
    assert.match(body, /^zipfire_target_connections_opened_total 2$/m);
  }));

test('an idle connection is closed after its time', () =>
  withTarget({ keepAliveIdleMs: 20 }, async (target) => {
    const client = new RawClient(target);
    client.socket.write(GET);
    await client.closed;
    assert.match(client.received, /^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: keep-alive/);
  }));

test('the response that reaches the count of requests closes the connection', () =>
  withTarget({ requestsPerConnection: 3 }, async (target) => {
    const client = new RawClient(target);
    client.socket.on('data', () => {
      if (!client.received.includes('close')) client.socket.write(GET);
    });
    client.socket.write(GET);
    await client.closed;
    const connections = [...client.received.matchAll(/\r\nConnection: ([a-z-]+)/g)].map(([, value]) => value);
    assert.deepEqual(connections, ['keep-alive', 'keep-alive', 'close']);
  }));

test('a request a connection: what is pipelined behind it is left alone', () =>
  withTarget({ requestsPerConnection: 1 }, async (target) => {
    const client = new RawClient(target);
    client.socket.write(GET + GET);
    await client.closed;
    assert.match(client.received, /Connection: close/);
    assert.equal(target.counters.requests, 1);
  }));

test('connections beyond the limit are closed', () =>
  withTarget({ maxConnections: 1 }, async (target) => {
    const first = new RawClient(target);
    await until(() => target.counters.connectionsActive === 1);
    const second = new RawClient(target);
    await second.closed;
    assert.equal(second.received, '');
    assert.deepEqual([target.counters.connectionsOpened, target.counters.connectionsDropped], [1, 1]);
    first.socket.destroy();
  }));

test('pipelined requests are answered in order', () =>
  withTarget({}, async (target) => {
    const client = new RawClient(target);
    client.socket.write(['/kv/a', '/delay/1', '/kv/b'].map((path) => GET.replace('/kv/a', path)).join(''));
    await until(() => client.received.includes('b b b'));
    assert.match(client.received, /a a a[\s\S]*1 ms[\s\S]*b b b/);
    client.socket.destroy();
  }));

test('what is no HTTP is answered with 400 and closed', () =>
  withTarget({}, async (target) => {
    const client = new RawClient(target);
    client.socket.write('\x16\x03\x01 hello\r\n\r\n');
    await client.closed;
    assert.match(client.received, /^HTTP\/1\.1 400 /);
    assert.equal((await ask(target, '/kv/a')).status, 200);
  }));

test('listens on a unix socket and leaves no file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zipfire-target-'));
  const socketPath = join(folder, 'socket');
  try {
    await withTarget({ socketPath }, async (target) => {
      assert.deepEqual(
        [target.url, target.address, target.port],
        [`http+unix://${socketPath}`, socketPath, 0],
      );
      assert.equal((await ask(target, '/kv/a')).status, 200);
      await assert.rejects(startTarget({ socketPath }), isUsageError(/--unix-socket.*EADDRINUSE/));
    });
    // The same path again: the first one is gone.
    await withTarget({ socketPath, resetShare: 1 }, async (target) => {
      await assert.rejects(ask(target, '/kv/a'));
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('speaks TLS with the certificate it is given, and refuses one that is none', async () => {
  await withTarget({ tlsCert: testCert, tlsKey: testKey }, async (target) => {
    assert.match(target.url, /^https:\/\/127\.0\.0\.1:\d+$/);
    const status = await new Promise((resolve, reject) => {
      getTls(`${target.url}/kv/a`, { ca: testCert, agent: false }, (res) => {
        res.resume();
        resolve(res.statusCode);
      }).on('error', reject);
    });
    assert.equal(status, 200);
  });
  await assert.rejects(startTarget({ tlsCert: 'x', tlsKey: 'y' }), isUsageError(/--tls-cert/));
  await assert.rejects(startTarget({ tlsCert: testCert, tlsKey: testCert }), isUsageError(/--tls-key/));
});

test('an address that cannot be had is a usage error', () =>
  withTarget({}, async (target) => {
    await assert.rejects(
      startTarget({ port: target.port }),
      isUsageError(/cannot listen on 127\.0\.0\.1:\d+/),
    );
    await assert.rejects(startTarget({ host: '192.0.2.1' }), isUsageError(/192\.0\.2\.1/));
    await assert.rejects(startTarget({ port: 70_000 }), isUsageError(/port/));
  }));

test('closes with idle connections, fresh ones and half a TLS handshake open', async () => {
  for (const tls of [{}, { tlsCert: testCert, tlsKey: testKey }]) {
    const target = await startTarget(tls);
    const fresh = new RawClient(target);
    const idle = new RawClient(target);
    idle.socket.write(tls.tlsCert === undefined ? GET : '\x16\x03\x01');
    await until(() => target.counters.connectionsActive === 2);
    await target.close();
    await Promise.all([fresh.closed, idle.closed, target.ended]);
    await assert.rejects(ask(target, '/kv/a'));
    await target.close();
  }
});

test('a request in flight may end before the close, within its grace', async () => {
  const target = await startTarget({ closeGraceMs: 60_000 });
  const client = new RawClient(target);
  client.socket.write(GET.replace('/kv/a', '/delay/20'));
  await until(() => target.counters.inFlight === 1);
  await target.close();
  await client.closed;
  assert.match(client.received, /20 ms\n$/);
});

test('a request that outlives the grace is cut', async () => {
  const target = await startTarget({ closeGraceMs: 1, latency: '60s' });
  const client = new RawClient(target);
  client.socket.write(GET);
  await until(() => target.counters.inFlight === 1);
  await target.close();
  await client.closed;
  assert.equal(client.received, '');
  assert.equal(target.counters.inFlight, 0);
});
