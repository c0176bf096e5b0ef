import assert from 'node:assert/strict';
import { check, type Subject } from './bench.js';

const REQUESTS = 2_000;
const CONNECTIONS = 50;
const SEED = 20_240_601;

/** Every request planned ends as exactly one outcome, whatever the server does to its connections. */
export function accounting(subject: Subject): void {
  check(
    subject,
    `${REQUESTS} requests to a server that resets half of its connections`,
    [],
    async (bench) => {
      const random = generator(SEED);
      // For each connection: the request at which it is reset, or none.
      const fates = new WeakMap<object, number>();
      let answered = 0;
      const peer = await bench.peer((request) => {
        const { connection } = request;
        const fate =
          fates.get(connection) ??
          (random() < 0.5 ? 1 + Math.floor(random() * 20) : Number.POSITIVE_INFINITY);
        fates.set(connection, fate);
        if (connection.requests < fate) {
          answered++;
          request.respond(200, 'hello');
        } else if (connection.requests === fate) {
          if (random() < 0.5) request.begin();
          connection.reset();
        }
      });
      const harness = await bench.driver(peer, { connections: CONNECTIONS });
      const request = harness.prepare({ target: ['/', 0] });
      for (let sent = 0; sent < REQUESTS; ) {
        await harness.slotsFree(1);
        for (; sent < REQUESTS && harness.driver.free > 0; sent++) void harness.send(request, [String(sent)]);
      }
      await harness.slotsFree(CONNECTIONS);

      const count = (kind: string) => harness.outcomes.filter((outcome) => outcome.kind === kind).length;
      assert.equal(harness.outcomes.length, REQUESTS);
      assert.equal(count('ok') + count('read') + count('write'), REQUESTS);
      assert.ok(count('ok') <= answered, `${count('ok')} ok of ${answered} answered`);
      assert.ok(count('ok') > REQUESTS / 2);
      assert.ok(count('read') + count('write') > 0);
      const { connects, reconnects } = harness.driver.counters;
      assert.equal(connects - reconnects, CONNECTIONS);
      assert.equal(connects, peer.connections.length);
    },
  );

  check(subject, 'a mix of failures: every outcome is accounted for', ['http1'], async (bench) => {
    const random = generator(SEED + 1);
    const peer = await bench.peer((request) => {
      const { connection } = request;
      const fate = Math.floor(random() * 10);
      if (fate === 0) connection.write('no HTTP at all\r\n\r\n');
      else if (fate === 1) connection.end();
      else if (fate === 2) request.begin();
      else if (fate === 3) request.respond(500);
      else request.respond(200, 'hello');
    });
    const harness = await bench.driver(peer, { connections: 20, timeoutMs: 200 });
    const request = harness.prepare();
    for (let sent = 0; sent < 300; sent++) {
      await harness.slotsFree(1);
      void harness.send(request);
    }
    await harness.slotsFree(20);
    assert.equal(harness.outcomes.length, 300);
    const kinds = new Set(harness.outcomes.map(({ kind }) => kind));
    const possible = new Set(['ok', 'protocol', 'read', 'status', 'timeout']);
    assert.deepEqual(
      [...kinds].filter((kind) => !possible.has(kind)),
      [],
    );
    assert.ok(kinds.has('timeout') && kinds.size > 1, [...kinds].join(' '));
  });
}

/** Numbers in [0, 1), the same for the same seed: xorshift32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
