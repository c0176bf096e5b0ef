import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseErrors } from './errors.js';
import { HeadMemory } from './memory.js';
import { CHUNKED, OK, readEveryWay } from './reading.test.kit.js';
import { ResponseParser } from './response.js';

describe('cut by the end of the connection', () => {
  const cut: Record<string, string> = {
    'before the first byte': '',
    'in the status line': 'HTTP/1.1 2',
    'in the fields': `${OK}X: y\r\n`,
    'after an interim response': 'HTTP/1.1 100 Continue\r\n\r\n',
    'in a counted body': `${OK}Content-Length: 5\r\n\r\nhell`,
    'in a chunk': `${OK}${CHUNKED}5\r\nhell`,
    'before the last chunk': `${OK}${CHUNKED}5\r\nhello\r\n`,
    'before the end of the trailers': `${OK}${CHUNKED}0\r\n`,
  };
  for (const [name, text] of Object.entries(cut)) {
    test(name, () => {
      const reading = readEveryWay(text, { end: true });
      assert.equal(reading.complete, false);
      assert.equal(reading.error, null);
      assert.equal(reading.bytes, text.length);
    });
  }
});

describe('a parser over many responses', () => {
  const responses = [
    `${OK}Content-Length: 5\r\n\r\nhello`,
    `HTTP/1.1 404 No\r\n${CHUNKED}2\r\nhi\r\n0\r\n\r\n`,
    `${OK}Content-Length: 5\r\n\r\nworld`,
    `HTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 204 No\r\n\r\n`,
    `${OK}Content-Length: 5\r\n\r\nagain`,
    `HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 1\r\n\r\n!`,
  ];

  test('pipelined in one buffer, at every offset', () => {
    const memory = new HeadMemory();
    for (let offset = 0; offset < 8; offset++) {
      const buf = Buffer.from('-'.repeat(offset) + responses.join(''), 'latin1');
      const parser = new ResponseParser({}, { memory });
      const seen: [number, boolean, number][] = [];
      let at = offset;
      while (at < buf.length) {
        parser.reset(false);
        at = parser.feed(buf, at, buf.length);
        assert.equal(parser.complete, true);
        seen.push([parser.status, parser.keepAlive, parser.bytes]);
      }
      const lengths = responses.map((text) => text.length);
      assert.deepEqual(
        seen,
        [200, 404, 200, 204, 200, 503].map((status, i) => [status, status !== 503, lengths[i]]),
      );
    }
  });

  test('no byte past the response is taken, nor any until reset', () => {
    const buf = Buffer.from(responses[0]! + responses[1]!, 'latin1');
    const parser = new ResponseParser();
    assert.equal(parser.feed(buf, 0, buf.length), responses[0]!.length);
    assert.equal(parser.feed(buf, responses[0]!.length, buf.length), responses[0]!.length);
    assert.equal(parser.status, 200);
    assert.equal(parser.finish(), false, 'the response was whole before the connection ended');
    assert.equal(parser.complete, true);
  });

  test('an error stays until reset', () => {
    const parser = new ResponseParser();
    const bad = Buffer.from('nonsense');
    assert.equal(parser.feed(bad, 0, bad.length), 0);
    const good = Buffer.from(responses[0]!, 'latin1');
    assert.equal(parser.feed(good, 0, good.length), 0);
    assert.equal(parser.error, parseErrors.notHttp);
    parser.reset(false);
    assert.equal(parser.error, null);
    assert.equal(parser.started, false);
    parser.feed(good, 0, good.length);
    assert.equal(parser.complete, true);
  });

  test('reset in the middle of a response forgets all of it', () => {
    for (const text of responses) {
      for (let cut = 0; cut < text.length; cut++) {
        const parser = new ResponseParser();
        parser.feed(Buffer.from(text, 'latin1'), 0, cut);
        parser.reset(false);
        const { status, keepAlive, bytes, started, complete, error } = parser;
        assert.deepEqual(
          { status, keepAlive, bytes, started, complete, error },
          { status: 0, keepAlive: false, bytes: 0, started: false, complete: false, error: null },
        );
        const next = Buffer.from(responses[0]!, 'latin1');
        assert.equal(parser.feed(next, 0, next.length), next.length);
        assert.equal(parser.complete, true);
      }
    }
  });

  test('the block remembered for GET serves HEAD, and the other way round', () => {
    const memory = new HeadMemory();
    const parser = new ResponseParser({}, { memory });
    const buf = Buffer.from(responses[0]!, 'latin1');
    for (const head of [false, true, true, false, true, false]) {
      parser.reset(head);
      assert.equal(parser.feed(buf, 0, buf.length), head ? buf.length - 5 : buf.length);
      assert.equal(parser.complete, true);
    }
  });

  test('a head cut by reads is not remembered, the next whole one is', () => {
    const memory = new HeadMemory();
    const parser = new ResponseParser({}, { memory });
    const buf = Buffer.from(responses[0]!, 'latin1');
    parser.feed(buf, parser.feed(buf, 0, 10), buf.length);
    assert.equal(parser.complete, true);
    assert.equal(memory.find(buf, 0, buf.length), null);
    parser.reset(false);
    parser.feed(buf, 0, buf.length);
    assert.notEqual(memory.find(buf, 0, buf.length), null);
  });

  test('a remembered block is measured by the limits of the parser that meets it', () => {
    const memory = new HeadMemory();
    const buf = Buffer.from(responses[0]!, 'latin1');
    const lenient = new ResponseParser({}, { memory });
    lenient.feed(buf, 0, buf.length);
    assert.equal(lenient.complete, true);
    const smallBodies = new ResponseParser({ maxBodyBytes: 4 }, { memory });
    smallBodies.feed(buf, 0, buf.length);
    assert.equal(smallBodies.error, parseErrors.bodyTooLarge);
    const smallHeads = new ResponseParser({ maxHeaderBytes: buf.length - 6 }, { memory });
    smallHeads.feed(buf, 0, buf.length);
    assert.equal(smallHeads.error, parseErrors.headerTooLarge);
  });

  test('no bytes are no progress and no error', () => {
    const parser = new ResponseParser();
    assert.equal(parser.feed(Buffer.alloc(0), 0, 0), 0);
    assert.equal(parser.started, false);
    assert.equal(parser.finish(), false);
  });
});

