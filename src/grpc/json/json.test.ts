import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../../core/index.js';
import { bindJson } from './bind.js';
import type { JsonNode } from './node.js';
import { readJson } from './read.js';
import type { TemplateReader } from './template.js';

/** `{{0}}`, `{{12}}`: holes that name their index. */
const read: TemplateReader = (text) =>
  text
    .split(/(\{\{\d+\}\})/)
    .filter(Boolean)
    .map((part) => (/^\{\{\d+\}\}$/.test(part) ? { index: Number(part.slice(2, -2)), source: part } : part));

/** What a tree stands for, as JSON.parse gives it. */
function plainValue(node: JsonNode): unknown {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'number':
      return Number(node.text);
    case 'string':
      return node.text.join('');
    case 'array':
      return node.items.map(plainValue);
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name.join(''), plainValue(value)]));
    case 'bare':
      return assert.fail('a hole');
  }
}

describe('readJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), fc.constantFrom(0, 1, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        assert.deepEqual(plainValue(readJson(text, 'data')), JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses, with a place', () => {
    const almost = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', '{', '[', '0', '-', '\\', '\n', 'x', '\0'),
      )
      .map(([text, at, char]) => {
        const i = at % (text.length + 1);
        return text.slice(0, i) + char + text.slice(i + 1);
      });
    fc.assert(
      fc.property(almost, (text) => {
        let expected: unknown;
        try {
          expected = JSON.parse(text);
        } catch {
          assert.throws(
            () => readJson(text, 'data'),
            (error) => error instanceof ZipfireError && /^data:\d+:\d+: /.test(error.message),
          );
          return;
        }
        // Names given twice are ours to refuse.
        try {
          assert.deepEqual(plainValue(readJson(text, 'data')), expected);
        } catch (error) {
          assert.match(String(error), /is given twice/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps numbers as they are written', () => {
    for (const text of ['18446744073709551615', '-0', '1e400', '0.10', '1E-7']) {
      assert.deepEqual(readJson(text, 'data'), { kind: 'number', text });
    }
  });

  const templates: [template: string, node: JsonNode][] = [
    ['"{{0}}"', { kind: 'string', text: [0] }],
    ['"user_{{0}}-{{1}}\\n{{0}}"', { kind: 'string', text: ['user_', 0, '-', 1, '\n', 0] }],
    ['{{3}}', { kind: 'bare', text: [3] }],
    [' -{{0}}.{{1}} ', { kind: 'bare', text: ['-', 0, '.', 1] }],
    [
      '[{{0}},1]',
      {
        kind: 'array',
        items: [
          { kind: 'bare', text: [0] },
          { kind: 'number', text: '1' },
        ],
      },
    ],
    [
      '{"k{{0}}":{{1}}}',
      { kind: 'object', members: [{ name: ['k', 0], value: { kind: 'bare', text: [1] } }] },
    ],
  ];
  for (const [template, node] of templates) {
    it(`reads ${template}`, () => assert.deepEqual(readJson(template, 'data', read), node));
  }

  const refused: [template: string, message: string][] = [
    ['', 'data:1:1: expected a value, read the end'],
    ['{"a":1,}', 'data:1:8: expected a name in quotes, read "}"'],
    ['{\n  "a": 1\n  "b": 2\n}', 'data:3:3: expected "," or "}", read "\\""'],
    ['{"a" 1}', 'data:1:6: expected ":", read "1"'],
    ['{"a": yes}', 'data:1:7: expected a value, read "y"'],
    ['{"a": 01}', 'data:1:7: expected a value, read "0"'],
    ['{"a": "x', 'data:1:7: the string that begins here has no end'],
    ['{"a": "x\n"}', 'data:1:9: a control character in a string'],
    ['{"a": "\\x"}', 'data:1:8: not an escape of JSON'],
    ['{"a": 1, "a": 2}', 'data:1:10: "a" is given twice'],
    ['{"k": "{{0}}", {{1}}: 2}', 'data:1:16: expected a name in quotes, read {{1}}'],
    ['{} {}', 'data:1:4: expected the end, read "{"'],
    ['"\0"', 'data:1:2: a NUL character'],
    ['['.repeat(200), 'data:1:102: nested deeper than 100'],
  ];
  for (const [template, message] of refused) {
    it(`refuses ${JSON.stringify(template.slice(0, 30))}`, () => {
      assert.throws(() => readJson(template, 'data', read), { message });
    });
  }

  it('takes linear time for long texts', () => {
    for (const text of [
      `"${'\\n'.repeat(2e5)}"`,
      `[${'{{0}},'.repeat(1e4)}1]`,
      '['.repeat(1e6),
      ' '.repeat(1e6),
    ]) {
      try {
        readJson(text, 'data', read);
      } catch (error) {
        assert.ok(error instanceof ZipfireError);
      }
    }
  });
});

describe('bindJson', () => {
  it('fills strings with the value as it is, and bare holes with the JSON it is', () => {
    const node = readJson('{"s": "a{{0}}", "n": {{1}}, "o": {{2}}, "{{0}}": [true, "x"]}', 'data', read);
    const values = [Buffer.from('"ü"').toString('latin1'), '18446744073709551615', '{"deep": [null]}'];
    assert.deepEqual(bindJson(node, values, 'x'), {
      kind: 'object',
      members: [
        { name: ['s'], value: { kind: 'string', text: ['a"ü"'] } },
        { name: ['n'], value: { kind: 'number', text: '18446744073709551615' } },
        {
          name: ['o'],
          value: {
            kind: 'object',
            members: [
              { name: ['deep'], value: { kind: 'array', items: [{ kind: 'literal', value: null }] } },
            ],
          },
        },
        {
          name: ['"ü"'],
          value: {
            kind: 'array',
            items: [
              { kind: 'literal', value: true },
              { kind: 'string', text: ['x'] },
            ],
          },
        },
      ],
    });
  });

  it('refuses a bare value that is no JSON, and names that meet', () => {
    assert.throws(
      () => bindJson(readJson('[{{0}}]', 'data', read), ['user_1'], 'items'),
      /items:1:1: expected a value/,
    );
    assert.throws(
      () => bindJson(readJson('{"a": 1, "{{0}}": 2}', 'data', read), ['a'], 'x'),
      /"a" is given twice/,
    );
  });
});
