import assert from 'node:assert/strict';
import type { Responder } from '../../support/peer.js';
import { check } from '../contract/bench.js';
import { client, undici } from './subject.js';

/** Redirects as the test's table says, by target; everything else is answered with 200. */
function redirecting(
  table: Readonly<Record<string, readonly [status: number, location: string]>>,
): Responder {
  return (request) => {
    const [status, location] = table[request.target] ?? [200, null];
    if (location === null) request.respond(status, 'arrived');
    else {
      request.connection.write(
        `HTTP/1.1 ${status} Elsewhere\r\nLocation: ${location}\r\nContent-Length: 5\r\n\r\nmoved`,
      );
    }
  };
}

check(undici, 'a redirect is itself the outcome when none are to be followed', [], async (bench) => {
  const peer = await bench.peer(redirecting({ '/': [302, '/next'] }));
  const harness = await bench.driver(peer);
  const { kind, status } = await harness.request();
  assert.deepEqual([kind, status], ['ok', 302]);
  assert.equal(peer.requests.length, 1);
});

check(undici, 'redirects are followed on the same connection and are one request', [], async (bench) => {
  const peer = await bench.peer(redirecting({ '/a/b': [302, 'c?d=e'], '/a/c?d=e': [307, '/last'] }));
  const harness = await bench.driver(peer, client({ maxRedirects: 5 }));
  const { kind, status, bytesIn } = await harness.request({ target: '/a/b' });
  assert.deepEqual([kind, status], ['ok', 200]);
  assert.deepEqual(
    peer.requests.map(({ target }) => target),
    ['/a/b', '/a/c?d=e', '/last'],
  );
  assert.equal(peer.connections.length, 1);
  assert.ok(bytesIn > 'moved'.length * 2 + 'arrived'.length + 3 * 'HTTP/1.1 200 '.length);
});

check(undici, 'pipelined requests follow their redirects, each its own', [], async (bench) => {
  const peer = await bench.peer(redirecting({ '/0': [302, '/a'], '/1': [302, '/b'], '/2': [302, '/c'] }));
  const harness = await bench.driver(peer, { ...client({ maxRedirects: 1 }), pipeline: 4 });
  const request = harness.prepare({ target: ['/', 0] });
  const outcomes = await Promise.all(['0', '1', '2', '3'].map((key) => harness.send(request, [key])));
  assert.ok(outcomes.every(({ status }) => status === 200));
  assert.deepEqual(peer.requests.map(({ target }) => target).sort(), [
    '/0',
    '/1',
    '/2',
    '/3',
    '/a',
    '/b',
    '/c',
  ]);
});

check(undici, 'the last redirect allowed is the outcome, also in a loop', [], async (bench) => {
  const peer = await bench.peer(redirecting({ '/': [301, '/'] }));
  const harness = await bench.driver(peer, client({ maxRedirects: 3 }));
  const { kind, status } = await harness.request();
  assert.deepEqual([kind, status], ['ok', 301]);
  assert.equal(peer.requests.length, 4);
});

const methods = [
  [301, 'POST', 'GET', ''],
  [302, 'POST', 'GET', ''],
  [303, 'PUT', 'GET', ''],
  [303, 'HEAD', 'HEAD', ''],
  [301, 'PUT', 'PUT', 'body'],
  [307, 'POST', 'POST', 'body'],
  [308, 'POST', 'POST', 'body'],
] as const;
for (const [status, method, becomes, body] of methods) {
  check(
    undici,
    `${status} makes a ${method} a ${becomes}, ${body === '' ? 'without' : 'with'} body`,
    [],
    async (bench) => {
      const peer = await bench.peer(redirecting({ '/': [status, '/next'] }));
      const harness = await bench.driver(peer, client({ maxRedirects: 1 }));
      const headers = [
        ['Content-Type', 'text/plain'],
        ['X-Other', 'stays'],
      ] as const;
      await harness.request({ method, headers, body: method === 'HEAD' ? null : 'body' });
      const last = peer.requests[1];
      assert.equal(last?.method, becomes);
      assert.equal(last?.body.toString(), body);
      assert.equal(last?.header('x-other'), 'stays');
      if (becomes === 'GET') assert.equal(last?.header('content-type'), null);
    },
  );
}

check(undici, 'another origin: its own connection and Host, and no secrets', [], async (bench) => {
  const other = await bench.peer((request) => request.respond(203));
  const peer = await bench.peer(redirecting({ '/': [302, `http://127.0.0.1:${other.port}/there`] }));
  const harness = await bench.driver(peer, client({ maxRedirects: 1 }));
  const headers = [
    ['Authorization', 'Bearer secret'],
    ['Cookie', 'secret=1'],
    ['Host', 'virtual.test'],
    ['X-Other', 'stays'],
  ] as const;
  const { status } = await harness.request({ headers });
  assert.equal(status, 203);
  assert.equal(peer.requests[0]?.header('authorization'), 'Bearer secret');
  assert.equal(peer.requests[0]?.header('host'), 'virtual.test');
  const [arrived] = other.requests;
  assert.equal(arrived?.header('host'), `127.0.0.1:${other.port}`);
  assert.deepEqual(
    ['authorization', 'cookie', 'x-other'].map((name) => arrived?.header(name)),
    [null, null, 'stays'],
  );
  assert.equal(harness.driver.counters.connects, 2);
});

for (const location of [
  'ftp://127.0.0.1/',
  'http://[broken',
  'javascript:alert(1)',
  'http://127.0.0.1:99999/',
]) {
  check(undici, `a redirect that cannot be followed is the outcome: ${location}`, [], async (bench) => {
    const peer = await bench.peer(redirecting({ '/': [302, location] }));
    const harness = await bench.driver(peer, client({ maxRedirects: 5 }));
    const { kind, status } = await harness.request();
    assert.deepEqual([kind, status], ['ok', 302]);
  });
}

check(undici, 'a redirect to an origin that is not there: connect', [], async (bench) => {
  const gone = await bench.peer(() => {});
  await gone.close();
  const peer = await bench.peer(redirecting({ '/': [302, `http://127.0.0.1:${gone.port}/`] }));
  const harness = await bench.driver(peer, client({ maxRedirects: 1 }));
  for (let i = 0; i < 2; i++) assert.equal((await harness.request()).kind, 'connect');
  assert.equal((await harness.request({ target: '/works' })).kind, 'ok');
});

check(undici, 'the time-out goes over all redirects together', [], async (bench) => {
  const peer = await bench.peer((request) => {
    if (request.target === '/') redirecting({ '/': [302, '/never'] })(request);
  });
  const harness = await bench.driver(peer, { ...client({ maxRedirects: 1 }), timeoutMs: 100 });
  // On a busy machine the time may be over before the first hop is.
  while (!peer.requests.some(({ target }) => target === '/never')) {
    assert.equal((await harness.request()).kind, 'timeout');
  }
});

check(undici, 'a redirect to another origin that never answers, given up by close', [], async (bench) => {
  const mute = await bench.peer(() => {});
  const peer = await bench.peer(redirecting({ '/': [302, `http://127.0.0.1:${mute.port}/`] }));
  const harness = await bench.driver(peer, client({ maxRedirects: 1 }));
  const [outcome] = await Promise.all([harness.request(), mute.connected().then(() => harness.close(0))]);
  assert.equal(outcome.kind, 'timeout');
});
