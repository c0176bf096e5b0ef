import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { findInJson, parsePointer } from './json-pointer.js';

const find = (text: string, pointer: string) => findInJson(text, parsePointer(pointer));

/** Every pointer into a value, and what is there. */
function* pointers(value: unknown, at = ''): Generator<[string, unknown]> {
  yield [at, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value))
    yield* pointers(inner, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
}

describe('findInJson', () => {
  it('finds what JSON.parse finds, however it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        for (const [pointer, there] of pointers(value)) {
          const found = find(text, pointer);
          if (there === null) assert.equal(found, null);
          else if (typeof there === 'string') assert.equal(found, there);
          else assert.deepEqual(JSON.parse(found ?? 'null'), JSON.parse(JSON.stringify(there)));
        }
      }),
    );
  });

  it('finds nothing in what is not JSON, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ntrue01-e. '), maxLength: 30 }), (text) => {
        const found = find(text, '/a/0');
        assert.ok(found === null || text.includes('['));
      }),
    );
  });

  for (const [what, text, pointer, found] of [
    ['keeps the digits of a large number', '{"id": 12345678901234567890}', '/id', '12345678901234567890'],
    ['finds it before the text is cut', '{"id": "x", "rest": [1, 2', '/id', 'x'],
    ['does not find what is cut', '{"id": "x', '/id', null],
    ['does not pass over what is cut', '{"rest": [1, 2', '/id', null],
    ['gives an object as it is written', '{"a": { "b":1 }}', '/a', '{ "b":1 }'],
    ['gives no null', '{"a": null}', '/a', null],
    ['takes no inherited name', '{}', '/constructor', null],
    ['takes the name __proto__', '{"__proto__": 1}', '/__proto__', '1'],
    ['reads escapes', '{"a": "\\u00e9\\n"}', '/a', 'é\n'],
    ['reads names with / and ~', '{"a/b": {"~": 7}}', '/a~1b/~0', '7'],
    ['takes no number with a leading zero', '{"a": 01}', '/a', null],
    ['takes no index with a leading zero', '[1, 2]', '/01', null],
    ['looks 200 levels deep at most', `${'['.repeat(50_000)}`, '/1', null],
  ] as const) {
    it(what, () => assert.equal(find(text, pointer), found));
  }

  for (const pointer of ['a', '/a~', '/~2', '/a'.repeat(201)])
    it(`refuses the pointer ${pointer.slice(0, 10)}`, () =>
      assert.throws(() => parsePointer(pointer), /JSON pointer/));
});
