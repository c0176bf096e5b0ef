import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DriverOptions, ZipfireError } from '#zipfire/core/index.js';
import { createUndiciDriver } from '#zipfire/drivers/undici/index.js';
import { authority, server, client as stranger } from '../../support/certs.js';
import { operation, type RequestSpec } from '../../support/operations.js';
import { check } from '../contract/bench.js';
import { client, undici } from './subject.js';

const events = { outcome() {}, slotFree() {}, messagesSent() {}, messagesReceived() {} };
const options: DriverOptions = {
  target: {
    url: 'http://127.0.0.1/',
    tls: null,
    host: '127.0.0.1',
    port: 80,
    socketPath: null,
    authority: '127.0.0.1',
    path: '/',
  },
  address: null,
  connections: 1,
  pipeline: 1,
  streams: 1,
  concurrency: null,
  http: 'auto',
  keepAlive: true,
  timeoutMs: 1_000,
  connectTimeoutMs: 1_000,
  ...client({}),
};
const noTls = { serverName: '', ca: null, cert: null, key: null, insecure: false };

function isUsage(message: RegExp) {
  return (error: unknown) =>
    error instanceof ZipfireError && error.code === 'usage' && message.test(error.message);
}

const wrong: readonly (readonly [title: string, options: Partial<DriverOptions>, message: RegExp])[] = [
  ['HTTP/2 without keep-alive', { http: '2', keepAlive: false }, /keep-alive/],
  ['a proxy that is no URL', client({ proxy: 'nonsense' }), /proxy nonsense/],
  ['a proxy of another protocol', client({ proxy: 'socks5://127.0.0.1:1080' }), /proxy socks5/],
  [
    'a proxy and a unix socket',
    { ...client({ proxy: 'http://p/' }), target: { ...options.target, socketPath: '/s' } },
    /unix socket/,
  ],
  [
    'a key that is not the certificate’s',
    { target: { ...options.target, tls: { ...noTls, cert: server.cert, key: stranger.key } } },
    /certificates cannot be used: .*mismatch/,
  ],
];
for (const [title, change, message] of wrong) {
  test(`refuses ${title}`, () => {
    assert.throws(() => createUndiciDriver({ ...options, ...change }, events), isUsage(message));
  });
}

const unsendable: readonly (readonly [title: string, spec: RequestSpec, message: RegExp])[] = [
  ['Transfer-Encoding', { headers: [['Transfer-Encoding', 'chunked']] }, /Transfer-Encoding/],
  ['Expect', { headers: [['expect', '100-continue']] }, /expect/],
  ['Content-Length', { headers: [['content-length', '5']] }, /content-length/],
  ['CONNECT', { method: 'CONNECT' }, /CONNECT/],
];
for (const [title, spec, message] of unsendable) {
  test(`prepare refuses ${title}`, () => {
    const driver = createUndiciDriver(options, events);
    assert.throws(() => driver.prepare(operation(spec)), isUsage(message));
  });
}

check(
  undici,
  'a request that undici refuses because of a value: an outcome, later, and the next is sent',
  [],
  async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer);
    const request = harness.prepare({ target: ['/', 0], headers: [['X', [1]]] });
    for (const values of [
      ['with space', ''],
      ['fine', 'line\nfeed'],
    ]) {
      assert.equal((await harness.request(request, values)).kind, 'write');
    }
    assert.equal((await harness.request(request, ['fine', 'fine'])).kind, 'ok');
    assert.equal(peer.requests.length, 1);
  },
);

check(undici, 'a 304 with a Content-Length is whole', [], async (bench) => {
  const peer = await bench.peer(({ connection }) => {
    connection.write('HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n');
  });
  const harness = await bench.driver(peer);
  for (let i = 0; i < 3; i++) {
    const { kind, status } = await harness.request();
    assert.deepEqual([kind, status], ['ok', 304]);
  }
});

check(undici, 'a 100 that was not asked for: protocol', [], async (bench) => {
  const peer = await bench.peer(({ connection }) => {
    connection.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  const harness = await bench.driver(peer);
  assert.equal((await harness.request()).kind, 'protocol');
});

check(undici, 'a 101 that was not asked for: protocol', [], async (bench) => {
  const peer = await bench.peer(({ connection }) => {
    connection.write('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
  });
  const harness = await bench.driver(peer);
  assert.equal((await harness.request()).kind, 'protocol');
});

check(undici, 'pipelining: requests behind one that takes too long are sent again', [], async (bench) => {
  const stuck = new Set<object>();
  const peer = await bench.peer((request) => {
    if (request.target === '/never') stuck.add(request.connection);
    if (!stuck.has(request.connection)) request.respond(200);
  });
  const harness = await bench.driver(peer, { pipeline: 3, timeoutMs: 100 });
  const never = harness.request({ target: '/never' });
  const behind = [harness.request(), harness.request()];
  assert.equal((await never).kind, 'timeout');
  for (const { kind } of await Promise.all(behind)) assert.ok(kind === 'ok' || kind === 'timeout', kind);
  assert.equal((await harness.answered()).kind, 'ok');
});

check(undici, 'interim responses without end: protocol', [], async (bench) => {
  const peer = await bench.peer(({ connection }) => {
    connection.write('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100));
  });
  const harness = await bench.driver(peer);
  assert.equal((await harness.request()).kind, 'protocol');
});

check(
  undici,
  'a server that promises to keep the connection for a second only: it is used again',
  [],
  async (bench) => {
    const peer = await bench.peer(({ connection }) => {
      connection.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n');
    });
    const harness = await bench.driver(peer);
    for (let i = 0; i < 3; i++) assert.equal((await harness.request()).kind, 'ok');
    assert.equal(peer.connections.length, 1);
  },
);

check(undici, 'a Host that varies does not cost the TLS connection', [], async (bench) => {
  const peer = await bench.peer((request) => request.respond(200), { tls: server });
  const harness = await bench.driver(peer, { tls: { ca: authority } });
  const request = harness.prepare({ headers: [['Host', [0, '.test']]] });
  for (const name of ['one', 'two', 'three'])
    assert.equal((await harness.request(request, [name])).kind, 'ok');
  assert.deepEqual(
    peer.requests.map(({ header }) => header('host')),
    ['one.test', 'two.test', 'three.test'],
  );
  assert.equal(peer.connections.length, 1);
});

check(undici, 'a request refused on the spot has its outcome before close is done', [], async (bench) => {
  const peer = await bench.peer(() => {});
  const harness = await bench.driver(peer);
  const outcome = harness.send(harness.prepare({ target: ['/', 0] }), ['with space']);
  await harness.close(0);
  assert.equal(harness.outcomes.length, 1);
  await outcome;
});
