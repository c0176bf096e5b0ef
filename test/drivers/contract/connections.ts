import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { check, type Subject } from './bench.js';

/** A status for each request, to tell responses apart: none of those that mean something to a client. */
const FIRST_STATUS = 230;

/** How many connections there are, how long they live and what they go through. */
export function connections(subject: Subject): void {
  const { http1 } = subject.capabilities;

  check(subject, 'keep-alive: as many connections as asked for, used again and again', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200, 'hello'));
    const harness = await bench.driver(peer, { connections: 4 });
    assert.equal(harness.driver.slots, 4);
    assert.equal(harness.driver.free, 4);
    const request = harness.prepare();
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.all(Array.from({ length: 4 }, () => harness.send(request)));
      assert.ok(outcomes.every(({ kind }) => kind === 'ok'));
    }
    assert.equal(peer.requests.length, 20);
    assert.deepEqual(
      peer.connections.map((connection) => connection.requests),
      [5, 5, 5, 5],
    );
    const { connects, reconnects, connectFailures } = harness.driver.counters;
    assert.deepEqual([connects, reconnects, connectFailures], [4, 0, 0]);
  });

  check(subject, 'at a low rate every connection has its turn', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer, { connections: 3 });
    for (let i = 0; i < 6; i++) await harness.request();
    assert.deepEqual(
      peer.connections.map((connection) => connection.requests),
      [2, 2, 2],
    );
  });

  check(
    subject,
    'Connection: close from the server: a new connection for the next request',
    ['http1'],
    async (bench) => {
      const peer = await bench.peer(({ connection }) => {
        connection.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');
        connection.end();
      });
      const harness = await bench.driver(peer);
      for (let i = 0; i < 5; i++) assert.equal((await harness.request()).kind, 'ok');
      assert.equal(peer.connections.length, 5);
      assert.equal(harness.driver.counters.reconnects, 4);
    },
  );

  check(
    subject,
    'Connection: close is honoured when the server itself does not close',
    ['http1'],
    async (bench) => {
      const peer = await bench.peer(({ connection }) => {
        connection.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');
      });
      const harness = await bench.driver(peer);
      for (let i = 0; i < 3; i++) assert.equal((await harness.request()).kind, 'ok');
      assert.deepEqual(
        peer.connections.map((connection) => connection.requests),
        [1, 1, 1],
      );
    },
  );

  check(subject, 'without keep-alive every request has a connection of its own', ['http1'], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer, { keepAlive: false, connections: 2 });
    for (let i = 0; i < 6; i++) assert.equal((await harness.request()).kind, 'ok');
    for (const { requests } of peer.connections) assert.ok(requests <= 1);
    assert.equal(peer.requests.length, 6);
    assert.ok(peer.requests.every((request) => request.header('connection')?.toLowerCase() === 'close'));
    assert.equal(harness.driver.counters.reconnects, 0);
  });

  check(subject, 'a connection that the server closed while idle is replaced', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer);
    assert.equal((await harness.request()).kind, 'ok');
    const [first] = peer.connections;
    assert.ok(first !== undefined);
    first.end();
    await first.closed;
    const { kind } = await harness.request();
    // An HTTP/2 server closes without waiting for the client, which may not have seen it yet.
    assert.ok(kind === 'ok' || (kind === 'read' && !http1), kind);
    assert.equal((await harness.request()).kind, 'ok');
    assert.equal(peer.connections.length, 2);
    assert.equal(harness.driver.counters.reconnects, 1);
  });

  check(
    subject,
    'a connection that closes right behind a response loses one request at most',
    ['http1'],
    async (bench) => {
      const peer = await bench.peer((request) => {
        request.respond(200);
        request.connection.end();
      });
      const harness = await bench.driver(peer);
      for (let i = 0; i < 10; i++) {
        const { kind } = await harness.request();
        assert.ok(kind === 'ok' || kind === 'read' || kind === 'write', kind);
      }
      const served = harness.outcomes.filter(({ kind }) => kind === 'ok').length;
      assert.ok(served >= 5, `${served} of 10 served`);
    },
  );

  check(subject, 'bytes nobody asked for, on an idle connection, cost it', ['http1'], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200));
    const harness = await bench.driver(peer);
    assert.equal((await harness.request()).status, 200);
    const [first] = peer.connections;
    assert.ok(first !== undefined);
    first.write('HTTP/1.1 299 Unasked\r\nContent-Length: 0\r\n\r\n');
    await first.closed;
    assert.deepEqual(await harness.request().then(({ kind, status }) => [kind, status]), ['ok', 200]);
    assert.equal(peer.connections.length, 2);
  });

  check(
    subject,
    'bytes that nobody has asked for yet, on a new connection, cost it',
    ['http1'],
    async (bench) => {
      const peer = await bench.peer((request) => request.respond(200), {
        greet(connection) {
          if (peer.connections.length === 1) {
            connection.write('HTTP/1.1 299 Unasked\r\nContent-Length: 0\r\n\r\n');
          }
        },
      });
      const harness = await bench.driver(peer);
      await peer.connections[0]?.closed;
      assert.equal((await harness.request()).status, 200);
      assert.equal(peer.connections.length, 2);
    },
  );

  check(subject, 'bytes behind a response are not taken for the next one', ['http1'], async (bench) => {
    const peer = await bench.peer(({ connection }) => {
      connection.write(
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 299 Unasked\r\nContent-Length: 0\r\n\r\n',
      );
    });
    const harness = await bench.driver(peer);
    for (let i = 0; i < 4; i++) await harness.request();
    assert.ok(harness.outcomes.every(({ status }) => status !== 299));
    assert.equal(harness.outcomes[0]?.kind, 'ok');
    assert.ok(peer.connections.length > 1);
  });

  check(
    subject,
    'pipelining: several requests at once, answered in order',
    ['http1', 'pipelining'],
    async (bench) => {
      const depth = 8;
      const peer = await bench.peer(() => {
        if (peer.requests.length % depth !== 0) return;
        for (const request of peer.requests.slice(-depth))
          request.respond(FIRST_STATUS + request.index, 'hello');
      });
      const harness = await bench.driver(peer, { pipeline: depth });
      assert.equal(harness.driver.slots, depth);
      const request = harness.prepare({ method: 'POST', target: ['/', 0], body: 'x' });
      for (let round = 0; round < 3; round++) {
        const outcomes = await Promise.all(
          Array.from({ length: depth }, (_, i) => harness.send(request, [`${round}-${i}`])),
        );
        const expected = Array.from({ length: depth }, (_, i) => FIRST_STATUS + round * depth + i);
        assert.deepEqual(
          outcomes.map(({ status }) => status),
          expected,
        );
      }
      assert.equal(peer.connections.length, 1);
      assert.equal(peer.requests[9]?.target, '/1-1');
    },
  );

  check(subject, 'a unix socket', [], async (bench) => {
    const folder = await mkdtemp(join(tmpdir(), 'zipfire-'));
    bench.cleanUp(() => rm(folder, { recursive: true }));
    const peer = await bench.peer((request) => request.respond(200), { socketPath: join(folder, 'socket') });
    const harness = await bench.driver(peer);
    for (let i = 0; i < 3; i++) assert.equal((await harness.request()).kind, 'ok');
    assert.equal(peer.connections.length, 1);
    assert.equal(peer.requests[0]?.header('host'), 'localhost');
  });

  ipv6(subject);
}

function ipv6(subject: Subject): void {
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  if (!addresses.some(({ address }) => address === '::1')) {
    test('IPv6', { skip: 'this machine has no ::1' }, () => {});
    return;
  }
  check(subject, 'IPv6', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200), { host: '::1' });
    const harness = await bench.driver(peer);
    assert.equal((await harness.request()).kind, 'ok');
    assert.equal(peer.requests[0]?.header('host'), `[::1]:${peer.port}`);
  });
}
