import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../../../core/index.js';
import { Csv } from './csv.js';
import { formatOf, type KeyLogOptions } from './detect.js';

function keysOf(lines: readonly string[], options: KeyLogOptions = {}) {
  const format = formatOf(lines, options);
  const keys = lines.map((line) => {
    const bytes = Buffer.from(`<<${line}>>`);
    const found = format.find(bytes, 2, bytes.length - 2);
    return found ? format.bytes.toString('utf8', format.from, format.to) : null;
  });
  return { about: format.about, keys };
}

const common = (request: string) => `10.0.0.1 - frank [20/Nov/2026:10:00:00 +0000] "${request}" 200 15`;

const cases: [string, readonly string[], KeyLogOptions, string, (string | null)[]][] = [
  [
    'common log format',
    [
      common('GET /kv/1?x=2 HTTP/1.1'),
      common('POST /kv/ü HTTP/2.0'),
      common('GET /old'),
      common('-'),
      common('\\x16\\x03'),
    ],
    {},
    'common log format, key: the path',
    ['/kv/1', '/kv/ü', '/old', null, null],
  ],
  [
    'combined log format, with a user that holds a blank',
    [`10.0.0.1 - a b [20/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 1 "-" "curl/8"`],
    {},
    'combined log format, key: the path',
    ['/a'],
  ],
  [
    'a regex for the path of an access log, which sees the query',
    [common('GET /users/17?from=3 HTTP/1.1'), common('GET /health HTTP/1.1')],
    { key: '/users/(\\d+)|from=x' },
    'common log format, key: /users/(\\d+)|from=x in the path with its query',
    ['17', null],
  ],
  [
    'JSON lines, a known name',
    ['{"path":"/a"}', '{"path":5}', '{"path":null}', '{"path":true}', '{"path":"b"'],
    {},
    'JSON lines, key: path',
    ['/a', '5', null, 'true', null],
  ],
  [
    'JSON lines, a field within objects, and one whose name has the dot',
    ['{"a":{"b":"x"}}', '{"a.b":"y"}', '{"a":"z"}', '{"__proto__":{"b":1}}', '[1]'],
    { field: 'a.b' },
    'JSON lines, key: a.b',
    ['x', 'y', null, null, null],
  ],
  [
    'CSV with a header',
    ['time,user', '1,"a,b"', '2,"say ""hi"""', '3,'],
    {},
    'CSV, key: column user',
    [null, 'a,b', 'say "hi"', null],
  ],
  ['CSV by number', ['a;b', 'c;d', 'e'], { column: '2' }, 'CSV with ";", key: column 2', ['b', 'd', null]],
  [
    'tab-separated values',
    ['id\tn', 'x\t1', 'y\t2'],
    {},
    'tab-separated values, key: column id',
    [null, 'x', 'y'],
  ],
  [
    'a regex',
    ['user=1 ok', 'nobody', 'user= x'],
    { regex: 'user=(\\w*)' },
    'lines, key: user=(\\w*)',
    ['1', null, null],
  ],
  ['keys, one a line', ['user_1', 'user_2'], {}, 'keys, one a line', ['user_1', 'user_2']],
];

describe('formats', () => {
  for (const [what, lines, options, about, keys] of cases) {
    it(what, () => assert.deepEqual(keysOf(lines, options), { about, keys }));
  }

  it('no format throws on any line', () => {
    for (const [, lines, options] of cases) {
      const format = formatOf(lines, options);
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
          const line = Buffer.from(bytes);
          if (!format.find(line, 0, line.length)) return;
          assert.ok(format.from >= 0 && format.from < format.to && format.to <= format.bytes.length);
        }),
      );
    }
  });

  it('CSV reads any cell that is written by the rules', () => {
    const cell = fc.string({ maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, ' '));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), fc.nat(4), (cells, pick) => {
        const column = pick % cells.length;
        const line = Buffer.from(cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','));
        const format = new Csv(',', column, null);
        const found = format.find(line, 0, line.length);
        assert.equal(found ? format.bytes.toString('utf8', format.from, format.to) : '', cells[column]);
      }),
    );
  });
});

describe('what is no known format', () => {
  const refused: [string, readonly string[], KeyLogOptions, RegExp, RegExp][] = [
    ['prose', ['all is well', 'all is not'], {}, /format of the log is not known.*"all is well"/, /--regex/],
    ['JSON lines of unknown names', ['{"who":"x","when":1}'], {}, /which field/, /who, when/],
    ['CSV of unknown names', ['who,when', 'x,1'], {}, /which column/, /who,when/],
    [
      'a column that is not there',
      ['who,when', 'x,1'],
      { column: 'wen' },
      /no column "wen"/,
      /did you mean "when"/,
    ],
    ['a path regex for something else', ['user_1'], { key: '(\\d)' }, /--key is for access logs/, /--regex/],
    ['two ways', ['x'], { field: 'a', regex: '(b)' }, /--field and --regex both/, /give one/],
    ['a regex without a group', ['x'], { regex: 'a' }, /one group.*has 0/, /for example/],
    ['a regex with two', ['x'], { regex: '(a)(b)' }, /one group.*has 2/, /for example/],
    ['no regex', ['x'], { regex: '(' }, /no regular expression/, /^$/],
    ['a regex of no end', ['x'], { regex: `(${'a'.repeat(1000)})` }, /longer than 1000/, /^$/],
    ['control characters, escaped', ['\x1b[31m red'], {}, /\\e\[31m red/, /--regex/],
  ];
  for (const [what, lines, options, message, hint] of refused) {
    it(what, () => {
      assert.throws(
        () => formatOf(lines, options),
        (error) => {
          assert.ok(error instanceof ZipfireError && error.code === 'usage');
          assert.match(error.message, message);
          assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }
});
