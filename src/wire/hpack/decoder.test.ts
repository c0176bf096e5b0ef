import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesOf, FieldList, hex } from './bytes.test.kit.js';
import { HpackDecoder, type HpackFault } from './decoder.js';
import { encodeInteger } from './integer.js';
import { staticFields } from './static-table.js';

function decode(decoder: HpackDecoder, block: Buffer): string[] | HpackFault {
  const list = new FieldList();
  const fault = decoder.decode(block, 0, block.length, list);
  return fault ?? list.fields;
}

/** Appendix C: each block, what it says, and the table's size after it. */
const appendixC: Record<string, { tableSize: number; blocks: [string, string[], number][] }> = {
  'C.2.1 literal with indexing': {
    tableSize: 4096,
    blocks: [['400a637573746f6d2d6b65790d637573746f6d2d686561646572', ['custom-key: custom-header'], 55]],
  },
  'C.2.2 literal without indexing': {
    tableSize: 4096,
    blocks: [['040c2f73616d706c652f70617468', [':path: /sample/path'], 0]],
  },
  'C.2.3 literal never indexed': {
    tableSize: 4096,
    blocks: [['100870617373776f726406736563726574', ['password: secret'], 0]],
  },
  'C.2.4 indexed': { tableSize: 4096, blocks: [['82', [':method: GET'], 0]] },
  'C.3 requests without Huffman code': {
    tableSize: 4096,
    blocks: [
      ['828684410f7777772e6578616d706c652e636f6d', request('http', '/', []), 57],
      ['828684be58086e6f2d6361636865', request('http', '/', ['cache-control: no-cache']), 110],
      [
        '828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565',
        request('https', '/index.html', ['custom-key: custom-value']),
        164,
      ],
    ],
  },
  'C.4 requests with Huffman code': {
    tableSize: 4096,
    blocks: [
      ['828684418cf1e3c2e5f23a6ba0ab90f4ff', request('http', '/', []), 57],
      ['828684be5886a8eb10649cbf', request('http', '/', ['cache-control: no-cache']), 110],
      [
        '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf',
        request('https', '/index.html', ['custom-key: custom-value']),
        164,
      ],
    ],
  },
  'C.5 responses without Huffman code, with eviction': {
    tableSize: 256,
    blocks: [
      [
        '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54' +
          '6e1768747470733a2f2f7777772e6578616d706c652e636f6d',
        response('302', '21'),
        222,
      ],
      ['4803333037c1c0bf', response('307', '21'), 222],
      [
        '88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f' +
          '3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b20' +
          '76657273696f6e3d31',
        [...response('200', '22'), ...cookie()],
        215,
      ],
    ],
  },
  'C.6 responses with Huffman code, with eviction': {
    tableSize: 256,
    blocks: [
      [
        '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad1718' +
          '63c78f0b97c8e9ae82ae43d3',
        response('302', '21'),
        222,
      ],
      ['4883640effc1c0bf', response('307', '21'), 222],
      [
        '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7' +
          'b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
        [...response('200', '22'), ...cookie()],
        215,
      ],
    ],
  },
};

function request(scheme: string, path: string, more: string[]): string[] {
  return [':method: GET', `:scheme: ${scheme}`, `:path: ${path}`, ':authority: www.example.com', ...more];
}

function response(status: string, second: string): string[] {
  return [
    `:status: ${status}`,
    'cache-control: private',
    `date: Mon, 21 Oct 2013 20:13:${second} GMT`,
    'location: https://www.example.com',
  ];
}

function cookie(): string[] {
  return ['content-encoding: gzip', 'set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'];
}

describe('RFC 7541 appendix C', () => {
  for (const [name, { tableSize, blocks }] of Object.entries(appendixC)) {
    test(name, () => {
      const decoder = new HpackDecoder(65_536);
      if (tableSize < 4096) {
        decoder.setMaxTableSize(tableSize);
        assert.deepEqual(decode(decoder, bytesOf(encodeInteger(0x20, 5, tableSize))), []);
      }
      for (const [block, fields, size] of blocks) {
        assert.deepEqual(decode(decoder, hex(block)), fields);
        assert.equal(decoder.tableSize, size);
      }
    });
  }
});

test('every entry of the static table by its index', () => {
  staticFields.forEach(([name, value], i) => {
    const block = bytesOf(encodeInteger(0x80, 7, i + 1));
    assert.deepEqual(decode(new HpackDecoder(65_536), block), [`${name}: ${value}`]);
  });
  assert.equal(staticFields.length, 61);
});

test('what can not be decoded has a name', () => {
  const table: [what: string, block: string, fault: HpackFault][] = [
    ['index 0', '80', 'a header index without an entry'],
    ['the first index after the static table, nothing in it', 'be', 'a header index without an entry'],
    ['a name by such an index', '7f0000', 'a header index without an entry'],
    ['the same without indexing', '0f2f0161', 'a header index without an entry'],
    ['an index that is cut', 'ff', 'a header field that is cut off'],
    ['an index that is cut later', 'ff80', 'a header field that is cut off'],
    ['a literal without its name', '00', 'a header field that is cut off'],
    ['a literal with a part of its name', '000361', 'a header field that is cut off'],
    ['a literal without its value', '000161', 'a header field that is cut off'],
    ['a literal with a part of its value', '0001610362', 'a header field that is cut off'],
    ['a length above all bounds', '0001617fffffffff0f', 'an integer out of range'],
    ['an index of many bytes, though its value is small', 'ff8080808000', 'an integer out of range'],
    ['an integer without an end', `ff${'ff'.repeat(40)}`, 'an integer out of range'],
    ['Huffman padding of zeros', '00016181c0', 'a wrong Huffman code'],
    ['EOS', '00016184ffffffff', 'a wrong Huffman code'],
    ['a Huffman-coded name that is wrong', '0081c00161', 'a wrong Huffman code'],
    ['an update after a field', '8220', 'a table size update inside the block'],
    ['an update above the limit', '3fe21f', 'a table size update above the limit'],
  ];
  for (const [what, block, fault] of table) {
    assert.equal(decode(new HpackDecoder(65_536), hex(block)), fault, what);
  }
});

