import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ErrorCode, errorName } from './constants.js';
import { FrameParser } from './frame-parser.js';
import type { FrameSink } from './frame-sink.js';
import { settingsFrame } from './frame-writer.js';

const limits = { maxFrameSize: 16_384, maxBlockSize: 40_000, maxContinuations: 3 };
const settings = Buffer.from(settingsFrame([]), 'latin1');

/** Writes down what the parser says; pieces of one DATA frame are put together. */
class Log implements FrameSink {
  readonly lines: string[] = [];
  #data = '';

  headers(id: number, endStream: boolean, bytes: Buffer, from: number, to: number, wireBytes: number): void {
    const block = bytes.toString('latin1', from, to);
    const shown = block.length > 20 ? `${block.length} bytes` : block;
    this.lines.push(`headers ${id} ${shown}${endStream ? ' end' : ''} of ${wireBytes}`);
  }

  dataStart(id: number, length: number): void {
    this.lines.push(`data ${id} of ${length}`);
    this.#data = '';
  }

  data(bytes: Buffer, from: number, to: number): void {
    assert.ok(to > from);
    this.#data += bytes.toString('latin1', from, to);
  }

  dataEnd(endStream: boolean): void {
    this.lines.push(`${this.#data}${endStream ? ' end' : ''}`);
  }

  rstStream(id: number, code: number): void {
    this.lines.push(`rst ${id} ${errorName(code)}`);
  }

  settings(ack: boolean, bytes: Buffer, from: number, to: number): void {
    this.lines.push(ack ? 'settings ack' : `settings ${bytes.toString('hex', from, to)}`);
  }

  ping(ack: boolean, bytes: Buffer, from: number): void {
    this.lines.push(`ping${ack ? ' ack' : ''} ${bytes.toString('latin1', from, from + 8)}`);
  }

  goaway(last: number, code: number, bytes: Buffer, from: number, to: number): void {
    this.lines.push(`goaway ${last} ${errorName(code)} ${bytes.toString('latin1', from, to)}`);
  }

  windowUpdate(id: number, increment: number): void {
    this.lines.push(`window ${id} ${increment}`);
  }

  pushPromise(): void {
    this.lines.push('push');
  }

  ignored(type: number): void {
    this.lines.push(`ignored ${type}`);
  }

  frameError(code: number, reason: string): void {
    this.lines.push(`error ${errorName(code)} ${reason}`);
  }
}

function frame(type: number, flags: number, id: number, payload: string | Buffer = ''): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload;
  const head = Buffer.alloc(9);
  head.writeUIntBE(bytes.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(id, 5);
  return Buffer.concat([head, bytes]);
}

/** What the parser says after a server's first SETTINGS. */
function parse(...frames: Buffer[]): string[] {
  const log = new Log();
  const parser = new FrameParser(log, limits);
  const bytes = Buffer.concat([settings, ...frames]);
  parser.feed(bytes, 0, bytes.length);
  assert.equal(log.lines.shift(), 'settings ');
  return log.lines;
}

const END_STREAM = 1;
const END_HEADERS = 4;
const PADDED = 8;
const PRIORITY = 0x20;

