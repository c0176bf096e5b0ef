// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what is tested
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readYaml } from './yaml.js';

const env = { STRUCTURE: '{ a: [1, 2] }', NUMBER: '5', MULTILINE: 'x\nseed: 7' };

function read(text: string): unknown {
  const { value, problems } = readYaml(text, 'hot.yaml', env);
  if (problems.any) throw problems.toError('profile');
  return value;
}

describe('readYaml', () => {
  const cases: [string, unknown][] = [
    ['a: 1\nb: [x, "y", null, true]\n', { a: 1, b: ['x', 'y', null, true] }],
    // YAML 1.2: these are texts.
    ['a: 1_000\nb: yes\nc: 1:30\nd: 2024-01-01\n', { a: '1_000', b: 'yes', c: '1:30', d: '2024-01-01' }],
    ['a: &x { b: 1 }\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
    ['1: a\n', { 1: 'a' }],
    ['', null],
    ['# nothing\n', null],
    // The environment gives text, whatever it looks like.
    ['a: ${STRUCTURE}\n', { a: '{ a: [1, 2] }' }],
    ['a: ${NUMBER}\n', { a: '5' }],
    ['a: "${MULTILINE}"\n', { a: 'x\nseed: 7' }],
    ["a: '${NUMBER}'\nb: |\n  ${NUMBER}\n", { a: '5', b: '5\n' }],
    ['${NUMBER}: a\n', { '${NUMBER}': 'a' }],
    ['# ${NOT_SET}\na: 1\n', { a: 1 }],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => assert.deepEqual(read(text), expected));
  }

  it('points at where an alias is used, not at what it stands for', () => {
    const { locate } = readYaml('a: &x { b: 1 }\nc:\n  - *x\n', 'hot.yaml', env);
    assert.equal(locate(['c', 0], 'value').text, 'hot.yaml:3:5: c[0]');
  });

  it('points at the nearest part there is', () => {
    const { locate } = readYaml('load:\n  rate: 5\n', 'hot.yaml', env);
    assert.equal(locate(['load', 'rate'], 'value').text, 'hot.yaml:2:9: load.rate');
    assert.equal(locate(['load', 'rate'], 'name').text, 'hot.yaml:2:3: load.rate');
    assert.equal(locate(['load', 'workers'], 'value').text, 'hot.yaml:1:1: load.workers');
    assert.equal(locate(['gates', 3], 'value').text, 'hot.yaml:1:1: gates[3]');
  });

  it('does not let a file reach into prototypes', () => {
    assert.throws(() => read('__proto__: { polluted: 1 }\n'), /expected a name/);
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.deepEqual(read('constructor: 1\n'), { constructor: 1 });
  });

  describe('bounds', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, of] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg']) {
      bomb.push(`${name}: &${name} [${Array(10).fill(`*${of}`).join(', ')}]`);
    }
    const files: [string, string, RegExp][] = [
      ['aliases that expand to 10^8 values', bomb.join('\n'), /aliases make more than 50000 values/],
      ['lists in lists', '['.repeat(500_000), /nested deeper than 64 levels/],
      ['maps in maps', '{a: '.repeat(250_000), /nested deeper than 64 levels/],
      ['lists in lists on one line', '- '.repeat(400_000), /nested deeper than 64 levels/],
      ['keys that are maps', '? '.repeat(400_000), /nested deeper than 64 levels/],
      ['many values', 'a: 1\n'.repeat(100_000), /more than 200000 words/],
      ['an alias in its own anchor', 'a: &a [*a]', /a\[0\]: \*a stands for what it is in/],
      ['an alias before its anchor', 'a: *b\nb: &b 1', /a: there is no &b before/],
    ];
    for (const [name, text, message] of files) {
      it(name, () => assert.throws(() => read(text), message));
    }

    it('names given twice are found without comparing all with all', () => {
      const names = Array.from({ length: 10_000 }, (_, i) => `n${i}: 1`);
      assert.equal(Object.keys(read(names.join('\n')) as object).length, 10_000);
      assert.throws(
        () => read([...names, 'n0: 2'].join('\n')),
        /^ZipfireError: hot.yaml:10001:1: n0: given twice$/,
      );
    });
  });
});
