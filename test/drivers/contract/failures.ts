import assert from 'node:assert/strict';
import type { PeerConnection, Responder } from '../../support/peer.js';
import { type Bench, check, type DriverSetup, type Needs, type Subject } from './bench.js';
import type { Outcome } from './harness.js';

/** Responses that never end well: each an outcome of its kind, in bounded memory, and the next request is served. */
interface Failure {
  readonly title: string;
  /** How the server answers the request that is to fail. */
  readonly answer: Responder;
  /** More than one where the protocol leaves open which the client sees first. */
  readonly kinds: readonly Outcome['kind'][];
  readonly setup?: DriverSetup;
  readonly needs?: readonly Needs[];
}

const raw =
  (response: string): Responder =>
  ({ connection }) => {
    connection.write(response);
  };

/** Sends `head`, then `more` again and again until the client has had enough. */
const endless =
  (head: string, more: string): Responder =>
  ({ connection }) => {
    connection.write(head);
    flood(connection, more);
  };

const http1Failures: readonly Failure[] = [
  { title: 'garbage', answer: raw('\x00\x01\x02 this is no HTTP\r\n\r\n'), kinds: ['protocol'] },
  { title: 'another protocol', answer: raw('SSH-2.0-OpenSSH_9.2\r\n'), kinds: ['protocol'] },
  { title: 'a status that is no number', answer: raw('HTTP/1.1 2x0 OK\r\n\r\n'), kinds: ['protocol'] },
  {
    title: 'a header line without a colon',
    answer: raw('HTTP/1.1 200 OK\r\nno colon\r\n\r\n'),
    kinds: ['protocol'],
  },
  {
    title: 'a Content-Length that is no number',
    answer: raw('HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello'),
    kinds: ['protocol'],
  },
  {
    title: 'two Content-Lengths that differ',
    answer: raw('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello'),
    kinds: ['protocol'],
  },
  {
    title: 'a chunk size that is no number',
    answer: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n'),
    kinds: ['protocol'],
  },
  {
    title: 'one header beyond the limit',
    answer: raw(`HTTP/1.1 200 OK\r\nX-Huge: ${'x'.repeat(20_000)}\r\nContent-Length: 0\r\n\r\n`),
    kinds: ['protocol'],
    setup: { maxHeaderBytes: 16_384 },
  },
  {
    title: 'many headers beyond the limit',
    answer: raw(`HTTP/1.1 200 OK\r\n${'X-Small: 0123456789\r\n'.repeat(1_000)}Content-Length: 0\r\n\r\n`),
    kinds: ['protocol'],
    setup: { maxHeaderBytes: 16_384 },
  },
  {
    title: 'headers without end',
    answer: endless('HTTP/1.1 200 OK\r\n', 'X-More: and more\r\n'.repeat(100)),
    kinds: ['protocol'],
  },
  {
    title: 'a header line without end',
    answer: endless('HTTP/1.1 200 OK\r\nX-Long: ', 'x'.repeat(1_000)),
    kinds: ['protocol'],
  },
  {
    title: 'trailers without end',
    answer: endless(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n',
      'X-More: x\r\n'.repeat(100),
    ),
    kinds: ['protocol'],
  },
  {
    title: 'a body beyond the limit, of known length',
    answer: endless('HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n', 'x'.repeat(10_000)),
    kinds: ['protocol'],
    setup: { maxBodyBytes: 100_000 },
  },
  {
    title: 'a body without end, chunked',
    answer: endless('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', '5\r\nhello\r\n'.repeat(1_000)),
    kinds: ['protocol'],
    setup: { maxBodyBytes: 100_000 },
  },
  {
    title: 'a body without end, until the connection closes',
    answer: endless('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(10_000)),
    kinds: ['protocol'],
    setup: { maxBodyBytes: 100_000 },
  },
  {
    title: 'interim responses without end',
    answer: endless('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(10)),
    kinds: ['protocol', 'timeout'],
    setup: { timeoutMs: 200 },
  },
  {
    title: 'chunked and cut between chunks',
    answer: ({ connection }) => {
      connection.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n');
      connection.end();
    },
    kinds: ['read'],
  },
  {
    title: 'Connection: close and cut before Content-Length bytes',
    answer: ({ connection }) => {
      connection.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 50\r\n\r\nhello');
      connection.end();
    },
    kinds: ['read'],
  },
  {
    title: 'cut within the header',
    answer: ({ connection }) => {
      connection.write('HTTP/1.1 200 OK\r\nContent-Le');
      connection.end();
    },
    kinds: ['read'],
  },
];

const failures: readonly Failure[] = [
  ...http1Failures.map((failure) => ({ ...failure, needs: ['http1' as const] })),
  { title: 'never answers', answer: () => {}, kinds: ['timeout'], setup: { timeoutMs: 200 } },
  {
    title: 'begins and never ends',
    answer: (request) => request.begin(),
    kinds: ['timeout'],
    setup: { timeoutMs: 200 },
  },
  {
    title: 'trickles, a byte every few milliseconds, so that it is never idle',
    answer: (request) => {
      request.begin();
      trickle(request.connection);
    },
    kinds: ['timeout'],
    setup: { timeoutMs: 200 },
    needs: ['http1'],
  },
  {
    title: 'FIN before a response',
    answer: ({ connection }) => connection.end(),
    kinds: ['read'],
  },
  {
    title: 'FIN within the body',
    answer: (request) => {
      request.begin();
      request.connection.end();
    },
    kinds: ['read'],
  },
  {
    title: 'RST before a response',
    answer: ({ connection }) => connection.reset(),
    kinds: ['read', 'write'],
  },
  {
    title: 'RST within the body',
    answer: (request) => {
      request.begin();
      request.connection.reset();
    },
    kinds: ['read', 'write'],
  },
];

export function failing(subject: Subject): void {
  for (const { title, answer, kinds, setup = {}, needs = [] } of failures) {
    check(subject, `failure: ${title}`, needs, (bench) => failThenServe(bench, answer, kinds, setup));
  }

  check(subject, 'an answer that comes after its time-out is nobody else’s', [], async (bench) => {
    const peer = await bench.peer((request) => {
      if (request.index > 0) request.respond(201);
    });
    const harness = await bench.driver(peer, { timeoutMs: 100 });
    assert.equal((await harness.request()).kind, 'timeout');
    peer.requests[0]?.respond(200);
    for (let i = 0; i < 3; i++) assert.equal((await harness.answered()).status, 201);
  });
}

/** The first request fails, on each connection; what is asked afterwards is answered, on another connection. */
async function failThenServe(
  bench: Bench,
  answer: Responder,
  kinds: readonly Outcome['kind'][],
  setup: DriverSetup,
): Promise<void> {
  const peer = await bench.peer((request) => {
    if (request.target === '/fails') answer(request);
    else request.respond(200, 'served');
  });
  const harness = await bench.driver(peer, setup);
  let breaches = 0;
  for (let round = 0; round < 2; round++) {
    const failed = await harness.request({ target: '/fails' });
    if (failed.kind === 'protocol') breaches++;
    assert.ok(kinds.includes(failed.kind), `outcome ${failed.kind} instead of ${kinds.join(' or ')}`);
    assert.equal(failed.status, 0);
    const served = await harness.answered({ target: '/works' });
    assert.equal(served.kind, 'ok');
  }
  assert.equal(peer.requests.filter(({ target }) => target === '/fails').length, 2);
  // A driver that names what was amiss names every breach of the protocol.
  const named = harness.driver.faults?.().reduce((sum, { count }) => sum + count, 0);
  if (breaches > 0 && named !== undefined) assert.equal(named, breaches);
}

async function flood(connection: PeerConnection, bytes: string): Promise<void> {
  while (await connection.drained()) {
    for (let i = 0; i < 10 && connection.write(bytes); i++);
  }
}

function trickle(connection: PeerConnection): void {
  const timer = setInterval(() => connection.write('.'), 5);
  connection.closed.then(() => clearInterval(timer));
}
