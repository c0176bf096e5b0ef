import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { type Driver, type DriverOptions, type Target, ZipfireError } from '#zipfire/core/index.js';
import { createHttp1Driver } from '#zipfire/drivers/http1/index.js';
import { createHttp2Driver } from '#zipfire/drivers/http2/index.js';
import { listenGrpc, targetAt } from '../support/grpc-peer.js';
import type { RequestSpec } from '../support/operations.js';
import { FrameType, listenRaw, rawFrame, rawSettings } from '../support/raw-http2.js';
import { type DriverFactory, Harness } from './contract/harness.js';
import { Calls, optionsFor } from './grpc/calls.js';

interface Subject {
  readonly driver: Driver;
  /** Sends and says how it went: kind, and status of a call. */
  send(spec?: RequestSpec): Promise<string>;
}

type Options = Partial<DriverOptions>;

async function harness(t: TestContext, factory: DriverFactory, target: Target, options: Options) {
  const bench = await Harness.create(factory, optionsFor(target, options));
  t.after(async () => {
    await bench.close(0);
    bench.verify();
  });
  await bench.driver.open();
  return {
    driver: bench.driver,
    send: async (spec: RequestSpec = {}) => (await bench.send(bench.prepare(spec))).kind,
  };
}

async function grpc(t: TestContext, target: Target, options: Options = {}): Promise<Subject> {
  const calls = await Calls.open(t, target, options);
  return {
    driver: calls.driver,
    async send() {
      const { kind, status } = await calls.send();
      return `${kind} ${status}`;
    },
  };
}

const http2 = (t: TestContext, target: Target, options: Options = {}): Promise<Subject> =>
  harness(t, createHttp2Driver, target, options);
const http1 = (t: TestContext, target: Target, options: Options = {}): Promise<Subject> =>
  harness(t, createHttp1Driver, target, { ...options, http: '1' });

/** The client's sockets while a test runs. */
function clientSockets(t: TestContext): Socket[] {
  const sockets: Socket[] = [];
  const note = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', note);
  t.after(() => unsubscribe('net.client.socket', note));
  return sockets;
}

/** Bytes that a socket was given and the kernel has not taken. */
function backlogOf(socket: Socket): number {
  const { _handle: handle } = socket as unknown as { _handle: { writeQueueSize?: number } | null };
  return Math.max(socket.writableLength, handle?.writeQueueSize ?? 0);
}

const rubbish = Buffer.from('this is rubbish, and no frame of HTTP/2 at all');
const wideWindows = Buffer.concat([
  rawSettings({ 4: 0x7fff_ffff }),
  rawFrame(FrameType.windowUpdate, 0, 0, '\x7f\xff\0\0'),
]);