test('a response whose header block is remembered allocates nothing', () => {
  const text = `${OK}Content-Length: 5\r\n\r\nhello${OK}${CHUNKED}5\r\nhello\r\n0\r\nX: y\r\n\r\n`;
  const buf = Buffer.from(text, 'latin1');
  const parser = new ResponseParser();
  const responses = 20_000;
  const heapGrowth = () => {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0, at = 0; i < responses; i++) {
      parser.reset(false);
      at = parser.feed(buf, at, buf.length) % buf.length;
      if (!parser.complete) throw new Error('not whole');
    }
    return process.memoryUsage().heapUsed - before;
  };
  for (let i = 0; i < 10; i++) heapGrowth(); // until it is compiled
  // A collection makes the growth negative, and the compiler may allocate: of many rounds, the one in the middle.
  const growths = Array.from({ length: 15 }, heapGrowth).sort((a, b) => a - b);
  assert.ok(growths[7]! < responses, `${growths[7]} bytes for ${responses} responses: ${growths.join(', ')}`);
});

describe('a response without end is refused at the limit', () => {
  const endless: Record<string, [start: string, more: string]> = {
    'a reason': ['HTTP/1.1 200 ', 'a'],
    'a field name': [OK, 'a'],
    'a field value': [`${OK}X: `, 'a'],
    'white space before a length': [`${OK}Content-Length: `, ' '],
    'a length': [`${OK}Content-Length: `, '0'],
    'a Connection list': [`${OK}Connection: `, 'close,'],
    fields: [OK, 'X: y\r\n'],
    folds: [`${OK}X: y\r\n`, ' \r\n'],
    'interim responses': ['', 'HTTP/1.1 100 Continue\r\n\r\n'],
    'empty lines': ['', '\r\n'],
    'an extension': [`${OK}${CHUNKED}1;`, 'a'],
    'white space after a chunk size': [`${OK}${CHUNKED}1`, ' '],
    'extensions of many chunks': [`${OK}${CHUNKED}`, '1;\r\nx\r\n'],
    'zeros of a chunk size': [`${OK}${CHUNKED}`, '0'],
    trailers: [`${OK}${CHUNKED}0\r\n`, 'X: y\r\n'],
    chunks: [`${OK}${CHUNKED}`, '1\r\nx\r\n'],
    'a body until close': [`${OK}\r\n`, 'x'],
  };
  for (const [name, [start, more]] of Object.entries(endless)) {
    test(name, () => {
      const parser = new ResponseParser({ maxHeaderBytes: 1000, maxBodyBytes: 1000 });
      const first = Buffer.from(start, 'latin1');
      const next = Buffer.from(more, 'latin1');
      parser.feed(first, 0, first.length);
      for (let i = 0; i < 10_000 && parser.error === null; i++) parser.feed(next, 0, next.length);
      assert.notEqual(parser.error, null);
      assert.equal(parser.complete, false);
    });
  }
});
