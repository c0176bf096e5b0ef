import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttp1 } from 'node:http';
import { constants, type Settings } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import { createServer as createTls } from 'node:tls';
import { ZipfireError } from '#zipfire/core/index.js';
import { createGrpcDriver } from '#zipfire/drivers/grpc/index.js';
import { createHttp2Driver } from '#zipfire/drivers/http2/index.js';
import { server as certificate } from '../../support/certs.js';
import { framed, type PeerCall, targetAt } from '../../support/grpc-peer.js';
import { type CallOutcome, Calls, callOperation, callsTo, optionsFor } from './calls.js';

const { NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

function answer(call: PeerCall): void {
  call.stream.resume();
  call.stream.on('end', () => {
    call.send('hello');
    call.end();
  });
}

const endings = (outcomes: readonly CallOutcome[]) => outcomes.map(({ kind, status }) => `${kind} ${status}`);

const FrameType = { headers: 1, settings: 4, goaway: 7 } as const;

/** A frame of the connection itself. */
function frame(type: number, payload: string): Buffer {
  return Buffer.from(`${String.fromCharCode(0, 0, payload.length, type, 0)}\0\0\0\0${payload}`, 'latin1');
}

/** Whether a read that begins with a frame, or with the preface, has a HEADERS frame. */
function hasHeaders(bytes: Buffer): boolean {
  let at = bytes.toString('latin1').startsWith('PRI ') ? 24 : 0;
  while (at + 9 <= bytes.length) {
    if (bytes[at + 3] === FrameType.headers) return true;
    at += 9 + bytes.readUIntBE(at, 3);
  }
  return false;
}

function times(count: number, run: () => Promise<CallOutcome>): Promise<CallOutcome[]> {
  return Promise.all(Array.from({ length: count }, run));
}

suite('gRPC connections', { timeout: 60_000 }, () => {
  test('slots: all that the connections hold, or fewer, spread evenly', async (t) => {
    for (const [concurrency, slots, perConnection] of [
      [null, 12, [4, 4, 4]],
      [7, 7, [2, 2, 3]],
      [2, 2, [1, 1]],
      [100, 12, [4, 4, 4]],
    ] as const) {
      const { calls, peer } = await callsTo(t, () => {}, { connections: 3, streams: 4, concurrency });
      assert.deepEqual([calls.driver.slots, calls.driver.free], [slots, slots]);
      const all = times(slots, () => calls.send());
      while (peer.calls.length < slots) await new Promise((resolve) => setImmediate(resolve));
      const counts = peer.sessions.map(
        (session) => peer.calls.filter((call) => call.session === session).length,
      );
      assert.deepEqual(
        counts.sort((a, b) => a - b),
        perConnection,
      );
      await calls.driver.close(0);
      await all;
    }
  });

  test('HTTP/2: the same cap', () => {
    const options = optionsFor(targetAt(1), { connections: 3, streams: 4, concurrency: 7 });
    const driver = createHttp2Driver(options, noEvents);
    assert.deepEqual([driver.slots, driver.free], [7, 7]);
  });

  test('what a server takes at a time: the others wait, and are answered', async (t) => {
    let most = 0;
    let open = 0;
    const { calls } = await callsTo(
      t,
      (call) => {
        most = Math.max(most, ++open);
        call.stream.on('close', () => open--);
        answer(call);
      },
      { streams: 50 },
      { settings: { maxConcurrentStreams: 3 } },
    );
    // Too large to go out with the head, so that the rest has to follow when a stream is there.
    const messages = ['a'.repeat(9_000), 'b'.repeat(9_000), 'c'];
    const kinds = ['unary', 'clientStreaming', 'bidiStreaming', 'serverStreaming'] as const;
    let next = 0;
    const outcomes = await times(200, () => calls.call({ kind: kinds[next++ % 4] ?? 'unary', messages }));
    assert.deepEqual(new Set(endings(outcomes)), new Set(['ok OK']));
    assert.ok(most <= 3, `${most} at a time`);
  });

  test('a GOAWAY in the middle: what was taken is answered, and the rest goes elsewhere', async (t) => {
    const { calls, peer } = await callsTo(
      t,
      (call) => {
        if (call.index === 10) call.session.goaway(NGHTTP2_NO_ERROR, call.stream.id ?? 0);
        answer(call);
      },
      { streams: 4 },
    );
    assert.deepEqual(new Set(endings(await times(100, () => calls.call()))), new Set(['ok OK']));
    assert.equal(peer.sessions.length, 2);
    assert.equal(calls.driver.counters.reconnects, 1);
  });

  for (const kind of ['unary', 'serverStreaming', 'clientStreaming', 'bidiStreaming'] as const) {
    test(`${kind}: calls that a GOAWAY refuses go out again, and their messages count once`, async (t) => {
      const { calls } = await callsTo(
        t,
        (call) => {
          // The first is the last that the server has looked at.
          if (call.index === 0) call.session.goaway(NGHTTP2_NO_ERROR, call.stream.id);
          if (call.index === 0 || call.index > 4) answer(call);
        },
        { streams: 5 },
      );
      const outcomes = await times(5, () => calls.send({ kind }));
      assert.deepEqual(endings(outcomes), Array(5).fill('ok OK'));
      const messages = kind === 'unary' ? 0 : 1;
      assert.deepEqual(
        outcomes.map(({ sent, received }) => [sent, received]),
        Array(5).fill([messages, messages]),
      );
      assert.deepEqual(endings(await times(5, () => calls.call())), Array(5).fill('ok OK'));
    });
  }

  test('a server that says good-bye to every connection is not asked for ever', async (t) => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on('error', () => {}).write(frame(FrameType.settings, ''));
      socket.on('data', (bytes) => {
        if (hasHeaders(bytes)) socket.write(frame(FrameType.goaway, '\0'.repeat(8)));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const calls = await Calls.open(t, targetAt((server.address() as AddressInfo).port));
    assert.deepEqual(endings([await calls.call()]), ['read UNAVAILABLE']);
    assert.equal(connections, 4);
  });

  test('a storm of resets: each an outcome, on one connection', async (t) => {
    const { calls, peer } = await callsTo(t, ({ stream }) => stream.close(NGHTTP2_REFUSED_STREAM), {
      streams: 32,
    });
    const outcomes = await times(3_000, () => calls.call());
    assert.deepEqual(new Set(endings(outcomes)), new Set(['read UNAVAILABLE']));
    assert.equal(peer.sessions.length, 1);
  });

  test('PING is answered while calls go on', async (t) => {
    let pongs = 0;
    const { calls } = await callsTo(t, (call) => {
      call.session.ping((error) => {
        if (error === null) pongs++;
        answer(call);
      });
    });
    for (let i = 0; i < 5; i++) assert.equal((await calls.call()).kind, 'ok');
    assert.equal(pongs, 5);
  });

  test('padding is no content', async (t) => {
    const { calls } = await callsTo(
      t,
      (call) => {
        call.head();
        call.stream.write(Buffer.concat(Array.from({ length: 100 }, (_, i) => framed('x'.repeat(i)))));
        call.end();
      },
      {},
      { paddingStrategy: constants.PADDING_STRATEGY_MAX },
    );
    const outcome = await calls.call({ kind: 'serverStreaming' });
    assert.deepEqual([outcome.kind, outcome.received], ['ok', 100]);
  });

  for (const kind of ['unary', 'clientStreaming', 'bidiStreaming'] as const) {
    test(`a window that never opens: ${kind} times out, and the next call is none the worse`, async (t) => {
      const { calls, peer } = await callsTo(
        t,
        answer,
        { timeoutMs: 100, streams: 2 },
        { settings: { initialWindowSize: 0 } satisfies Settings },
      );
      const spec = { kind, messages: ['hello'], stream: { messages: 1000 } };
      assert.deepEqual(
        endings(await times(2, () => calls.call(spec))),
        Array(2).fill('timeout DEADLINE_EXCEEDED'),
      );
      peer.sessions[0]?.settings({ initialWindowSize: 65_535 });
      for (let attempt = 0; attempt < 50; attempt++) {
        if ((await calls.call(spec)).kind !== 'timeout') break;
      }
      assert.equal(calls.outcomes.at(-1)?.kind, 'ok');
    });
  }

  test('a window that never opens: memory stays bounded', async (t) => {
    const { calls } = await callsTo(t, () => {}, { timeoutMs: 300 }, { settings: { initialWindowSize: 0 } });
    const outcome = await calls.call({
      kind: 'clientStreaming',
      messages: ['x'.repeat(1_000)],
      stream: { durationMs: 60_000 },
    });
    assert.equal(outcome.kind, 'timeout');
    assert.ok(outcome.sent * 1_000 <= 256 * 1024, `${outcome.sent} messages were queued`);
  });

  test('a server that does not read: what waits for the kernel stays bounded', async (t) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      // Windows as wide as they get: SETTINGS, and a WINDOW_UPDATE of the connection.
      socket.write(Buffer.from('000006040000000000' + '00047fffffff', 'hex'));
      socket.write(Buffer.from('000004080000000000' + '7fff0000', 'hex'));
      socket.pause();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const calls = await Calls.open(t, targetAt((server.address() as AddressInfo).port), { timeoutMs: 500 });
    const outcome = await calls.call({
      kind: 'bidiStreaming',
      messages: ['x'.repeat(10_000)],
      stream: { durationMs: 60_000 },
    });
    assert.equal(outcome.kind, 'timeout');
    const bytes = outcome.sent * 10_000;
    assert.ok(bytes > 1024 * 1024, `${bytes} bytes: the windows did not open`);
    // Buffers of the kernel on both sides, and ours.
    assert.ok(bytes <= 64 * 1024 * 1024, `${bytes} bytes were written`);
  });

  test('a connection that is cut takes its calls, and is replaced', async (t) => {
    const { calls, peer } = await callsTo(
      t,
      (call) => {
        if (call.index === 4) call.session.socket.resetAndDestroy();
        else if (call.index > 4) answer(call);
      },
      { streams: 5 },
    );
    const outcomes = await times(5, () => calls.send({ kind: 'bidiStreaming' }));
    assert.deepEqual(new Set(endings(outcomes)), new Set(['read UNAVAILABLE']));
    assert.deepEqual(endings(await times(10, () => calls.call())), Array(10).fill('ok OK'));
    assert.equal(peer.sessions.length, 2);
  });

  test('TLS', async (t) => {
    const { calls } = await callsTo(t, answer, { streams: 4 }, { tls: certificate });
    assert.deepEqual(endings(await times(20, () => calls.call())), Array(20).fill('ok OK'));
  });

  test('metadata goes out as given, names in lower case', async (t) => {
    const { calls, peer } = await callsTo(t, answer);
    const spec = {
      metadata: [
        ['X-Token', ['<', 0, '>']],
        ['trace-bin', 'AAEC'],
        ['user-agent', 'mine'],
        ['connection', 'close'],
        ['grpc-timeout', '1H'],
      ],
    } as const;
    await calls.call(spec, ['abc']);
    const { headers } = peer.calls[0] as PeerCall;
    assert.equal(headers['x-token'], '<abc>');
    assert.equal(headers['trace-bin'], 'AAEC');
    assert.equal(headers['user-agent'], 'mine');
    assert.equal(headers['connection'], undefined);
    assert.equal(headers['grpc-timeout'], '30000000u');
    assert.equal(headers[':authority'], `127.0.0.1:${peer.port}`);
    assert.equal(headers['te'], 'trailers');
  });

  for (const [name, create] of [
    ['gRPC', createGrpcDriver],
    ['HTTP/2', createHttp2Driver],
  ] as const) {
    test(`${name}: a server that speaks HTTP/1.1 is told apart`, async (t) => {
      const old = createHttp1((_, response) => response.end('hi')).listen(0, '127.0.0.1');
      t.after(() => old.close());
      await once(old, 'listening');
      const error = await openFails(t, create, (old.address() as AddressInfo).port);
      assert.match(error.message, /the server speaks HTTP\/1\.1/);
      assert.match(error.hint ?? '', /http:\/\//);
    });

    test(`${name}: a server that speaks something else`, async (t) => {
      const other = createServer((socket) => {
        socket.on('error', () => {});
        socket.end('SSH-2.0-OpenSSH_9.6\r\n');
      }).listen(0, '127.0.0.1');
      t.after(() => other.close());
      await once(other, 'listening');
      const error = await openFails(t, create, (other.address() as AddressInfo).port);
      assert.match(error.message, /does not speak HTTP\/2/);
    });

    test(`${name}: a TLS server without HTTP/2`, async (t) => {
      const old = createTls({ ...certificate, ALPNProtocols: ['http/1.1'] }).listen(0, '127.0.0.1');
      old.on('tlsClientError', () => {});
      t.after(() => old.close());
      await once(old, 'listening');
      const error = await openFails(t, create, (old.address() as AddressInfo).port, true);
      assert.match(error.message, /does not offer HTTP\/2/);
      assert.match(error.hint ?? '', /--http1/);
    });
  }

  test('a value that does not fit is refused by send, and takes no slot', async (t) => {
    const { calls } = await callsTo(t, answer);
    const slot = {
      kind: 'value',
      head: '\x08',
      encoding: 'int32',
      text: [0],
      bare: false,
      unset: null,
    } as const;
    const request = calls.driver.prepare(
      callOperation({ messages: [[{ ...slot, wrapper: null, nullable: false, path: 'user.age' }]] }),
    );
    assert.throws(
      () => calls.driver.send(request, ['old'], 0, 0),
      (error) => error instanceof ZipfireError && /user\.age: expected int32/.test(error.message),
    );
    assert.equal(calls.driver.free, 1);
  });
});

const noEvents = {
  outcome() {},
  messagesSent() {},
  messagesReceived() {},
  slotFree() {},
} satisfies Pick<Calls, 'outcome' | 'messagesSent' | 'messagesReceived' | 'slotFree'>;

async function openFails(
  t: TestContext,
  create: typeof createGrpcDriver | typeof createHttp2Driver,
  port: number,
  secure = false,
): Promise<ZipfireError> {
  const driver = await create(optionsFor(targetAt(port, secure), { connections: 2 }), noEvents);
  t.after(() => driver.close(0));
  const error: unknown = await driver.open().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ZipfireError);
  assert.equal(error.code, 'unreachable');
  return error;
}
