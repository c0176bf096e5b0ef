import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FieldSink, HpackDecoder, HpackEncoder } from '#zipfire/wire/hpack/index.js';
import { ResponseHeads } from '#zipfire/wire/http2/index.js';
import { Dice } from '../http1/mutate.js';
import { fuzzRun, shown } from '../http1/run.js';
import { mutateBytes } from '../http2/binary.js';

const { cases, seed } = fuzzRun(20_000);
const MAX_LIST = 4096;

/** Blocks of a connection, in order; the later ones use what the earlier ones put into the table. */
const corpus: readonly (readonly Buffer[])[] = [true, false].map((huffman) => {
  const encoder = new HpackEncoder(4096, huffman);
  const statuses = ['200', '404', '302', '200'];
  const blocks = statuses.map((status, i) => {
    const fields = [
      { name: ':status', value: status },
      { name: 'server', value: 'nginx' },
      { name: 'date', value: `Mon, 21 Oct 2013 20:13:2${i} GMT` },
      { name: 'content-length', value: '1234' },
      { name: 'set-cookie', value: 'id=0123456789abcdef; path=/', sensitive: true },
      { name: `x-custom-${i}`, value: 'v'.repeat(i * 40) },
    ];
    if (i === 2) encoder.setTableSize(200);
    return Buffer.from(encoder.encode(fields), 'latin1');
  });
  return blocks;
});

/** Everything a decoder makes of a row of blocks, up to the first that it refuses. */
function decodeAll(blocks: readonly Buffer[]): string[] {
  const decoder = new HpackDecoder(MAX_LIST);
  const lines: string[] = [];
  let listSize = 0;
  const sink: FieldSink = {
    field(name, bytes, from, to) {
      assert.ok(from >= 0 && to >= from && to <= bytes.length);
      listSize += name.length + (to - from) + 32;
      lines.push(`${name}: ${bytes.toString('latin1', from, to)}`);
    },
  };
  for (const block of blocks) {
    listSize = 0;
    const fault = decoder.decode(block, 0, block.length, sink);
    assert.ok(listSize <= MAX_LIST, `a list of ${listSize}`);
    assert.ok(decoder.tableSize <= decoder.tableCapacity && decoder.tableCapacity <= 4096);
    lines.push(fault ?? (decoder.tooLarge ? 'too large' : 'ok'));
    if (fault !== null) break;
  }
  return lines;
}

test(`${cases} rows of mutated header blocks: no throw, within bounds, and always the same (seed ${seed})`, () => {
  const outcomes = { whole: 0, refused: 0 };
  const dice = new Dice(seed);
  // Of all the blocks before: what it remembers must never change a result.
  const heads = new ResponseHeads({ capture: true, maxListSize: MAX_LIST });
  for (let i = 0; i < cases; i++) {
    const blocks = [...dice.pick(corpus)];
    for (let count = 1 + dice.below(3); count > 0; count--) {
      const at = dice.below(blocks.length);
      const block = blocks[at] ?? Buffer.alloc(0);
      blocks[at] = mutateBytes(block, dice);
    }
    const where = () => `case ${i} of seed ${seed}: ${blocks.map(shown).join(' ')}`;
    try {
      const lines = decodeAll(blocks);
      assert.deepEqual(decodeAll(blocks), lines);
      assert.deepEqual(
        readAll(heads, blocks),
        readAll(new ResponseHeads({ capture: true, maxListSize: MAX_LIST }), blocks),
      );
      if (lines.at(-1) === 'ok') outcomes.whole++;
      else outcomes.refused++;
    } catch (cause) {
      throw new Error(where(), { cause });
    }
  }
  for (const [outcome, count] of Object.entries(outcomes)) assert.ok(count > cases / 20, outcome);
});

function readAll(heads: ResponseHeads, blocks: readonly Buffer[]): unknown[] {
  const decoder = heads.newDecoder();
  const read: unknown[] = [];
  for (const block of blocks) {
    const head = heads.read(decoder, block, 0, block.length);
    read.push(head === null ? heads.fault : { ...head });
    if (head === null) break;
  }
  return read;
}