test('an integer of the most bytes allowed is read', () => {
  const decoder = new HpackDecoder(2 ** 20);
  const value = 'v'.repeat(300_000);
  const block = bytesOf(`\0\x01a${encodeInteger(0, 7, value.length)}${value}`);
  assert.deepEqual(decode(decoder, block), [`a: ${value}`]);
});

describe('table size updates', () => {
  test('after the limit was lowered the next block opens with one', () => {
    const decoder = new HpackDecoder(65_536);
    decoder.setMaxTableSize(0);
    assert.equal(decoder.updateDue, true);
    assert.equal(decode(decoder, hex('88')), 'no table size update after the limit was lowered');
  });

  test('an empty block is no excuse', () => {
    const decoder = new HpackDecoder(65_536);
    decoder.setMaxTableSize(0);
    assert.equal(decode(decoder, hex('')), 'no table size update after the limit was lowered');
  });

  test('and it goes low enough', () => {
    const decoder = new HpackDecoder(65_536);
    decoder.setMaxTableSize(100);
    assert.equal(
      decode(decoder, bytesOf(encodeInteger(0x20, 5, 101))),
      'a table size update above the limit',
    );
  });

  test('once, then no more', () => {
    const decoder = new HpackDecoder(65_536);
    decoder.setMaxTableSize(0);
    assert.deepEqual(decode(decoder, hex('2088')), [':status: 200']);
    assert.equal(decoder.tableCapacity, 0);
    assert.deepEqual(decode(decoder, hex('88')), [':status: 200']);
  });

  test('none is due when the table is small already', () => {
    const decoder = new HpackDecoder(65_536);
    assert.deepEqual(decode(decoder, hex('20')), []);
    decoder.setMaxTableSize(0);
    assert.deepEqual(decode(decoder, hex('88')), [':status: 200']);
  });

  test('none is due when the limit rises', () => {
    const decoder = new HpackDecoder(65_536);
    decoder.setMaxTableSize(65_536);
    assert.deepEqual(decode(decoder, hex('88')), [':status: 200']);
    assert.deepEqual(decode(decoder, bytesOf(encodeInteger(0x20, 5, 65_536))), []);
    assert.equal(decoder.tableCapacity, 65_536);
  });

  test('of a limit that fell and rose again, the lowest must be met first', () => {
    const decoder = new HpackDecoder(65_536);
    decoder.setMaxTableSize(0);
    decoder.setMaxTableSize(4096);
    const high = encodeInteger(0x20, 5, 4096);
    assert.equal(decode(decoder, bytesOf(high)), 'a table size update above the limit');
    const other = new HpackDecoder(65_536);
    other.setMaxTableSize(0);
    other.setMaxTableSize(4096);
    assert.deepEqual(decode(other, bytesOf(`\x20${high}\x88`)), [':status: 200']);
    assert.equal(other.tableCapacity, 4096);
    const third = new HpackDecoder(65_536);
    third.setMaxTableSize(0);
    third.setMaxTableSize(100);
    const middle = bytesOf(encodeInteger(0x20, 5, 100));
    assert.equal(decode(third, middle), 'a table size update above the limit');
  });

  test('an update empties the table of what no longer fits', () => {
    const decoder = new HpackDecoder(65_536);
    decode(decoder, hex('4001610162'));
    assert.deepEqual(decode(decoder, hex('be')), ['a: b']);
    assert.equal(decode(decoder, hex('20be')), 'a header index without an entry');
  });
});

test('stateless: a block that leaves the dynamic table alone', () => {
  const table: [block: string, stateless: boolean][] = [
    ['88', true],
    ['', true],
    ['0001610162', true],
    ['1001610162', true],
    ['0f0d0131', true],
    ['4001610162', false],
    ['2088', false],
    ['be', false],
    ['0f2f0131', false],
  ];
  for (const [block, stateless] of table) {
    const decoder = new HpackDecoder(65_536);
    decode(decoder, hex('4001610162'));
    assert.ok(Array.isArray(decode(decoder, hex(block))), block);
    assert.equal(decoder.stateless, stateless, block);
  }
});

test('a list above the bound is read to its end, and handed on up to the bound', () => {
  const decoder = new HpackDecoder(2 * (32 + 2));
  assert.deepEqual(decode(decoder, hex('0001610131 0001620132')), ['a: 1', 'b: 2']);
  assert.equal(decoder.tooLarge, false);
  assert.deepEqual(decode(decoder, hex('0001610131 0001620132 4001630133')), ['a: 1', 'b: 2']);
  assert.equal(decoder.tooLarge, true);
  assert.deepEqual(decode(decoder, hex('be')), ['c: 3'], 'the third field reached the table');
  assert.equal(decoder.tooLarge, false);
});

test('a block between other bytes is read from its place', () => {
  const bytes = hex('ffff 88 0001610162 ffff');
  const list = new FieldList();
  assert.equal(new HpackDecoder(65_536).decode(bytes, 2, bytes.length - 2, list), null);
  assert.deepEqual(list.fields, [':status: 200', 'a: b']);
});
