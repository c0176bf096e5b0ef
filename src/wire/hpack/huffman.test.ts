import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesOf, hex } from './bytes.test.kit.js';
import { decodeHuffman, encodeHuffman, huffmanLength, maxDecodedLength } from './huffman.js';
import { EOS, huffmanCodes } from './huffman-code.js';

function decode(bytes: Buffer): string | null {
  const out = Buffer.alloc(maxDecodedLength(bytes.length));
  const length = decodeHuffman(bytes, 0, bytes.length, out);
  return length < 0 ? null : out.toString('latin1', 0, length);
}

/** A string of bits, filled up with ones to whole bytes, then `extra` bytes of ones. */
function bits(text: string, extra = 0): Buffer {
  const padded = text.padEnd(Math.ceil(text.length / 8) * 8, '1') + '1'.repeat(extra * 8);
  return Buffer.from(padded.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? []);
}

function codeBits(symbol: number): string {
  const code = huffmanCodes[symbol];
  return code === undefined ? '' : code.code.toString(2).padStart(code.bits, '0');
}

test('the code is complete: no bit string is without a meaning', () => {
  const sum = huffmanCodes.reduce((total, { bits }) => total + 2 ** -bits, 0);
  assert.equal(sum, 1);
});

test('codes are those of RFC 7541 appendix B', () => {
  const table: [symbol: number, code: number, bits: number][] = [
    [0, 0x1ff8, 13],
    [1, 0x7fffd8, 23],
    [10, 0x3ffffffc, 30],
    [0x20, 0x14, 6],
    [0x21, 0x3f8, 10],
    [0x30, 0x0, 5],
    [0x3a, 0x5c, 7],
    [0x5c, 0x7fff0, 19],
    [0x61, 0x3, 5],
    [0x7a, 0x7b, 7],
    [0x7f, 0xffffffc, 28],
    [0x80, 0xfffe6, 20],
    [0xa0, 0x3fffda, 22],
    [0xc0, 0x3ffffe0, 26],
    [0xd0, 0x7fff2, 19],
    [0xe0, 0xfffec, 20],
    [0xff, 0x3ffffee, 26],
    [EOS, 0x3fffffff, 30],
  ];
  for (const [symbol, code, length] of table)
    assert.deepEqual(huffmanCodes[symbol], { bits: length, code }, `symbol ${symbol}`);
});

test('the examples of RFC 7541 appendix C', () => {
  const table = [
    ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
    ['no-cache', 'a8eb10649cbf'],
    ['custom-value', '25a849e95bb8e8b4bf'],
    ['Mon, 21 Oct 2013 20:13:21 GMT', 'd07abe941054d444a8200595040b8166e082a62d1bff'],
    ['307', '640eff'],
  ] as const;
  for (const [text, code] of table) {
    assert.equal(bytesOf(encodeHuffman(text)).toString('hex'), code);
    assert.equal(huffmanLength(text), code.length / 2);
    assert.equal(decode(hex(code)), text);
  }
});

test('every string of bytes comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      const code = encodeHuffman(text);
      assert.equal(code.length, huffmanLength(text));
      assert.ok(text.length <= maxDecodedLength(code.length));
      assert.equal(decode(bytesOf(code)), text);
    }),
  );
});

test('padding is the beginning of EOS and shorter than a byte', () => {
  const a = codeBits(0x61);
  assert.equal(a.length, 5);
  const cases: [what: string, code: Buffer, text: string | null][] = [
    ['none', bits(a.repeat(8)), 'aaaaaaaa'],
    ['3 ones', bits(a), 'a'],
    ['3 bits, one of them 0', bits(`${a}110`), null],
    ['7 ones', bits(a.repeat(5)), 'aaaaa'],
    ['8 ones', bits(a.repeat(8), 1), null],
    ['11 ones', bits(a, 1), null],
    ['nothing but 8 ones', hex('ff'), null],
    ['a code that is cut', bits(codeBits(0x3c).slice(0, 8)), null],
    ['nothing at all', hex(''), ''],
  ];
  for (const [what, code, text] of cases) assert.equal(decode(code), text, what);
});

test('EOS inside a string is an error, in all its alignments', () => {
  for (let before = 0; before < 8; before++) {
    const code = bits(codeBits(0x61).repeat(before) + codeBits(EOS) + codeBits(0x61).repeat(3));
    assert.equal(decode(code), null, `after ${before} codes`);
  }
});

test('a char above 255 is refused when encoding', () => {
  assert.throws(() => encodeHuffman('Ω'), RangeError);
});
