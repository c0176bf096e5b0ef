/**
 * Nanoseconds per response of the HTTP/1.x parser, by what comes. `node bench/http1-parser.js`
 *
 * One core, no sockets: the read buffer is filled once, as a read would leave it, and parsed again and
 * again. Each figure is the best of several rounds: what disturbs a round only adds to it.
 */
import { pathToFileURL } from 'node:url';
import { HeadMemory, ResponseParser } from '../dist/wire/http1/index.js';

const ROUNDS = 12;
const RESPONSES_A_ROUND = 40_000;

/** What nginx answers for a static file: 252 bytes. */
function head(framing, etag = '691f6b3c-64') {
  return (
    'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Tue, 20 Nov 2025 18:42:00 GMT\r\n' +
    `Content-Type: application/octet-stream\r\n${framing}\r\nLast-Modified: Tue, 20 Nov 2025 18:00:00 GMT\r\n` +
    `Connection: keep-alive\r\nETag: "${etag}"\r\nAccept-Ranges: bytes\r\n\r\n`
  );
}

const empty = head('Content-Length: 0');
const small = head('Content-Length: 100') + 'x'.repeat(100);
const chunked = `${head('Transfer-Encoding: chunked')}64\r\n${'x'.repeat(100)}\r\n0\r\n\r\n`;
const chunkedIn8 = `${head('Transfer-Encoding: chunked')}${`c\r\n${'x'.repeat(12)}\r\n`.repeat(8)}0\r\n\r\n`;
const manyHeads = Array.from({ length: 64 }, (_, i) => head('Content-Length: 0', `691f6b3c-${i + 10}`));

/** Reads, each with a list of where the responses' bytes are cut. */
const cases = [
  ['header remembered, no body', read([empty])],
  ['header remembered, 100 B body', read([small])],
  ['the same, 16 pipelined in a read', read(Array(16).fill(small))],
  ['the same, another buffer each read', read([small]), { freshBuffers: true }],
  ['two headers in turns', read([small, empty])],
  ['64 headers in turns: none remembered', read(manyHeads)],
  ['chunked, one chunk of 100 B', read([chunked])],
  ['chunked, eight chunks of 12 B', read([chunkedIn8])],
  ['header cut in two by reads', { ...read([small]), cut: 120 }],
];

function read(responses) {
  return { bytes: Buffer.from(responses.join(''), 'latin1'), responses: responses.length, cut: 0 };
}

/** @returns {{ what: string, figure: number, unit: string }[]} */
export function run() {
  return cases.map(([what, sample, options]) => ({
    what,
    figure: Number(measure(sample, options).toFixed(1)),
    unit: 'ns/response',
  }));
}

function measure({ bytes, responses, cut }, { freshBuffers = false } = {}) {
  const buffers = Array.from({ length: freshBuffers ? 2 : 1 }, () => Buffer.from(new ArrayBuffer(65_536)));
  for (const buffer of buffers) bytes.copy(buffer);
  const parser = new ResponseParser({}, { memory: new HeadMemory() });
  const reads = Math.ceil(RESPONSES_A_ROUND / responses);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    let complete = 0;
    const startNs = process.hrtime.bigint();
    for (let i = 0; i < reads; i++) {
      const buffer = buffers[i % buffers.length];
      let at = 0;
      if (cut > 0) at = parser.feed(buffer, 0, cut);
      while (at < bytes.length) {
        at = parser.feed(buffer, at, bytes.length);
        if (!parser.complete) throw new Error(parser.error ?? 'the response is not whole');
        complete += parser.status === 200 && parser.keepAlive ? 1 : 0;
        parser.reset(false);
      }
    }
    const ns = Number(process.hrtime.bigint() - startNs);
    if (complete !== reads * responses) throw new Error('responses were lost');
    best = Math.min(best, ns / complete);
  }
  return best;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { what, figure, unit } of run())
    console.log(`${what.padEnd(40)}${String(figure).padStart(8)} ${unit}`);
}
