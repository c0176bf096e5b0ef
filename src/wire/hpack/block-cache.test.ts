import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlockCache } from './block-cache.js';

test('a block is found again by its bytes, wherever they lie', () => {
  const cache = new BlockCache<string>();
  const block = Buffer.from('some header block');
  assert.equal(cache.find(block, 0, block.length), null);
  assert.equal(cache.keep(block, 0, block.length, 'head'), undefined);
  assert.equal(cache.find(block, 0, block.length), 'head');
  for (let shift = 0; shift < 9; shift++) {
    const moved = Buffer.concat([Buffer.alloc(shift, 0xff), block, Buffer.from('rest')]);
    assert.equal(cache.find(moved, shift, shift + block.length), 'head', `at ${shift}`);
    assert.equal(cache.find(moved.subarray(shift), 0, block.length), 'head', `in a slice at ${shift}`);
  }
});

test('any changed byte, and any other length, is another block', () => {
  const block = Buffer.from('0123456789abcdefghi');
  const cache = new BlockCache<string>();
  cache.find(block, 0, block.length);
  cache.keep(block, 0, block.length, 'head');
  for (let at = 0; at < block.length; at++) {
    const other = Buffer.from(block);
    other[at] = (other[at] as number) ^ 1;
    assert.equal(cache.find(other, 0, other.length), null, `byte ${at}`);
    assert.equal(cache.find(block, 0, at), null, `length ${at}`);
  }
});

test('two blocks of one hash are told apart by their bytes', () => {
  // Two words: the second is chosen to undo what the first does to the hash.
  const factor = 0x9e3779b1;
  const [one, other, second] = [0x01020304, 0x11223344, 0x55667788];
  const blockOf = (first: number, last: number): Buffer => {
    const block = Buffer.alloc(8);
    block.writeInt32LE(first | 0, 0);
    block.writeInt32LE(last | 0, 4);
    return block;
  };
  const a = blockOf(one, second);
  const b = blockOf(other, second ^ Math.imul(8 ^ one, factor) ^ Math.imul(8 ^ other, factor));
  const cache = new BlockCache<string>();
  cache.find(a, 0, 8);
  cache.keep(a, 0, 8, 'a');
  assert.equal(cache.find(b, 0, 8), null);
  assert.equal(cache.keep(b, 0, 8, 'b'), 'a', 'they do share an entry');
  assert.equal(cache.find(b, 0, 8), 'b');
  assert.equal(cache.find(a, 0, 8), null);
});

test('the bytes are copied: the buffer may be used again', () => {
  const block = Buffer.from('abcdefgh');
  const cache = new BlockCache<string>();
  cache.find(block, 0, 8);
  cache.keep(block, 0, 8, 'head');
  block.fill(0);
  assert.equal(cache.find(block, 0, 8), null);
  assert.equal(cache.find(Buffer.from('abcdefgh'), 0, 8), 'head');
});

test('a block too long is not kept, and its head comes back', () => {
  const cache = new BlockCache<string>();
  const long = Buffer.alloc(513, 1);
  assert.equal(cache.find(long, 0, 513), null);
  assert.equal(cache.keep(long, 0, 513, 'head'), 'head');
  assert.equal(cache.find(long, 0, 513), null);
  assert.equal(cache.find(long, 0, 512), null);
  assert.equal(cache.keep(long, 0, 512, 'other'), undefined);
  assert.equal(cache.find(long, 0, 512), 'other');
});

test('an empty block is a block', () => {
  const cache = new BlockCache<string>();
  assert.equal(cache.find(Buffer.alloc(0), 0, 0), null);
  cache.keep(Buffer.alloc(0), 0, 0, 'empty');
  assert.equal(cache.find(Buffer.alloc(9), 4, 4), 'empty');
});

test('it never gives the head of another block, and gives back each head it drops', () => {
  const blocks = fc.array(fc.uint8Array({ maxLength: 12, max: 3 }), { maxLength: 600 });
  fc.assert(
    fc.property(blocks, (list) => {
      const cache = new BlockCache<{ bytes: string }>();
      let made = 0;
      let dropped = 0;
      for (const block of list) {
        const bytes = Buffer.from(block).toString('hex');
        const found = cache.find(block, 0, block.length);
        if (found !== null) assert.equal(found.bytes, bytes);
        else {
          made++;
          if (cache.keep(block, 0, block.length, { bytes }) !== undefined) dropped++;
          assert.equal(cache.find(block, 0, block.length)?.bytes, bytes);
        }
      }
      assert.ok(made - dropped <= 128);
    }),
  );
});