suite('HTTP/2 and gRPC: what goes wrong', { timeout: 60_000 }, () => {
  for (const [name, open, ending] of [
    ['HTTP/2', http2, 'protocol'],
    ['gRPC', grpc, 'protocol INTERNAL'],
  ] as const) {
    for (const [what, bytes, reason] of [
      ['rubbish', () => rubbish, /^connection ended: /],
      [
        'a header block that cannot be decoded',
        (id: number) => rawFrame(FrameType.headers, 5, id, '\xff'.repeat(6)),
        /^connection ended: HPACK: /,
      ],
    ] as const) {
      test(`${name}: ${what} is a breach of the protocol, and named`, async (t) => {
        const server = await listenRaw(
          t,
          (socket) => socket.write(rawSettings()),
          (socket, id) => socket.write(bytes(id)),
        );
        const { driver, send } = await open(t, server.target, { streams: 2 });
        assert.deepEqual(await Promise.all([send(), send()]), [ending, ending]);
        const [fault] = driver.faults?.() ?? [];
        assert.match(fault?.what ?? '', reason);
        assert.equal(fault?.count, 1);
        assert.equal(driver.free, 0, 'a connection that broke before it answered anything rests');
      });
    }

    test(`${name}: resets are named and counted`, async (t) => {
      const server = await listenRaw(
        t,
        (socket) => socket.write(rawSettings()),
        (socket, id) => socket.write(rawFrame(FrameType.rstStream, 0, id, '\0\0\0\x07')),
      );
      const { driver, send } = await open(t, server.target);
      for (let i = 0; i < 16; i++) await send();
      assert.deepEqual(driver.faults?.(), [{ what: 'RST_STREAM REFUSED_STREAM', count: 16 }]);
    });

    test(`${name}: the code and the words of a GOAWAY are told`, async (t) => {
      const server = await listenRaw(
        t,
        (socket) => socket.write(rawSettings()),
        (socket) => socket.write(rawFrame(FrameType.goaway, 0, 0, '\0\0\0\0\0\0\0\x0bbe quiet')),
      );
      const { driver, send } = await open(t, server.target);
      await send();
      assert.deepEqual(driver.faults?.(), [{ what: 'GOAWAY ENHANCE_YOUR_CALM: be quiet', count: 4 }]);
    });

    test(`${name}: without keep-alive a request that timed out leaves no socket`, async (t) => {
      const server = await listenRaw(t, (socket) => socket.write(rawSettings()));
      const sockets = clientSockets(t);
      const { send } = await open(t, server.target, { keepAlive: false, timeoutMs: 50 });
      for (let i = 0; i < 3; i++) {
        assert.match(await send(), /^timeout/);
        assert.equal(sockets.at(-1)?.destroyed, true);
      }
    });

    test(`${name}: without keep-alive the time to connect is bounded too`, async (t) => {
      const server = await listenRaw(
        t,
        (socket, index) => {
          // The first shows that the server is there, and takes one request.
          if (index === 0) socket.write(rawSettings());
        },
        (socket, id) => socket.write(rawFrame(FrameType.rstStream, 0, id, '\0\0\0\x07')),
      );
      const { driver, send } = await open(t, server.target, { keepAlive: false, connectTimeoutMs: 100 });
      assert.match(await send(), /^read/);
      while (driver.free === 0) await new Promise((resolve) => setImmediate(resolve));
      assert.match(await send(), /^connect/);
    });

    test(`${name}: a server that accepts connections and says nothing is told apart`, async (t) => {
      const server = await listenRaw(t, () => {});
      await assert.rejects(open(t, server.target, { connectTimeoutMs: 100 }), (error) => {
        assert.ok(error instanceof ZipfireError);
        assert.match(error.message, /accepted the connection and sent no HTTP\/2 SETTINGS within 100 ms/);
        assert.match(error.hint ?? '', /http:\/\//);
        return true;
      });
    });
  }

  for (const [name, open] of [
    ['HTTP/1.1', http1],
    ['HTTP/2', http2],
    ['gRPC', grpc],
  ] as const) {
    test(`${name}: a connection closed before it answered anything rests`, async (t) => {
      const greeting = name === 'HTTP/1.1' ? '' : rawSettings();
      const server = await listenRaw(
        t,
        (socket) => {
          socket.write(greeting);
          if (name === 'HTTP/1.1') socket.on('data', () => socket.destroy());
        },
        (socket) => socket.destroy(),
      );
      const { driver, send } = await open(t, server.target);
      for (let i = 0; i < 3; i++) {
        assert.match(await send(), /^read/);
        assert.equal(driver.free, 0);
        while (driver.free === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    });

    test(`${name}: TLS to a port without it is said in one line`, async (t) => {
      const plain = createServer((socket) => {
        socket.on('error', () => {});
        socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
      }).listen(0, '127.0.0.1');
      t.after(() => plain.close());
      await once(plain, 'listening');
      const target = targetAt((plain.address() as AddressInfo).port, true);
      await assert.rejects(open(t, target), (error) => {
        assert.ok(error instanceof ZipfireError);
        assert.match(error.message, /^[^\n]*the server does not speak TLS[^\n]*$/);
        assert.match(error.hint ?? '', /http:\/\//);
        return true;
      });
    });
  }

  test('what a call failed of is told once for each status', async (t) => {
    const peer = await listenGrpc((call) =>
      call.end({ 'grpc-status': '5', 'grpc-message': `no%20key ${call.index}` }),
    );
    t.after(() => peer.close());
    const { driver, send } = await grpc(t, peer.target);
    for (let i = 0; i < 3; i++) assert.equal(await send(), 'status NOT_FOUND');
    assert.deepEqual(driver.faults?.(), [{ what: 'status NOT_FOUND: no key 0', count: 3 }]);
  });

  test('success is no fault', async (t) => {
    const peer = await listenGrpc((call) => {
      call.send('x');
      call.end();
    });
    t.after(() => peer.close());
    const { driver, send } = await grpc(t, peer.target);
    assert.equal(await send(), 'ok OK');
    assert.deepEqual(driver.faults?.(), []);
  });

  test('a server with wide windows that stops reading: what waits for the kernel is bounded', async (t) => {
    const server = await listenRaw(t, (socket) => {
      socket.write(wideWindows);
      socket.pause();
    });
    const sockets = clientSockets(t);
    const { send } = await http2(t, server.target, { timeoutMs: 50, streams: 8 });
    const body = 'x'.repeat(1024 * 1024);
    let most = 0;
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 8 }, () => send({ method: 'POST', body })));
      most = Math.max(most, ...sockets.map(backlogOf));
    }
    assert.ok(most > 0, 'the server reads');
    assert.ok(most <= 4 * 1024 * 1024, `${most} bytes wait`);
  });
});
