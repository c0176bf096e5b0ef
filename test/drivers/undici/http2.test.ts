import assert from 'node:assert/strict';
import { authority, server } from '../../support/certs.js';
import { listenHttp2 } from '../../support/http2-peer.js';
import { type Capabilities, check } from '../contract/bench.js';
import { undici } from './subject.js';

const tls = { ca: authority };
const capabilities: Capabilities = { ...undici.capabilities, listen: listenHttp2 };
const toHttp2 = { ...undici, capabilities };

check(toHttp2, 'ALPN picks HTTP/2: slots are connections × streams, all at once', [], async (bench) => {
  const peer = await bench.peer(
    () => {
      if (peer.requests.length === 20) for (const request of peer.requests) request.respond(200, 'hello');
    },
    { tls: server },
  );
  const harness = await bench.driver(peer, { connections: 2, streams: 10, pipeline: 3, tls });
  assert.equal(harness.driver.slots, 20);
  assert.equal(harness.driver.free, 20);
  const request = harness.prepare({ method: 'POST', body: 'x' });
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => harness.send(request)));
  assert.ok(outcomes.every(({ kind }) => kind === 'ok'));
  assert.deepEqual(
    peer.connections.map(({ requests }) => requests),
    [10, 10],
  );
});

check(toHttp2, 'prior knowledge without TLS; answers in any order', [], async (bench) => {
  const peer = await bench.peer(() => {
    if (peer.requests.length === 5)
      for (const request of [...peer.requests].reverse()) request.respond(230 + request.index);
  });
  const harness = await bench.driver(peer, { http: '2', streams: 5 });
  const request = harness.prepare();
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => harness.send(request)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    [230, 231, 232, 233, 234],
  );
});

check(
  toHttp2,
  'a stream that takes too long does not cost the others their connection',
  [],
  async (bench) => {
    const peer = await bench.peer((request) => {
      if (request.target !== '/never') request.respond(200);
    });
    const harness = await bench.driver(peer, { http: '2', streams: 5, timeoutMs: 100 });
    const never = harness.request({ target: '/never' });
    for (let i = 0; i < 10; i++) assert.equal((await harness.request()).kind, 'ok');
    assert.equal((await never).kind, 'timeout');
    assert.equal((await harness.request()).kind, 'ok');
    assert.equal(peer.connections.length, 1);
  },
);

check(toHttp2, 'HTTP/1.1 when asked for: not from this server', [], async (bench) => {
  const peer = await bench.peer(() => {}, { tls: server });
  await bench.unreachable(peer, { http: '1', tls });
});

check(undici, 'HTTP/2 when asked for: not from a server of HTTP/1.1', [], async (bench) => {
  const peer = await bench.peer(() => {}, { tls: server });
  await bench.unreachable(peer, { http: '2', tls });
});

check(undici, 'ALPN picks HTTP/1.1: slots are connections × pipeline', [], async (bench) => {
  const peer = await bench.peer((request) => request.respond(200), { tls: server });
  const harness = await bench.driver(peer, { connections: 2, streams: 10, pipeline: 3, tls });
  assert.equal(harness.driver.slots, 6);
  assert.equal((await harness.request()).kind, 'ok');
});
