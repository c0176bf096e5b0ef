import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assertFollows } from '../../core/chi-square.test.kit.js';
import { type Feeder, type FeederOrder, ZipfireError } from '../../core/index.js';
import { createCells, createDataSources, type RowFile, readCsv, readJsonLines, rowLimits } from './index.js';

type Reader = typeof readCsv;

function read(
  reader: Reader,
  text: string | Buffer,
  wanted?: readonly string[],
  limits = rowLimits,
): RowFile {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const all = wanted ?? reader({ bytes, name: 'f', wanted: new Set(), limits: rowLimits }).columns;
  return reader({ bytes, name: 'users.csv', wanted: new Set(all), limits });
}

/** The rows of a file, as texts. */
function rowsOf({ table }: RowFile): string[][] {
  const cells = table.columns.map((_, column) => createCells(table, column));
  return Array.from({ length: table.rows }, (_, row) =>
    cells.map((cell) => Buffer.from(cell(row), 'latin1').toString('utf8')),
  );
}

function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof ZipfireError && error.code === 'usage') return error.message;
    throw error;
  }
  return assert.fail('nothing was refused');
}

describe('CSV', () => {
  const accepted: [what: string, text: string, rows: string[][]][] = [
    [
      'lines that end in LF',
      'a,b\n1,2\n3,4\n',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    [
      'lines that end in CRLF, the last not',
      'a,b\r\n1,2\r\n3,4',
      [
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['a byte order mark', '\ufeffa\n1\n', [['1']]],
    [
      'quotes, doubled ones, commas and line breaks in them',
      'a,b\n"x ""y"", z","1\r\n2"\n',
      [['x "y", z', '1\r\n2']],
    ],
    [
      'empty fields, at the end too',
      'a,b,c\n,,\n"",x,\n',
      [
        ['', '', ''],
        ['', 'x', ''],
      ],
    ],
    ['empty lines, which are none', 'a\n\n1\n\r\n2\n\n', [['1'], ['2']]],
    ['blanks, which are part of a field', 'a\n x \n', [[' x ']]],
    ['text beyond ASCII', 'a\nüñ€😀\n', [['üñ€😀']]],
  ];
  for (const [what, text, rows] of accepted) {
    it(`has ${what}`, () => assert.deepEqual(rowsOf(read(readCsv, text)), rows));
  }

  const refused: [what: string, text: string | Buffer, message: RegExp][] = [
    ['an empty file', '', /^users\.csv is empty$/],
    ['a byte order mark alone', '\ufeff', /^users\.csv is empty$/],
    ['no header', '\n\n', /^users\.csv:1: no header line$/],
    ['no rows', 'a,b\n', /^users\.csv:2: no rows$/],
    ['a row too short', 'a,b\n1,2\n3\n', /^users\.csv:3: 1 field, and the header has 2$/],
    ['a row too long', 'a,b\n1,2,3\n', /^users\.csv:2: 3 fields, and the header has 2$/],
    ['a row too short after a quoted line break', 'a,b\n"1\n2",3\n4\n', /^users\.csv:4: 1 field,/],
    ['an open quote', 'a\n1\n"x\ny\n', /^users\.csv:3: a quote that is not closed$/],
    ['a quote within a field', 'a\nx"y"\n', /^users\.csv:2: a quote within a field/],
    ['text after a quote', 'a\n"x"y\n', /^users\.csv:2: text after a closing quote$/],
    ['a lone CR', 'a\rb\n', /^users\.csv:1: a carriage return without a line feed$/],
    ['a column without a name', 'a,,c\n', /^users\.csv:1: column 2 has no name$/],
    ['two columns of one name', 'a,a\n1,2\n', /^users\.csv:1: two columns "a"$/],
    ['what is not UTF-8', Buffer.from('a\n1\n\xff\n', 'latin1'), /^users\.csv:3: not UTF-8$/],
  ];
  for (const [what, text, message] of refused) {
    it(`refuses ${what}`, () =>
      assert.match(
        refusal(() => read(readCsv, text, [])),
        message,
      ));
  }

  it('keeps the columns that are wanted, in the order of the file', () => {
    const file = read(readCsv, 'a,b,c\n1,2,3\n4,5,6\n', ['c', 'a', 'nothing']);
    assert.deepEqual(file.columns, ['a', 'b', 'c']);
    assert.deepEqual(file.table.columns, ['a', 'c']);
    assert.deepEqual(rowsOf(file), [
      ['1', '3'],
      ['4', '6'],
    ]);
    assert.deepEqual([...file.lines], [2, 3]);
  });

  it('names columns as templates can: blanks between words are one', () => {
    assert.deepEqual(read(readCsv, ' first   name ,b\n1,2\n').columns, ['first name', 'b']);
  });

  it('reads back whatever is written, in either way of writing', () => {
    const field = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', 'ü'), maxLength: 6 }),
    );
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 20 }),
      );
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, lineEnd, always) => {
        // An empty line would be none.
        const width = rows[0]?.length ?? 0;
        const quoted = (text: string) =>
          always || width === 1 || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const header = Array.from({ length: width }, (_, i) => `c${i}`);
        const text = [header, ...rows].map((row) => row.map(quoted).join(',')).join(lineEnd);
        assert.deepEqual(rowsOf(read(readCsv, text)), rows);
      }),
    );
  });

  it('is bounded in bytes, rows and cells', () => {
    const text = 'a,b\n1,2\n3,4\n5,6\n';
    const limited = (change: object) => () => read(readCsv, text, ['a', 'b'], { ...rowLimits, ...change });
    assert.match(refusal(limited({ maxBytes: 4 })), /^users\.csv is larger than 4 B$/);
    assert.match(refusal(limited({ maxRows: 2 })), /^users\.csv has more than 2 rows$/);
    assert.match(refusal(limited({ maxCells: 5 })), /^users\.csv has more than 2 rows$/);
    assert.equal(limited({ maxRows: 3, maxCells: 6 })().table.rows, 3);
  });

  it('knows which columns may stand in a request target as they are', () => {
    assert.deepEqual(read(readCsv, 'a,b,c\nx-1._~,a/b,\n2,3,ü\n').table.plain, [true, false, false]);
  });

  it('holds cells in memory that threads share', () => {
    const { bytes, ends } = read(readCsv, 'a\n1\n').table;
    assert.ok(bytes.buffer instanceof SharedArrayBuffer && ends.buffer instanceof SharedArrayBuffer);
  });
});

