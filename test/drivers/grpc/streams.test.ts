import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { framed, type PeerCall, type PeerMessage } from '../../support/grpc-peer.js';
import { type CallOutcome, callOperation, callsTo } from './calls.js';

/** Answers with the number of messages that came, and keeps them. */
function counter(kept: PeerMessage[][] = []) {
  return async (call: PeerCall) => {
    const messages = await call.request();
    kept.push(messages);
    call.send(String(messages.length));
    call.end();
  };
}

/** Answers each message with itself, at once. */
function echo(call: PeerCall): void {
  call.head();
  call.stream.on('data', (chunk: Buffer) => call.stream.write(chunk));
  call.stream.on('end', () => call.end());
}

/** So many messages at once. */
function emit(count: number, trailers = { 'grpc-status': '0' }) {
  return (call: PeerCall) => {
    call.head();
    call.stream.write(Buffer.concat(Array.from({ length: count }, (_, i) => framed(`message ${i}`))));
    call.end(trailers);
  };
}

/** Messages for as long as the client takes them. */
function emitForEver(call: PeerCall): void {
  call.head();
  const block = Buffer.concat(Array.from({ length: 50 }, () => framed('again')));
  const go = () => {
    while (!call.stream.destroyed && call.stream.write(block));
  };
  call.stream.on('drain', go);
  go();
}

function ending({ kind, status }: CallOutcome): string {
  return `${kind} ${status}`;
}

const texts = (messages: readonly PeerMessage[] | undefined) =>
  (messages ?? []).map(({ bytes }) => bytes.toString('latin1'));

