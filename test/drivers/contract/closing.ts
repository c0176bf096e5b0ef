import assert from 'node:assert/strict';
import { check, type Subject } from './bench.js';
import type { Outcome } from './harness.js';

/** The end of a run, with requests still in flight. */
export function closing(subject: Subject): void {
  check(subject, 'close: nothing in flight', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer, { connections: 3 });
    await harness.request();
    await harness.close(60_000);
    await peer.idle();
  });

  check(subject, 'close: nothing ever sent', [], async (bench) => {
    const peer = await bench.peer(() => {});
    const harness = await bench.driver(peer, { connections: 3 });
    await harness.close(60_000);
    await peer.idle();
  });

  for (const graceMs of [0, 50]) {
    check(
      subject,
      `close(${graceMs}): what is in flight then gets the outcome timeout`,
      [],
      async (bench) => {
        const peer = await bench.peer(() => {});
        const harness = await bench.driver(peer, { connections: 3 });
        const outcomes = [harness.request(), harness.request(), harness.request()];
        await harness.close(graceMs);
        assert.deepEqual(
          harness.outcomes.map(({ kind }) => kind),
          ['timeout', 'timeout', 'timeout'],
        );
        await Promise.all(outcomes);
        await peer.idle();
      },
    );
  }

  check(subject, 'close(grace): what is answered within it is answered', [], async (bench) => {
    let closing: Promise<void> | undefined;
    const peer = await bench.peer((request) => {
      if (request.index < 2) return;
      // All are in flight: the run ends, and the answers are on their way.
      closing = harness.close(10_000);
      for (const waiting of peer.requests) waiting.respond(200);
    });
    const harness = await bench.driver(peer, { connections: 3 });
    const outcomes = await Promise.all([harness.request(), harness.request(), harness.request()]);
    await closing;
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['ok', 'ok', 'ok'],
    );
    await peer.idle();
  });

  check(subject, 'close: while responses are coming in', [], async (bench) => {
    const peer = await bench.peer((request) => {
      request.begin();
      if (request.index === 1) begun();
    });
    let begun = () => {};
    const bothBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const harness = await bench.driver(peer, { connections: 2 });
    const outcomes = [harness.request(), harness.request()];
    await bothBegun;
    await harness.close(0);
    assert.ok((await Promise.all(outcomes)).every(({ kind }) => kind === 'timeout'));
    await peer.idle();
  });

  check(subject, 'close: while the connections are being replaced', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer, { connections: 2 });
    await peer.close();
    const outcomes: Promise<Outcome>[] = [];
    for (let i = 0; i < 4; i++) {
      await harness.slotsFree(1);
      outcomes.push(harness.send(harness.prepare()));
    }
    await harness.close(0);
    for (const { kind } of await Promise.all(outcomes)) {
      assert.ok(['connect', 'read', 'write', 'timeout'].includes(kind), kind);
    }
  });
}
