import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeadMemory, ResponseParser } from '#zipfire/wire/http1/index.js';
import { type Sample, validResponse } from './arbitrary.js';
import { readResponse } from './reading.js';

const cuts = fc.array(fc.nat(), { maxLength: 6 });

/** The offsets of cuts within so many bytes, ascending. */
function within(length: number, numbers: readonly number[]): number[] {
  return numbers.map((number) => number % (length + 1)).sort((a, b) => a - b);
}

test('a valid response is read for what it is, however the reads cut it', () => {
  fc.assert(
    fc.property(validResponse, cuts, (sample, numbers) => {
      const { wire, head, status, keepAlive, bodyBytes } = sample;
      const reading = readResponse(wire, { head, cuts: within(wire.length, numbers) });
      assert.equal(reading.error, null);
      assert.deepEqual(
        { ...reading, headBytes: 0 },
        { complete: true, error: null, status, keepAlive, bytes: wire.length, headBytes: 0, bodyBytes },
      );
    }),
    { numRuns: 500 },
  );
});

test('cut short anywhere, it is neither whole nor refused', () => {
  fc.assert(
    fc.property(validResponse, fc.nat(), (sample, number) => {
      const { wire, head } = sample;
      const length = number % wire.length;
      const { complete, error, bytes, headBytes } = readResponse(wire.subarray(0, length), { head });
      assert.equal(error, null);
      assert.equal(complete, sample.untilClose && headBytes > 0);
      assert.equal(bytes, length);
    }),
    { numRuns: 300 },
  );
});

test('responses one after the other in the reads of one buffer are told apart', () => {
  const many = fc.array(
    validResponse.filter((sample) => !sample.untilClose),
    { minLength: 1, maxLength: 6 },
  );
  const memory = new HeadMemory(); // also shared from run to run: what it holds must not matter
  fc.assert(
    fc.property(many, many, cuts, fc.nat(7), (distinct, others, numbers, offset) => {
      const samples = [...distinct, ...others, ...distinct, ...distinct];
      const wire = Buffer.concat(samples.map((sample) => sample.wire));
      const seen = readAll(samples, wire, within(wire.length, numbers), offset, memory);
      assert.deepEqual(
        seen,
        samples.map(({ status, keepAlive, wire: { length } }) => ({ status, keepAlive, bytes: length })),
      );
    }),
    { numRuns: 200 },
  );
});

/** Reads pipelined responses as a driver does: each read fills the same buffer, from the same offset. */
function readAll(
  samples: readonly Sample[],
  wire: Buffer,
  cuts: readonly number[],
  offset: number,
  memory: HeadMemory,
) {
  const seen: { status: number; keepAlive: boolean; bytes: number }[] = [];
  const buf = Buffer.alloc(offset + wire.length);
  const parser = new ResponseParser({}, { memory });
  parser.reset(samples[0]!.head);
  let start = 0;
  for (const cut of [...cuts, wire.length]) {
    const to = offset + wire.copy(buf, offset, start, cut);
    start = cut;
    let at = offset;
    while (at < to) {
      at = parser.feed(buf, at, to);
      assert.equal(parser.error, null);
      if (!parser.complete) continue;
      const { status, keepAlive, bytes } = parser;
      seen.push({ status, keepAlive, bytes });
      parser.reset(samples[seen.length]?.head ?? false);
    }
    buf.fill(0);
  }
  return seen;
}