describe('JSON lines', () => {
  it('have paths as columns, and texts, numbers and booleans as values', () => {
    const file = read(
      readJsonLines,
      '{"id":1,"user":{"name":"ü","ok":true},"tags":[1]}\n\n{"user":{"ok":false,"name":"b"},"id":2.50}',
    );
    assert.deepEqual(file.columns, ['id', 'user.name', 'user.ok']);
    assert.deepEqual(rowsOf(file), [
      ['1', 'ü', 'true'],
      ['2.5', 'b', 'false'],
    ]);
    assert.deepEqual([...file.lines], [1, 3]);
  });

  it('have names with dots in them too', () => {
    assert.deepEqual(rowsOf(read(readJsonLines, '{"a.b":1}\n')), [['1']]);
  });

  const refused: [what: string, text: string, message: RegExp][] = [
    ['an empty file', '', /is empty$/],
    ['no rows', '\n\n', /:1: no rows$/],
    ['what is no JSON', '{"a":1}\n{"a":\n', /^users\.csv:2: no JSON: /],
    ['what is no object', '[1]\n', /:1: expected a JSON object$/],
    ['a value that is missing', '{"a":1}\n{}\n', /:2: "a" is missing$/],
    ['null', '{"a":1}\n{"a":null}\n', /:2: "a" is null$/],
    ['an object in the place of a value', '{"a":1}\n{"a":{}}\n', /:2: "a" is no single value$/],
    [
      'an integer whose digits would be lost',
      '{"a":9007199254740993}\n',
      /:1: "a" is an integer beyond 2\^53$/,
    ],
    ['what an object inherits', '{"a":1,"constructor":1}\n{"a":1}\n', /:2: "constructor" is missing$/],
  ];
  for (const [what, text, message] of refused) {
    it(`refuse ${what}`, () =>
      assert.match(
        refusal(() => read(readJsonLines, text, ['a', 'constructor'])),
        message,
      ));
  }

  it('read back whatever is written', () => {
    const row = fc.record({ a: fc.string({ unit: 'grapheme' }), b: fc.maxSafeInteger(), c: fc.boolean() });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const text = rows.map((one) => JSON.stringify(one)).join('\n');
        const expected = rows.map(({ a, b, c }) => [a, String(b), String(c)]);
        assert.deepEqual(rowsOf(read(readJsonLines, text)), expected);
      }),
    );
  });
});

describe('the row of a hit', () => {
  const { table } = read(readCsv, `id\n${Array.from({ length: 7 }, (_, i) => i).join('\n')}\n`);
  function source(order: FeederOrder, seed = 1) {
    const feeder: Feeder = { file: 'f', order, once: false, table };
    const numbers = { user: (hit: number) => (hit * 3) % 7 };
    return (createDataSources({ users: feeder }, seed, numbers)['users'] ?? assert.fail()).values(0);
  }
  const hits = (count: number) => Array.from({ length: count }, (_, hit) => hit);

  it('goes round in order, far up too', () => {
    const at = source({ kind: 'sequential' });
    assert.deepEqual(hits(9).map(at), ['0', '1', '2', '3', '4', '5', '6', '0', '1']);
    assert.equal(at(2 ** 52), String(2 ** 52 % 7));
  });

  it('is any, each as likely, and others with another seed', () => {
    const counts = new Array<number>(7).fill(0);
    const at = source({ kind: 'random' });
    for (const hit of hits(70_000)) (counts[Number(at(hit))] as number)++;
    assertFollows(counts, new Array<number>(7).fill(1 / 7), 'random rows');
    assert.notDeepEqual(hits(50).map(at), hits(50).map(source({ kind: 'random' }, 2)));
  });

  it('is that of its key', () => {
    assert.deepEqual(hits(4).map(source({ kind: 'keys', keys: 'user' })), ['0', '3', '6', '2']);
  });

  it('depends on the hit alone: shares of any number of workers are together what one sends', () => {
    const order = fc.constantFrom<FeederOrder>(
      { kind: 'sequential' },
      { kind: 'random' },
      { kind: 'keys', keys: 'user' },
    );
    fc.assert(
      fc.property(
        order,
        fc.constantFrom(1, 2, 4),
        fc.integer({ min: 1, max: 200 }),
        (given, workers, count) => {
          const shares = hits(workers).flatMap((worker) => {
            const at = source(given);
            return hits(count)
              .filter((hit) => hit % workers === worker)
              .map(at);
          });
          assert.deepEqual(shares.sort(), hits(count).map(source(given)).sort());
        },
      ),
    );
  });
});
