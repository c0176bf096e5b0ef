import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authority, server } from '../../support/certs.js';
import type { Peer, PeerOptions } from '../../support/peer.js';
import { type Bench, check, type Subject } from './bench.js';
import type { Harness, Outcome } from './harness.js';

/** Attempts until a server that came back must have been found; the longest pause of a driver is 500 ms. */
const MAX_ATTEMPTS = 50;

/** A target that is not there, or not any more, or again. */
export function reachability(subject: Subject): void {
  check(subject, 'open: connection refused', [], async (bench) => {
    const error = await bench.unreachable(await gone(bench));
    assert.match(error.message, /^cannot connect to http:.*: connection refused/);
  });

  check(subject, 'open: many connections refused', [], async (bench) => {
    const error = await bench.unreachable(await gone(bench), { connections: 100 });
    assert.match(error.message, /connection refused/);
  });

  check(subject, 'open: no such unix socket', [], async (bench) => {
    const folder = await mkdtemp(join(tmpdir(), 'zipfire-'));
    bench.cleanUp(() => rm(folder, { recursive: true }));
    const error = await bench.unreachable(await gone(bench, { socketPath: join(folder, 'socket') }));
    assert.match(error.message, /no such socket/);
  });

  check(subject, 'open: a TLS handshake that is never answered', [], async (bench) => {
    const peer = await bench.mutePeer();
    const error = await bench.unreachable(peer, { connectTimeoutMs: 100, tls: { insecure: true } });
    assert.match(error.message, /timed out/);
  });

  check(subject, 'open: a server that does not speak TLS', [], async (bench) => {
    const peer = await bench.mutePeer();
    const opening = bench.unreachable(peer, { tls: { insecure: true } });
    const connection = await peer.connected();
    connection.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    await opening;
  });

  check(subject, 'the server goes away and comes back on the same port', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer, { connections: 2 });
    assert.equal((await harness.request()).kind, 'ok');
    await peer.close();
    assert.ok(await until(harness, 'connect'), 'no outcome was connect while the server was gone');
    assert.ok(harness.driver.counters.connectFailures > 0);

    const again = await bench.peer((request) => request.respond(200), { port: peer.port });
    assert.ok(await until(harness, 'ok'), 'no request was served after the server came back');
    assert.ok(harness.driver.counters.reconnects > 0);
    await harness.slotsFree(2);
    const outcomes = await Promise.all([harness.request(), harness.request()]);
    assert.ok(outcomes.every(({ kind }) => kind === 'ok'));
    assert.ok(again.requests.length >= 3);
  });

  check(subject, 'a server that closes every connection at once', [], async (bench) => {
    const peer = await bench.peer(() => {}, { greet: (connection) => connection.end() });
    const harness = await bench.driver(peer);
    for (let i = 0; i < 5; i++) {
      const { kind } = await harness.request();
      assert.ok(['connect', 'read', 'write'].includes(kind), kind);
    }
  });

  check(subject, 'a request that times out before its connection is there', [], async (bench) => {
    const { harness, waiting, mute } = await shakingHandsInVain(bench, 100);
    assert.equal((await waiting).kind, 'timeout');
    await mute.connections[0]?.closed;
    const { kind } = await harness.request();
    assert.ok(['timeout', 'connect'].includes(kind), kind);
  });

  check(subject, 'close: while a TLS handshake is under way', [], async (bench) => {
    const { harness, waiting } = await shakingHandsInVain(bench, 30_000);
    await harness.close(0);
    assert.equal((await waiting).kind, 'timeout');
  });

  check(subject, 'a dead target is tried again and again, with pauses', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer, { connections: 1 });
    await peer.close();
    assert.ok(await until(harness, 'connect'));
    // The slot of a connection that failed is kept back: it is free again only after `slotFree`.
    assert.equal(harness.driver.free, 0);
    assert.equal((await harness.request()).kind, 'connect');
    assert.equal(harness.driver.free, 0);
    await harness.slotsFree(1);
  });
}

/** A peer that is not there any more. */
async function gone(bench: Bench, options?: PeerOptions): Promise<Peer> {
  const peer = await bench.peer(() => {}, options);
  await peer.close();
  return peer;
}

/** A driver whose TLS target is replaced by one that never shakes hands, and a request that waits for it to. */
async function shakingHandsInVain(
  bench: Bench,
  timeoutMs: number,
): Promise<{ harness: Harness; waiting: Promise<Outcome>; mute: Peer }> {
  const peer = await bench.peer((request) => request.respond(200), { tls: server });
  const harness = await bench.driver(peer, { timeoutMs, tls: { ca: authority } });
  await peer.close();
  let isDialled = false;
  let onDialled = () => {};
  const dialled = new Promise<void>((resolve) => {
    onDialled = resolve;
  });
  const mute = await bench.mutePeer({
    port: peer.port,
    greet() {
      isDialled = true;
      onDialled();
    },
  });
  // The first may still go out on the connection that is gone, or find nobody there.
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    await harness.slotsFree(1);
    const waiting = harness.send(harness.prepare());
    await Promise.race([waiting, dialled]);
    if (isDialled) return { harness, waiting, mute };
  }
  return assert.fail('the driver did not connect again');
}

/** Sends one request after the other until one ends as `kind`. */
async function until(harness: Harness, kind: 'ok' | 'connect'): Promise<boolean> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const outcome = await harness.request();
    if (outcome.kind === kind) return true;
    assert.ok(['connect', 'read', 'write'].includes(outcome.kind), outcome.kind);
  }
  return false;
}