suite('gRPC streams', { timeout: 60_000 }, () => {
  test('client streaming: all messages of the list, then the end', async (t) => {
    const kept: PeerMessage[][] = [];
    const { calls } = await callsTo(t, counter(kept));
    const outcome = await calls.call({ kind: 'clientStreaming', messages: ['a', '', 'c'] });
    assert.equal(ending(outcome), 'ok OK');
    assert.deepEqual(texts(kept[0]), ['a', '', 'c']);
    assert.deepEqual([outcome.sent, outcome.received], [3, 1]);
  });

  test('client streaming: no message at all', async (t) => {
    const kept: PeerMessage[][] = [];
    const { calls } = await callsTo(t, counter(kept));
    const outcome = await calls.call({ kind: 'clientStreaming', messages: [] });
    assert.equal(ending(outcome), 'ok OK');
    assert.deepEqual([kept[0]?.length, outcome.sent, outcome.received], [0, 0, 1]);
  });

  test('client streaming: the list goes round, with the values of the call', async (t) => {
    const kept: PeerMessage[][] = [];
    const { calls } = await callsTo(t, counter(kept));
    const hole = {
      kind: 'value',
      head: null,
      encoding: 'string',
      text: [0],
      bare: false,
      unset: null,
    } as const;
    const varying = [{ ...hole, wrapper: null, nullable: false, path: 'key' }] as const;
    const values = ['first'];
    const outcome = calls.call(
      { kind: 'clientStreaming', messages: [varying, 'x'], stream: { messages: 5 } },
      values,
    );
    // As the engine does for the next hit.
    values[0] = 'second';
    assert.equal((await outcome).sent, 5);
    assert.deepEqual(texts(kept[0]), ['first', 'x', 'first', 'x', 'first']);
  });

  test('client streaming: fresh values for each message', async (t) => {
    const kept: PeerMessage[][] = [];
    const { calls } = await callsTo(t, counter(kept));
    const hole = {
      kind: 'value',
      head: null,
      encoding: 'string',
      text: [0],
      bare: false,
      unset: null,
    } as const;
    const drawn: string[] = [''];
    await calls.call(
      {
        kind: 'clientStreaming',
        messages: [[{ ...hole, wrapper: null, nullable: false, path: 'key' }]],
        stream: { messages: 3, freshValues: true },
        draw: (values, index) => {
          drawn[0] = `${values[0]}-${index}`;
          return drawn;
        },
      },
      ['hit'],
    );
    assert.deepEqual(texts(kept[0]), ['hit-0', 'hit-1', 'hit-2']);
  });

  test('of a unary list the values say which', async (t) => {
    const kept: PeerMessage[][] = [];
    const { calls } = await callsTo(t, counter(kept));
    const request = calls.driver.prepare(callOperation({ messages: ['a', 'b', 'c'], turn: 0 }));
    for (const turn of ['2', '0', '0', '1', '2']) await calls.call(request, [turn]);
    assert.deepEqual(
      kept.map((messages) => texts(messages).join()),
      ['c', 'a', 'a', 'b', 'c'],
    );
  });

  test('each message is compressed on its own', async (t) => {
    const kept: PeerMessage[][] = [];
    const { calls, peer } = await callsTo(t, counter(kept));
    await calls.call({ kind: 'clientStreaming', messages: ['hello', 'hello'], gzip: true });
    assert.deepEqual(
      kept[0]?.map(({ compressed, bytes }) => [compressed, gunzipSync(bytes).toString()]),
      [
        [true, 'hello'],
        [true, 'hello'],
      ],
    );
    assert.equal(peer.calls[0]?.headers['grpc-encoding'], 'gzip');
    assert.equal(peer.calls[0]?.headers['grpc-accept-encoding'], 'gzip');
  });

  test('client streaming: more than the windows take, whole and in order', async (t) => {
    const kept: PeerMessage[][] = [];
    const { calls } = await callsTo(t, counter(kept));
    const messages = Array.from({ length: 40 }, (_, i) => String(i).padEnd(1 + ((i * 7919) % 60_000), '.'));
    const outcome = await calls.call({ kind: 'clientStreaming', messages, stream: { messages: 120 } });
    assert.equal(ending(outcome), 'ok OK');
    assert.deepEqual(texts(kept[0]), [...messages, ...messages, ...messages]);
  });

  test('client streaming: two messages in return are one too many', async (t) => {
    const { calls } = await callsTo(t, emit(2));
    assert.equal(ending(await calls.call({ kind: 'clientStreaming' })), 'protocol UNIMPLEMENTED');
  });

  test('client streaming: a server that ends the call early', async (t) => {
    const { calls } = await callsTo(t, (call) => call.end({ 'grpc-status': '8' }));
    const spec = { kind: 'clientStreaming', stream: { durationMs: 60_000 } } as const;
    assert.equal(ending(await calls.call(spec)), 'status RESOURCE_EXHAUSTED');
    assert.equal(ending(await calls.call(spec)), 'status RESOURCE_EXHAUSTED');
  });

  test('client streaming: sends until its time is over', async (t) => {
    const { calls } = await callsTo(t, counter());
    const outcome = await calls.call({
      kind: 'clientStreaming',
      messages: ['x'.repeat(100)],
      stream: { durationMs: 50 },
    });
    assert.equal(ending(outcome), 'ok OK');
    assert.ok(outcome.sent > 100, `${outcome.sent} messages`);
  });

  test('client streaming: an interval lies between the messages', async (t) => {
    const { calls } = await callsTo(t, counter());
    const began = performance.now();
    const outcome = await calls.call({
      kind: 'clientStreaming',
      messages: ['a', 'b', 'c', 'd'],
      stream: { intervalMs: 20 },
    });
    assert.equal(outcome.sent, 4);
    assert.ok(performance.now() - began >= 59);
  });

  test('client streaming: the duration ends it between two messages', async (t) => {
    const { calls } = await callsTo(t, counter());
    const outcome = await calls.call({
      kind: 'clientStreaming',
      messages: ['a'],
      stream: { intervalMs: 60_000, durationMs: 30 },
    });
    assert.equal(ending(outcome), 'ok OK');
    assert.equal(outcome.sent, 1);
  });

  test('server streaming: all that come', async (t) => {
    const { calls } = await callsTo(t, emit(1000));
    const outcome = await calls.call({ kind: 'serverStreaming' });
    assert.equal(ending(outcome), 'ok OK');
    assert.deepEqual([outcome.sent, outcome.received], [1, 1000]);
  });

  test('server streaming: none', async (t) => {
    const { calls } = await callsTo(t, (call) => call.end());
    const outcome = await calls.call({ kind: 'serverStreaming' });
    assert.equal(ending(outcome), 'ok OK');
    assert.equal(outcome.received, 0);
  });

  test('server streaming: a failure after some', async (t) => {
    const { calls } = await callsTo(t, emit(3, { 'grpc-status': '15' }));
    const outcome = await calls.call({ kind: 'serverStreaming' });
    assert.equal(ending(outcome), 'status DATA_LOSS');
    assert.equal(outcome.received, 3);
  });

  test('server streaming: enough after so many messages', async (t) => {
    const { calls, peer } = await callsTo(t, emitForEver);
    for (let i = 0; i < 3; i++) {
      const outcome = await calls.call({ kind: 'serverStreaming', stream: { messages: 75 } });
      assert.equal(ending(outcome), 'ok OK');
      assert.equal(outcome.received, 75);
    }
    assert.equal(peer.sessions.length, 1);
  });

  test('server streaming: enough after so long', async (t) => {
    const { calls } = await callsTo(t, (call) => call.send('one'));
    const outcome = await calls.call({ kind: 'serverStreaming', stream: { durationMs: 30 } });
    assert.equal(ending(outcome), 'ok OK');
    assert.equal(outcome.received, 1);
  });

  test('server streaming: a stream that never ends times out, with what came', async (t) => {
    const { calls } = await callsTo(t, (call) => call.send('one', 'two'), { timeoutMs: 60 });
    const outcome = await calls.call({ kind: 'serverStreaming' });
    assert.equal(ending(outcome), 'timeout DEADLINE_EXCEEDED');
    assert.equal(outcome.received, 2);
  });

  test('server streaming: compressed messages are counted', async (t) => {
    const { calls } = await callsTo(t, (call) => {
      call.head({ 'grpc-encoding': 'gzip' });
      for (let i = 0; i < 3; i++) call.stream.write(framed(gzipSync(`message ${i}`), 1));
      call.end();
    });
    assert.equal((await calls.call({ kind: 'serverStreaming' })).received, 3);
  });

  test('bidirectional: each message answered', async (t) => {
    const { calls } = await callsTo(t, echo);
    const messages = Array.from({ length: 500 }, (_, i) => `message ${i}`);
    const outcome = await calls.call({ kind: 'bidiStreaming', messages });
    assert.equal(ending(outcome), 'ok OK');
    assert.deepEqual([outcome.sent, outcome.received], [500, 500]);
    assert.ok(outcome.latenciesNs.length > 0);
  });

  test('bidirectional: megabytes both ways', async (t) => {
    const { calls } = await callsTo(t, echo);
    const messages = ['x'.repeat(5_000), 'y'.repeat(50_000), 'z'];
    const outcome = await calls.call({ kind: 'bidiStreaming', messages, stream: { messages: 300 } });
    assert.equal(ending(outcome), 'ok OK');
    assert.deepEqual([outcome.sent, outcome.received], [300, 300]);
  });

  test('bidirectional: a server that speaks first, and on after our end', async (t) => {
    const { calls } = await callsTo(t, (call) => {
      call.send('welcome');
      call.stream.resume();
      call.stream.on('end', () => {
        call.send('a', 'b');
        call.end();
      });
    });
    const outcome = await calls.call({ kind: 'bidiStreaming', messages: ['x'] });
    assert.deepEqual([ending(outcome), outcome.sent, outcome.received], ['ok OK', 1, 3]);
  });

  test('bidirectional: a latency runs from the request of the same number', async (t) => {
    // Both answers come long after both requests, and the second soon after the first.
    const { calls } = await callsTo(t, (call) => {
      call.stream.resume();
      call.stream.on('end', async () => {
        await wait(60);
        const received = calls.received();
        call.send('a');
        await received;
        call.send('b');
        call.end();
      });
    });
    const { latenciesNs } = await calls.call({ kind: 'bidiStreaming', messages: ['a', 'b'] });
    assert.equal(latenciesNs.length, 2);
    assert.ok(Math.min(...latenciesNs) >= 59e6, latenciesNs.join());
  });

  test('bidirectional: each message of a read has a latency of its own', async (t) => {
    const { calls } = await callsTo(t, (call) => {
      call.stream.resume();
      call.stream.on('end', async () => {
        await wait(60);
        call.head();
        call.stream.write(Buffer.concat(['a', 'b', 'c'].map((text) => framed(text))));
        call.end();
      });
    });
    const { latenciesNs } = await calls.call({ kind: 'bidiStreaming', messages: ['a', 'b', 'c'] });
    assert.equal(latenciesNs.length, 3);
    assert.ok(Math.min(...latenciesNs) >= 59e6, latenciesNs.join());
  });

  test('a call that ends before its head received nothing, whatever the one before it did', async (t) => {
    const answerFirst = (call: PeerCall) => {
      if (call.index === 0) emit(100)(call);
    };
    const { calls } = await callsTo(t, answerFirst, { timeoutMs: 300 });
    const first = await calls.call({ kind: 'serverStreaming' });
    assert.deepEqual([ending(first), first.received], ['ok OK', 100]);
    const second = await calls.call({ kind: 'serverStreaming' });
    assert.deepEqual([ending(second), second.received], ['timeout DEADLINE_EXCEEDED', 0]);
  });

  for (const kind of ['serverStreaming', 'clientStreaming', 'bidiStreaming'] as const) {
    test(`${kind}: messages that wait for a stream were not sent`, async (t) => {
      let arrive = () => {};
      const arrived = new Promise<void>((resolve) => {
        arrive = resolve;
      });
      const { calls } = await callsTo(
        t,
        ({ stream }) => stream.once('data', arrive),
        { streams: 3 },
        { settings: { maxConcurrentStreams: 1 } },
      );
      const pending = [1, 2, 3].map(() => calls.send({ kind, messages: ['a'] }));
      await arrived;
      await calls.driver.close(0);
      const outcomes = await Promise.all(pending);
      assert.equal(outcomes.filter(({ sent }) => sent === 1).length, 1);
      assert.equal(outcomes.filter(({ sent }) => sent === 0).length, 2);
    });
  }

  test('messages that waited for a stream are sent when they go', async (t) => {
    const { calls } = await callsTo(t, counter(), { streams: 5 }, { settings: { maxConcurrentStreams: 1 } });
    for (const kind of ['clientStreaming', 'serverStreaming', 'bidiStreaming'] as const) {
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => calls.send({ kind, messages: ['x'.repeat(20_000)] })),
      );
      assert.deepEqual(
        outcomes.map(({ kind, sent, received }) => [kind, sent, received]),
        Array(5).fill(['ok', 1, 1]),
      );
    }
  });

  test('server streaming: a latency runs from the message before', async (t) => {
    const { calls } = await callsTo(t, async (call) => {
      const received = calls.received();
      call.send('one');
      await received;
      await wait(60);
      call.send('two');
      call.end();
    });
    const { latenciesNs } = await calls.call({ kind: 'serverStreaming' });
    assert.equal(latenciesNs.length, 2);
    assert.ok((latenciesNs[1] ?? 0) >= 59e6, latenciesNs.join());
  });

  test('bytes out: the head and every message, as the server read them', async (t) => {
    const sizes: number[] = [];
    const { calls } = await callsTo(t, (call) => {
      call.stream.resume();
      call.stream.on('end', () => {
        sizes.push(call.session.socket.bytesRead);
        call.end();
      });
    });
    // Everything but the first call's preface and settings.
    const spec = {
      kind: 'bidiStreaming',
      messages: ['x'.repeat(40_000), 'y'],
      stream: { messages: 20 },
    } as const;
    await calls.call(spec);
    const before = calls.bytesOut;
    await calls.call(spec);
    const [first = 0, second = 0] = sizes;
    const growth = second - first;
    const counted = calls.bytesOut - before;
    // Frames may be cut smaller by the windows; WINDOW_UPDATE and PING are not requests.
    assert.ok(Math.abs(growth - counted) < 1000, `${counted} counted, ${growth} read`);
  });

  test('hundreds of calls of all kinds on few connections', async (t) => {
    const { calls } = await callsTo(
      t,
      (call) => (call.headers[':path'] === '/echo' ? echo(call) : void counter()(call)),
      { connections: 3, streams: 20 },
    );
    const specs = [
      { path: '/count' },
      { path: '/count', kind: 'clientStreaming', stream: { messages: 50 } },
      { path: '/count', kind: 'serverStreaming' },
      { path: '/echo', kind: 'bidiStreaming', stream: { messages: 20, intervalMs: 1 } },
    ] as const;
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, (_, i) => calls.call(specs[i % specs.length])),
    );
    assert.ok(outcomes.every((outcome) => ending(outcome) === 'ok OK'));
    const sum = (pick: (outcome: CallOutcome) => number) =>
      outcomes.reduce((total, outcome) => total + pick(outcome), 0);
    assert.equal(
      sum(({ sent }) => sent),
      100 * (0 + 50 + 1 + 20),
    );
    assert.equal(
      sum(({ received }) => received),
      100 * (0 + 1 + 1 + 20),
    );
  });
});
