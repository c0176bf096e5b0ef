import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { PeerConnection } from '../../support/peer.js';
import { check, type Needs, type Subject } from './bench.js';

/** Where a response ends, in all the ways that HTTP/1.1 has of saying so (RFC 9112 §6.3). */
interface Framing {
  readonly title: string;
  readonly response: string;
  readonly method?: string;
  readonly status?: number;
  /** Bytes of the body when decoded. */
  readonly bodyBytes?: number;
  /** What the server does after the response. */
  readonly server: 'keeps' | 'closes';
  readonly needs?: readonly Needs[];
}

const framings: readonly Framing[] = [
  {
    title: 'Content-Length',
    response: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    bodyBytes: 5,
    server: 'keeps',
  },
  { title: 'Content-Length: 0', response: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', server: 'keeps' },
  {
    title: 'header names in odd cases, values in odd blanks, an empty reason',
    response: 'HTTP/1.1 200 \r\ncOnTeNt-lEnGtH: \t 5  \r\nX-Empty:\r\n\r\nhello',
    bodyBytes: 5,
    server: 'keeps',
  },
  {
    title: 'chunked',
    response: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n',
    bodyBytes: 11,
    server: 'keeps',
  },
  {
    title: 'chunked with extensions, trailers and upper-case sizes',
    response:
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n' +
      'A;name=value\r\n0123456789\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n',
    bodyBytes: 10,
    server: 'keeps',
  },
  {
    title: 'until the connection closes',
    response: 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello until the end',
    bodyBytes: 19,
    server: 'closes',
  },
  {
    title: 'until the connection closes, without a word about it',
    response: 'HTTP/1.1 200 OK\r\n\r\nhello until the end',
    bodyBytes: 19,
    server: 'closes',
  },
  {
    title: 'HTTP/1.0, until the connection closes',
    response: 'HTTP/1.0 200 OK\r\n\r\nhello',
    bodyBytes: 5,
    server: 'closes',
  },
  {
    title: 'HTTP/1.0 with Content-Length',
    response: 'HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    bodyBytes: 5,
    server: 'closes',
  },
  {
    title: 'HTTP/1.0 with keep-alive',
    response: 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello',
    bodyBytes: 5,
    server: 'keeps',
  },
  { title: '204 has no body', response: 'HTTP/1.1 204 No Content\r\n\r\n', status: 204, server: 'keeps' },
  { title: '304 has no body', response: 'HTTP/1.1 304 Not Modified\r\n\r\n', status: 304, server: 'keeps' },
  {
    title: '304 has no body, whatever its Content-Length',
    response: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n',
    status: 304,
    server: 'keeps',
    needs: ['lengthOf304'],
  },
  {
    title: 'HEAD has no body, whatever its Content-Length',
    response: 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n',
    method: 'HEAD',
    server: 'keeps',
  },
  {
    title: '103 before the response',
    response:
      'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n' +
      'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    bodyBytes: 5,
    server: 'keeps',
  },
  {
    title: '100 before the response',
    response: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    bodyBytes: 5,
    server: 'keeps',
    needs: ['unaskedContinue'],
  },
];

const REQUESTS = 3;

export function framing(subject: Subject): void {
  for (const { title, needs = [], ...expected } of framings) {
    check(subject, `response: ${title}`, ['http1', ...needs], (bench) => answer(bench, expected, atOnce));
    check(subject, `response a byte at a time: ${title}`, ['http1', ...needs], (bench) =>
      answer(bench, expected, byteByByte),
    );
  }

  for (const status of [200, 201, 299, 302, 399, 400, 404, 500, 503, 599]) {
    check(subject, `status ${status}`, [], async (bench) => {
      const peer = await bench.peer((request) => request.respond(status, 'said so'));
      const harness = await bench.driver(peer);
      const { kind, status: seen } = await harness.request();
      assert.equal(seen, status);
      assert.equal(kind, status < 400 ? 'ok' : 'status');
    });
  }
}

type Send = (connection: PeerConnection, response: string) => Promise<void> | void;

async function answer(
  bench: Parameters<Parameters<typeof check>[3]>[0],
  { response, method = 'GET', status = 200, bodyBytes = 0, server }: Omit<Framing, 'title' | 'needs'>,
  send: Send,
): Promise<void> {
  const peer = await bench.peer(async ({ connection }) => {
    await send(connection, response);
    if (server === 'closes') connection.end();
  });
  const harness = await bench.driver(peer);
  for (let i = 0; i < REQUESTS; i++) {
    const outcome = await harness.request({ method });
    assert.equal(outcome.kind, 'ok');
    assert.equal(outcome.status, status);
    assert.ok(outcome.bytesIn >= bodyBytes, `${outcome.bytesIn} bytes in`);
  }
  assert.equal(peer.requests.length, REQUESTS);
  assert.equal(peer.connections.length, server === 'keeps' ? 1 : REQUESTS);
  assert.equal(harness.driver.counters.reconnects, server === 'keeps' ? 0 : REQUESTS - 1);
}

function atOnce(connection: PeerConnection, response: string): void {
  connection.write(response);
}

/** Each byte in a write of its own; TCP may still join some, and that is as good. */
async function byteByByte(connection: PeerConnection, response: string): Promise<void> {
  for (const byte of response) {
    connection.write(byte);
    await turn();
  }
}
