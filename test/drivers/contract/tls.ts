import assert from 'node:assert/strict';
import { authority, client, server, strangerAuthority, strangerServer } from '../../support/certs.js';
import { check, type Subject } from './bench.js';

const NAME = 'zipfire.test';
/** Nothing resolves the name: the address to connect to is given, as the engine gives it. */
const byName = { host: NAME, address: '127.0.0.1' };

/** Certificates on both sides, and the name asked for. */
export function tls(subject: Subject): void {
  check(subject, 'TLS: the right authority; the name goes into SNI and Host', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200, 'hello'), { tls: server });
    const harness = await bench.driver(peer, { ...byName, tls: { serverName: NAME, ca: authority } });
    for (let i = 0; i < 3; i++) assert.equal((await harness.request()).kind, 'ok');
    assert.equal(peer.connections.length, 1);
    assert.equal(peer.connections[0]?.servername, NAME);
    assert.equal(peer.requests[0]?.header('host'), `${NAME}:${peer.port}`);
  });

  check(
    subject,
    'TLS: an address is checked against the certificate and not sent as SNI',
    [],
    async (bench) => {
      const peer = await bench.peer((request) => request.respond(200), { tls: server });
      const harness = await bench.driver(peer, { tls: { ca: authority } });
      assert.equal((await harness.request()).kind, 'ok');
      assert.equal(peer.connections[0]?.servername, false);
    },
  );

  check(subject, 'TLS: many connections, large bodies both ways', [], async (bench) => {
    const body = 'x'.repeat(300_000);
    const peer = await bench.peer((request) => request.respond(200, body), { tls: server });
    const harness = await bench.driver(peer, { connections: 4, tls: { ca: authority } });
    const request = harness.prepare({ method: 'POST', body });
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => harness.request(request)));
    for (const { kind, bytesIn } of outcomes) {
      assert.equal(kind, 'ok');
      assert.ok(bytesIn >= body.length);
    }
    assert.ok(peer.requests.every((received) => received.body.length === body.length));
  });

  check(subject, 'TLS: without keep-alive', ['http1'], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200), { tls: server });
    const harness = await bench.driver(peer, { keepAlive: false, tls: { ca: authority } });
    for (let i = 0; i < 4; i++) assert.equal((await harness.request()).kind, 'ok');
    assert.ok(peer.connections.every(({ requests }) => requests <= 1));
  });

  check(subject, 'TLS: the wrong authority', [], async (bench) => {
    const peer = await bench.peer(() => {}, { tls: server });
    await bench.unreachable(peer, { tls: { ca: strangerAuthority } });
    assert.equal(peer.requests.length, 0);
  });

  check(subject, 'TLS: no authority at all: the machine’s own do not know the server', [], async (bench) => {
    const peer = await bench.peer(() => {}, { tls: server });
    await bench.unreachable(peer, { tls: {} });
  });

  check(subject, 'TLS: a certificate for another name', [], async (bench) => {
    const peer = await bench.peer(() => {}, { tls: server });
    const error = await bench.unreachable(peer, {
      address: '127.0.0.1',
      host: 'other.test',
      tls: { serverName: 'other.test', ca: authority },
    });
    assert.match(error.message, /other\.test/);
  });

  check(subject, 'TLS: insecure accepts any certificate', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200), { tls: strangerServer });
    const harness = await bench.driver(peer, { tls: { insecure: true } });
    assert.equal((await harness.request()).kind, 'ok');
  });

  check(subject, 'TLS: a server that comes back with a certificate of a stranger', [], async (bench) => {
    const peer = await bench.peer((request) => request.respond(200), { tls: server });
    const harness = await bench.driver(peer, { tls: { ca: authority } });
    assert.equal((await harness.request()).kind, 'ok');
    await peer.close();
    const stranger = await bench.peer((request) => request.respond(200), {
      port: peer.port,
      tls: strangerServer,
    });
    const kinds: string[] = [];
    for (let i = 0; i < 3; i++) kinds.push((await harness.request()).kind);
    // The first may still go out on the connection that is gone.
    assert.ok(['connect', 'read', 'write'].includes(kinds[0] ?? ''), kinds[0]);
    assert.deepEqual(kinds.slice(1), ['connect', 'connect']);
    assert.equal(stranger.requests.length, 0);
  });

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const asking = { ...server, clientAuthority: authority, maxVersion };

    check(subject, `${maxVersion}: a client certificate that is asked for and given`, [], async (bench) => {
      const peer = await bench.peer((request) => request.respond(200), { tls: asking });
      const harness = await bench.driver(peer, { tls: { ca: authority, ...client } });
      assert.equal((await harness.request()).kind, 'ok');
    });
  }

  check(subject, 'TLSv1.2: a client certificate that is asked for and not given', [], async (bench) => {
    const asking = { ...server, clientAuthority: authority, maxVersion: 'TLSv1.2' } as const;
    const peer = await bench.peer(() => {}, { tls: asking });
    await bench.unreachable(peer, { tls: { ca: authority } });
  });

  // Here the client's handshake is done before the server has judged it, so `open` may find the target.
  check(subject, 'TLSv1.3: a client certificate that is asked for and not given', [], async (bench) => {
    const peer = await bench.peer(() => {}, { tls: { ...server, clientAuthority: authority } });
    const opened = await bench.driver(peer, { tls: { ca: authority } }).catch(() => null);
    for (let i = 0; opened !== null && i < 3; i++) {
      const { kind } = await opened.request();
      assert.ok(['connect', 'read', 'write'].includes(kind), kind);
    }
    assert.equal(peer.requests.length, 0);
  });
}
