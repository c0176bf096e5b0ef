import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Framing, type Head } from './framing.js';
import { HeadMemory } from './memory.js';

const head: Head = { status: 200, framing: Framing.length, bodyBytes: 7, persistent: true };

/** A block of any length from 16 up that no other seed gives. */
function block(length: number, seed = 0): Buffer {
  return Buffer.from(
    `${String(seed).padStart(6, '0')}${'abcdefghij'.repeat(length)}`.slice(0, length),
    'latin1',
  );
}

/** The bytes at an offset of a larger buffer, with other bytes around them. */
function placed(bytes: Buffer, offset: number): Buffer {
  return Buffer.concat([Buffer.alloc(offset, '#'), bytes, Buffer.alloc(9, '#')]);
}

function kept(bytes: Buffer): HeadMemory {
  const memory = new HeadMemory();
  memory.keep(bytes, 0, bytes.length, head);
  return memory;
}

/** Twice, because the first look at a buffer compares in another way than the following ones. */
function found(memory: HeadMemory, buf: Buffer, from: number, to: number): boolean {
  const first = memory.find(buf, from, to) !== null;
  assert.equal(memory.find(buf, from, to) !== null, first, 'both ways of comparing agree');
  return first;
}

test('a block is found again at any offset, whatever its length', () => {
  for (let length = 16; length < 64; length++) {
    const memory = kept(block(length));
    for (let offset = 0; offset < 9; offset++) {
      const buf = placed(block(length), offset);
      assert.equal(found(memory, buf, offset, buf.length), true, `${length} bytes at ${offset}`);
      assert.equal(found(memory, buf, offset, offset + length), true, 'it may end where the bytes end');
      assert.equal(found(memory, buf, offset, offset + length - 1), false, 'but not be cut');
    }
  }
});

test('a block that differs in one byte is another', () => {
  for (const length of [16, 17, 18, 19, 47, 48, 250]) {
    const memory = kept(block(length));
    for (let i = 0; i < length; i++) {
      const buf = placed(block(length), 3);
      buf[3 + i]! ^= 0x20;
      assert.equal(found(memory, buf, 3, buf.length), false, `byte ${i} of ${length}`);
    }
  }
});

test('what the block said comes back with it', () => {
  const memory = kept(block(40));
  const remembered = memory.find(block(40), 0, 40);
  assert.ok(remembered);
  assert.equal(remembered.length, 40);
  const { status, framing, bodyBytes, persistent } = remembered;
  assert.deepEqual({ status, framing, bodyBytes, persistent }, head);
});

test('the bytes are copied: the read buffer may change', () => {
  const buf = block(40);
  const memory = kept(buf);
  buf.fill(0);
  assert.equal(found(memory, block(40), 0, 40), true);
  assert.equal(found(memory, buf, 0, 40), false);
});

test('the same buffer is read anew each time', () => {
  const memory = kept(block(40));
  const buf = Buffer.alloc(40);
  assert.equal(found(memory, buf, 0, 40), false);
  block(40).copy(buf);
  assert.equal(found(memory, buf, 0, 40), true);
});

test('four blocks are remembered, and the latest replaces the one found longest ago', () => {
  const memory = new HeadMemory();
  for (const seed of [1, 2, 3, 4]) memory.keep(block(50 - seed, seed), 0, 50 - seed, head);
  for (const seed of [1, 2, 3, 4]) assert.equal(found(memory, block(50 - seed, seed), 0, 50 - seed), true);
  memory.keep(block(90, 5), 0, 90, head);
  const remembered = [1, 2, 3, 4, 5].filter((seed) => {
    const length = seed === 5 ? 90 : 50 - seed;
    return found(memory, block(length, seed), 0, length);
  });
  assert.equal(remembered.length, 4);
  assert.ok(remembered.includes(5) && remembered.includes(4));
});

test('a block too long is not remembered, and disturbs nothing', () => {
  const memory = kept(block(40));
  memory.keep(block(4097, 1), 0, 4097, head);
  assert.equal(found(memory, block(4097, 1), 0, 4097), false);
  assert.equal(found(memory, block(40), 0, 40), true);
  memory.keep(block(4096, 2), 0, 4096, head);
  assert.equal(found(memory, block(4096, 2), 0, 4096), true);
});

test('when nothing repeats little is kept; when something does again, it is soon found', () => {
  const memory = new HeadMemory();
  let seed = 1;
  for (; seed <= 1000; seed++) memory.keep(block(60, seed), 0, 60, head);
  let misses = 0;
  while (memory.find(block(60, seed), 0, 60) === null) {
    memory.keep(block(60, seed), 0, 60, head);
    assert.ok(++misses <= 16, 'found within sixteen repeats');
  }
});
