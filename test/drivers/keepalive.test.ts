import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { suite, type TestContext, test } from 'node:test';
import type { Target } from '#zipfire/core/index.js';
import { FrameType, listenRaw, rawFrame, rawSettings } from '../support/raw-http2.js';
import { Calls } from './grpc/calls.js';

const ACK = 1;
const greet = (socket: Socket) => socket.write(rawSettings());

function open(t: TestContext, target: Target, pingAfterMs?: number): Promise<Calls> {
  return Calls.open(t, target, {
    connections: 1,
    streams: 2,
    ...(pingAfterMs === undefined ? {} : { pingAfterMs }),
  });
}

suite('keepalive', { timeout: 60_000 }, () => {
  test('asks a quiet connection again and again, with and without calls, and nobody unasked', async (t) => {
    const pings: number[] = [];
    let heard: () => void = () => {};
    const server = await listenRaw(
      t,
      greet,
      () => {},
      (socket, payload, index) => {
        socket.write(rawFrame(FrameType.ping, ACK, 0, payload));
        pings.push(index);
        heard();
      },
    );
    const further = async (count: number) => {
      const until = pings.length + count;
      while (pings.length < until) {
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    };
    const quiet = await open(t, server.target);
    const asking = await open(t, server.target, 20);
    await further(3);
    const call = asking.send();
    await further(3);
    assert.deepEqual(asking.driver.counters, { connects: 1, reconnects: 0, connectFailures: 0 });
    assert.equal(asking.outcomes.length, 0);
    await Promise.all([quiet.driver.close(0), asking.driver.close(0)]);
    assert.equal((await call).kind, 'timeout');
    assert.deepEqual(new Set(pings), new Set([1]));
  });

  test('gives a connection up that never answers, and its calls are UNAVAILABLE', async (t) => {
    const sockets: Socket[] = [];
    const server = await listenRaw(t, (socket) => {
      sockets.push(socket);
      greet(socket);
    });
    const calls = await open(t, server.target, 20);
    const closed = once(sockets[0] as Socket, 'close');
    const { kind, status } = await calls.send();
    assert.deepEqual([kind, status], ['read', 'UNAVAILABLE']);
    await closed;
    const faults = calls.driver.faults?.() ?? [];
    assert.deepEqual(
      faults.map(({ what }) => what),
      ['connection ended: no answer to a PING'],
    );
    // The next call has a connection of its own.
    assert.equal((await calls.send()).status, 'UNAVAILABLE');
    assert.equal(server.connections, 2);
  });
});