describe('frames', () => {
  const table: [what: string, frames: Buffer[], lines: string[]][] = [
    ['DATA', [frame(0, 0, 1, 'abc')], ['data 1 of 3', 'abc']],
    ['DATA that ends its stream', [frame(0, END_STREAM, 3, 'abc')], ['data 3 of 3', 'abc end']],
    ['empty DATA', [frame(0, END_STREAM, 1)], ['data 1 of 0', ' end']],
    ['DATA with padding', [frame(0, PADDED, 1, '\x02abc\0\0')], ['data 1 of 6', 'abc']],
    ['DATA with padding of 0', [frame(0, PADDED, 1, '\0abc')], ['data 1 of 4', 'abc']],
    ['DATA of padding alone', [frame(0, PADDED | END_STREAM, 1, '\x02\0\0')], ['data 1 of 3', ' end']],
    ['DATA of the padding length alone', [frame(0, PADDED, 1, '\0')], ['data 1 of 1', '']],
    ['HEADERS', [frame(1, END_HEADERS, 1, 'block')], ['headers 1 block of 14']],
    [
      'HEADERS that end their stream',
      [frame(1, END_HEADERS | END_STREAM, 1, 'block')],
      ['headers 1 block end of 14'],
    ],
    [
      'HEADERS with padding and priority',
      [frame(1, END_HEADERS | PADDED | PRIORITY, 1, '\x03\0\0\0\0\x10block\0\0\0')],
      ['headers 1 block of 23'],
    ],
    ['HEADERS without a block', [frame(1, END_HEADERS, 1)], ['headers 1  of 9']],
    ['HEADERS of padding alone', [frame(1, END_HEADERS | PADDED, 1, '\x01\0')], ['headers 1  of 11']],
    [
      'HEADERS and CONTINUATION',
      [frame(1, END_STREAM, 1, 'a'), frame(9, 0, 1, 'b'), frame(9, END_HEADERS, 1, 'c')],
      ['headers 1 abc end of 30'],
    ],
    [
      'two such blocks, the second shorter',
      [
        frame(1, 0, 1, 'abc'),
        frame(9, END_HEADERS, 1, 'def'),
        frame(1, 0, 3, 'x'),
        frame(9, END_HEADERS, 3, ''),
      ],
      ['headers 1 abcdef of 24', 'headers 3 x of 19'],
    ],
    ['PRIORITY', [frame(2, 0, 1, '\0\0\0\0\x10')], ['ignored 2']],
    ['RST_STREAM', [frame(3, 0, 1, '\0\0\0\x07')], ['rst 1 REFUSED_STREAM']],
    ['RST_STREAM with any code', [frame(3, 0, 1, '\xff\xff\xff\xff')], ['rst 1 0xffffffff']],
    ['SETTINGS', [frame(4, 0, 0, '\0\x03\0\0\0\x64')], ['settings 000300000064']],
    ['SETTINGS, acknowledged', [frame(4, 1, 0)], ['settings ack']],
    ['PUSH_PROMISE', [frame(5, 4, 1, '\0\0\0\x02')], ['push']],
    ['PING', [frame(6, 0, 0, '12345678')], ['ping 12345678']],
    ['PING, answered', [frame(6, 1, 0, '12345678')], ['ping ack 12345678']],
    [
      'GOAWAY',
      [frame(7, 0, 0, '\xff\xff\xff\xff\0\0\0\x0bslow down')],
      ['goaway 2147483647 ENHANCE_YOUR_CALM slow down'],
    ],
    ['WINDOW_UPDATE', [frame(8, 0, 0, '\x80\0\0\x05')], ['window 0 5']],
    [
      'a frame of an unknown type',
      [frame(0x77, 0xff, 5, 'whatever'), frame(6, 0, 0, '12345678')],
      ['ignored 119', 'ping 12345678'],
    ],
    ['an empty frame of an unknown type', [frame(0x77, 0, 0)], ['ignored 119']],
    ['a stream id with its reserved bit', [frame(0, 0, 0x8000_0001, 'a')], ['data 1 of 1', 'a']],
  ];
  for (const [what, frames, lines] of table) test(what, () => assert.deepEqual(parse(...frames), lines));
});

