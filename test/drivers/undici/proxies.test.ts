import assert from 'node:assert/strict';
import { authority, type KeyPair, server } from '../../support/certs.js';
import { type ConnectProxy, listenConnectProxy } from '../../support/connect-proxy.js';
import { type Bench, check } from '../contract/bench.js';
import { client, undici } from './subject.js';

const BASIC = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;

async function connectProxy(
  bench: Bench,
  setup?: Parameters<typeof listenConnectProxy>[0],
): Promise<ConnectProxy> {
  const proxy = await listenConnectProxy(setup);
  bench.cleanUp(() => proxy.close());
  return proxy;
}

check(undici, 'an HTTP proxy gets whole URLs to forward', [], async (bench) => {
  // The proxy is one that answers by itself: what it is asked is what counts.
  const proxy = await bench.peer((request) => request.respond(203));
  const target = await bench.peer(() => {});
  const harness = await bench.driver(target, client({ proxy: `http://user:p%40ss@127.0.0.1:${proxy.port}` }));
  for (let i = 0; i < 2; i++) assert.equal((await harness.request({ target: '/a?b' })).status, 203);
  const [request] = proxy.requests;
  assert.equal(request?.target, `http://127.0.0.1:${target.port}/a?b`);
  assert.equal(request?.header('host'), `127.0.0.1:${target.port}`);
  assert.equal(request?.header('proxy-authorization'), BASIC);
  assert.equal(proxy.connections.length, 1);
  assert.equal(target.connections.length, 0);
  assert.equal(harness.bytesOut, proxy.bytesIn);
});

check(undici, 'an HTTP proxy: redirects within the origin go through it too', [], async (bench) => {
  const proxy = await bench.peer((request) => {
    if (request.target.endsWith('/next')) request.respond(200);
    else request.connection.write('HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n');
  });
  const target = await bench.peer(() => {});
  const harness = await bench.driver(
    target,
    client({ maxRedirects: 1, proxy: `http://u:p@127.0.0.1:${proxy.port}` }),
  );
  assert.equal((await harness.request()).status, 200);
  assert.equal(proxy.requests[1]?.target, `http://127.0.0.1:${target.port}/next`);
  assert.notEqual(proxy.requests[1]?.header('proxy-authorization'), null);
});

for (const scheme of ['http', 'https'] as const) {
  check(undici, `https goes through a CONNECT tunnel; ${scheme} proxy`, [], async (bench) => {
    const proxy = await connectProxy(bench, withTls(scheme));
    const target = await bench.peer((request) => request.respond(200, 'hello'), { tls: server });
    const url = `${scheme}://user:p%40ss@127.0.0.1:${proxy.port}`;
    const harness = await bench.driver(target, {
      ...client({ proxy: url }),
      connections: 2,
      host: 'zipfire.test',
      tls: { ca: authority, serverName: 'zipfire.test' },
    });
    for (let i = 0; i < 4; i++) assert.equal((await harness.request()).kind, 'ok');
    assert.equal(target.connections.length, 2);
    assert.equal(target.connections[0]?.servername, 'zipfire.test');
    assert.equal(target.requests[0]?.header('proxy-authorization'), null);
    // The proxy is asked for the host by its name: which address that is, is for it to find.
    assert.equal(proxy.tunnels[0]?.authority, `zipfire.test:${target.port}`);
    assert.equal(proxy.tunnels[0]?.headers['proxy-authorization'], BASIC);
    await harness.close(0);
    await proxy.idle();
  });
}

check(undici, 'a redirect to another origin goes through the proxy as well', [], async (bench) => {
  const proxy = await connectProxy(bench);
  const other = await bench.peer((request) => request.respond(203));
  const target = await bench.peer(
    ({ connection }) => {
      connection.write(
        `HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${other.port}/\r\nContent-Length: 0\r\n\r\n`,
      );
    },
    { tls: server },
  );
  const harness = await bench.driver(target, {
    ...client({ maxRedirects: 1, proxy: `http://127.0.0.1:${proxy.port}` }),
    tls: { ca: authority },
  });
  assert.equal((await harness.request()).status, 203);
  assert.equal(proxy.tunnels.at(-1)?.authority, `127.0.0.1:${other.port}`);
});

for (const scheme of ['http', 'https'] as const) {
  check(undici, `a proxy that refuses; ${scheme}`, [], async (bench) => {
    const proxy = await connectProxy(bench, { refusal: 407, ...withTls(scheme) });
    const target = await bench.peer(() => {}, { tls: server });
    const error = await bench.unreachable(target, {
      ...client({ proxy: `${scheme}://127.0.0.1:${proxy.port}` }),
      tls: { ca: authority },
    });
    assert.match(error.message, /the proxy answered 407/);
    assert.equal(target.connections.length, 0);
  });
}

check(undici, 'a proxy that is not there', [], async (bench) => {
  const gone = await bench.peer(() => {});
  await gone.close();
  const target = await bench.peer(() => {});
  const error = await bench.unreachable(target, client({ proxy: `http://127.0.0.1:${gone.port}` }));
  assert.match(error.message, /connection refused/);
});

const answers = [
  ['garbage', 'this is no HTTP\r\n\r\n', 30_000, /what is not HTTP/],
  ['a header without end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`, 30_000, /the proxy answered/],
  ['an answer that never ends', 'HTTP/1.1 200 OK\r\n', 100, /timed out/],
  ['nothing', '', 100, /timed out/],
] as const;
for (const [title, answer, connectTimeoutMs, message] of answers) {
  for (const scheme of ['http', 'https'] as const) {
    check(undici, `a proxy that says ${title}; ${scheme}`, [], async (bench) => {
      const target = await bench.peer(() => {}, { tls: server });
      const proxy = await bench.peer(({ connection }) => connection.write(answer), withTls(scheme));
      const error = await bench.unreachable(target, {
        ...client({ proxy: `${scheme}://127.0.0.1:${proxy.port}` }),
        connectTimeoutMs,
        tls: { ca: authority },
      });
      assert.match(error.message, message);
    });
  }
}

for (const scheme of ['http', 'https'] as const) {
  check(undici, `a proxy that hangs up; ${scheme}`, [], async (bench) => {
    const target = await bench.peer(() => {}, { tls: server });
    const proxy = await bench.peer(({ connection }) => connection.end(), withTls(scheme));
    const error = await bench.unreachable(target, {
      ...client({ proxy: `${scheme}://127.0.0.1:${proxy.port}` }),
      tls: { ca: authority },
    });
    assert.match(error.message, /reset|closed/);
  });
}

function withTls(scheme: 'http' | 'https'): { readonly tls?: KeyPair } {
  return scheme === 'http' ? {} : { tls: server };
}