describe('frames that end the connection', () => {
  const P = ErrorCode.protocolError;
  const S = ErrorCode.frameSizeError;
  const C = ErrorCode.enhanceYourCalm;
  const table: [what: string, frames: Buffer[], code: number][] = [
    ['a frame above the limit', [frame(0, 0, 1, Buffer.alloc(16_385))], S],
    ['even of an unknown type', [frame(99, 0, 1, Buffer.alloc(16_385))], S],
    ['DATA on stream 0', [frame(0, 0, 0, 'a')], P],
    ['HEADERS on stream 0', [frame(1, 4, 0, 'a')], P],
    ['PRIORITY on stream 0', [frame(2, 0, 0, '12345')], P],
    ['RST_STREAM on stream 0', [frame(3, 0, 0, '1234')], P],
    ['SETTINGS on a stream', [frame(4, 0, 1)], P],
    ['PING on a stream', [frame(6, 0, 1, '12345678')], P],
    ['GOAWAY on a stream', [frame(7, 0, 1, '12345678')], P],
    ['PADDED DATA without a padding length', [frame(0, PADDED, 1)], S],
    ['DATA whose padding is as long as itself', [frame(0, PADDED, 1, '\x03\0\0')], P],
    ['HEADERS whose padding is as long as itself', [frame(1, 4 | PADDED, 1, '\x03ab')], P],
    ['PADDED HEADERS without a padding length', [frame(1, 4 | PADDED, 1)], S],
    ['HEADERS too short for a priority', [frame(1, 4 | PRIORITY, 1, '1234')], S],
    [
      'HEADERS whose padding reaches into the priority',
      [frame(1, 4 | PRIORITY | PADDED, 1, '\x01\0\0\0\0\x10')],
      P,
    ],
    ['PRIORITY of 4 bytes', [frame(2, 0, 1, '1234')], S],
    ['RST_STREAM of 3 bytes', [frame(3, 0, 1, '123')], S],
    ['RST_STREAM of 5 bytes', [frame(3, 0, 1, '12345')], S],
    ['SETTINGS of 5 bytes', [frame(4, 0, 0, '12345')], S],
    ['SETTINGS ACK with a payload', [frame(4, 1, 0, '123456')], S],
    ['PING of 7 bytes', [frame(6, 0, 0, '1234567')], S],
    ['GOAWAY of 7 bytes', [frame(7, 0, 0, '1234567')], S],
    ['WINDOW_UPDATE of 3 bytes', [frame(8, 0, 1, '123')], S],
    ['CONTINUATION without HEADERS', [frame(9, 4, 1, 'a')], P],
    ['CONTINUATION after a whole block', [frame(1, 4, 1, 'a'), frame(9, 4, 1, 'a')], P],
    ['CONTINUATION of another stream', [frame(1, 0, 1, 'a'), frame(9, 4, 3, 'a')], P],
    ['another frame inside a block', [frame(1, 0, 1, 'a'), frame(6, 0, 0, '12345678')], P],
    ['an unknown frame inside a block', [frame(1, 0, 1, 'a'), frame(99, 0, 1, 'a')], P],
    ['HEADERS inside a block', [frame(1, 0, 1, 'a'), frame(1, 4, 1, 'a')], P],
    [
      'a block too long',
      [
        frame(1, 0, 1, Buffer.alloc(16_384)),
        frame(9, 0, 1, Buffer.alloc(16_384)),
        frame(9, 4, 1, Buffer.alloc(7_233)),
      ],
      C,
    ],
    ['a block in too many frames', [frame(1, 0, 1, 'a'), ...Array(4).fill(frame(9, 0, 1, ''))], C],
  ];
  for (const [what, frames, code] of table) {
    test(what, () => {
      const lines = parse(...frames, frame(6, 0, 0, 'too late'));
      assert.match(lines.at(-1) ?? '', new RegExp(`^error ${errorName(code)} .`));
      assert.equal(lines.filter((line) => line.startsWith('error')).length, 1);
    });
  }

  test('a block as long as allowed, in as many frames as allowed', () => {
    const lines = parse(
      frame(1, 0, 1, Buffer.alloc(16_384)),
      frame(9, 0, 1, Buffer.alloc(16_384)),
      frame(9, 0, 1, Buffer.alloc(7_232)),
      frame(9, END_HEADERS, 1),
    );
    assert.deepEqual(lines, [`headers 1 40000 bytes of ${40_000 + 4 * 9}`]);
  });

  test('a server that does not begin with SETTINGS', () => {
    const firsts: [Buffer, RegExp][] = [
      [frame(6, 0, 0, '12345678'), /PROTOCOL_ERROR a connection that does not begin with SETTINGS/],
      [frame(4, 1, 0), /PROTOCOL_ERROR a connection that does not begin with SETTINGS/],
      [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /FRAME_SIZE_ERROR an answer in HTTP\/1$/],
      [Buffer.from('SSH-2.0-OpenSSH'), /FRAME_SIZE_ERROR a frame above the size allowed/],
    ];
    for (const [bytes, expected] of firsts) {
      const log = new Log();
      new FrameParser(log, limits).feed(bytes, 0, bytes.length);
      assert.equal(log.lines.length, 1);
      assert.match(log.lines[0] ?? '', expected);
    }
  });
});

test('wherever the reads cut the bytes, the parser says the same', () => {
  const bytes = Buffer.concat([
    settings,
    frame(4, 0, 0, '\0\x03\0\0\0\x64'),
    frame(1, END_HEADERS | PADDED | PRIORITY, 1, '\x03\0\0\0\0\x10block\0\0\0'),
    frame(0, PADDED, 1, '\x02abc\0\0'),
    frame(0, 0, 1, ''),
    frame(0x77, 0, 0, 'unknown'),
    frame(0, END_STREAM, 1, 'x'.repeat(100)),
    frame(1, 0, 3, 'first'),
    frame(9, 0, 3, ''),
    frame(9, END_HEADERS, 3, 'last'),
    frame(7, 0, 0, '\0\0\0\x01\0\0\0\0debug'),
    frame(3, 0, 5, '\0\0\0\x07'),
    frame(6, 0, 1, 'an error'),
  ]);
  const parsed = (cuts: number[]): string[] => {
    const log = new Log();
    const parser = new FrameParser(log, limits);
    // Every read goes into the same buffer, and the next one overwrites it.
    const shared = Buffer.alloc(bytes.length + 7);
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      shared.fill(0xee);
      bytes.copy(shared, 7, from, cut);
      parser.feed(shared, 7, 7 + cut - from);
      from = cut;
    }
    return log.lines;
  };
  const whole = parsed([]);
  assert.ok(whole.at(-1)?.startsWith('error'));
  assert.equal(whole.length, 14);
  for (let cut = 0; cut <= bytes.length; cut++) assert.deepEqual(parsed([cut]), whole, `cut at ${cut}`);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      assert.deepEqual(parsed(cuts.sort((a, b) => a - b)), whole);
    }),
  );
  assert.deepEqual(parsed(Array.from(bytes.keys())), whole, 'byte by byte');
});

test('after stop nothing is said, not even of the bytes being read', () => {
  const log = new Log();
  const parser = new FrameParser(log, limits);
  log.settings = () => {
    log.lines.push('stopping');
    parser.stop();
  };
  const bytes = Buffer.concat([settings, frame(6, 0, 0, '12345678')]);
  parser.feed(bytes, 0, bytes.length);
  parser.feed(bytes, 0, bytes.length);
  assert.deepEqual(log.lines, ['stopping']);
});
