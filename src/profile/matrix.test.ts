// biome-ignore-all lint/suspicious/noTemplateCurlyInString: axes of matrices are tested
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { RunFlags } from './flags.js';
import { loadRuns } from './load.js';
import type { Matrix } from './matrix.js';
import { contextOf, load, refusal, type World } from './plan.test.kit.js';

function runsOf(yaml: string, flags: RunFlags = {}, world: World = {}) {
  return loadRuns('m.yaml', flags, contextOf({ ...world, files: { ...world.files, 'm.yaml': yaml } }));
}

function matrixOf(yaml: string, flags: RunFlags = {}, world: World = {}): Matrix {
  const runs = runsOf(yaml, flags, world);
  assert.equal(runs.kind, 'matrix');
  return runs.matrix;
}

const profile = (axes: string, rest = '') => `version: 1
target: http://h
matrix:
  axes:
    ${axes.replaceAll('\n', '\n    ')}
keys: { user: { uniform: { n: 10 } } }
operations:
  read: { get: "/{{user}}" }
${rest}`;

const connections = (rest = '') =>
  profile('conns: [16, 64]', `load: { connections: "\${matrix.conns}", workers: 1 }\n${rest}`);

describe('matrix of a profile', () => {
  it('is a plan for each combination, the last axis changing first', () => {
    const text = readFileSync(new URL('../../profiles/matrix-12.yaml', import.meta.url), 'utf8');
    const { axes, cells, baseline, repeat } = matrixOf(text);
    assert.deepEqual(
      axes.map(({ name, labels }) => [name, ...labels]),
      [
        ['skew', 'uniform', 'zipf 0.99', 'hot spot'],
        ['reads', '99%', '90%'],
        ['connections', '16', '64'],
      ],
    );
    assert.equal(cells.length, 12);
    assert.deepEqual([baseline, repeat], [0, 3]);
    assert.equal(cells[0]?.label, 'skew=uniform reads=99% connections=16');
    assert.equal(cells[11]?.label, 'skew=hot spot reads=90% connections=64');
    assert.deepEqual(
      cells.map(({ plan }) => [
        plan.keys['user']?.distribution,
        plan.operations[0]?.weight,
        plan.load.connections,
        plan.phases.repeat,
      ]),
      ['uniform', 'zipf', 'hotspot'].flatMap((shape) =>
        [99, 9].flatMap((reads) => [16, 64].map((each) => [shape, reads, each, 1])),
      ),
    );
  });

  it('fills values into texts, and whole parts in place of texts', () => {
    const { cells } = matrixOf(
      profile(
        'what: { small: { bytes: 1 }, "none at all": hello }\nwhere: [a, b c]',
        '  write: { put: "/${matrix.where}/{{user}}", body: "${matrix.what}" }',
      ),
    );
    assert.deepEqual(
      cells.map(({ label, plan }) => [label, plan.operations[1]?.path, plan.operations[1]?.body?.kind]),
      [
        ['what=small where=a', '/a/{{user}}', 'bytes'],
        ['what=small where=b c', '/b c/{{user}}', 'bytes'],
        ['what=none at all where=a', '/a/{{user}}', 'text'],
        ['what=none at all where=b c', '/b c/{{user}}', 'text'],
      ],
    );
  });

  it('calls values of a list by what is in them', () => {
    const { axes } = matrixOf(
      profile('skew: [ { zipf: { n: 10, alpha: 1.2 } }, { uniform: { n: 10 } } ]', 'gates: []').replace(
        'user: { uniform: { n: 10 } }',
        'user: "${matrix.skew}"',
      ),
    );
    assert.deepEqual(axes[0]?.labels, ['zipf n=10 alpha=1.2', 'uniform n=10']);
  });

  it('is compared with the baseline it names, and is its plan where but one is wanted', () => {
    const yaml = connections().replace('matrix:\n', 'matrix:\n  baseline: { conns: 64 }\n  repeat: 5\n');
    const { baseline, repeat } = matrixOf(yaml);
    assert.deepEqual([baseline, repeat], [1, 5]);
    assert.equal(load(yaml).load.connections, 64);
  });

  it('takes flags before the file, --repeat for its own, in every cell', () => {
    const { cells, repeat } = matrixOf(connections(), { repeat: '7', duration: '3s' });
    assert.equal(repeat, 7);
    for (const { plan } of cells) {
      assert.deepEqual(plan.phases.measure, { durationMs: 3000, requests: null });
      assert.equal(plan.phases.repeat, 1);
    }
  });

  it('is no matrix without the part', () => {
    const runs = runsOf('version: 1\ntarget: http://h\noperations: { read: { get: / } }\n');
    assert.equal(runs.kind, 'plan');
  });

  it('keeps what comes from the environment as it is', () => {
    const yaml = 'version: 1\ntarget: http://h\noperations: { read: { get: "/${A}" } }\n';
    const plan = load(yaml, {}, { env: { A: '${matrix.a}' } });
    assert.match(plan.operations[0]?.path ?? '', /matrix\.a/);
  });

  const wrong: readonly (readonly [what: string, yaml: string, message: RegExp, flags?: RunFlags])[] = [
    [
      'a reference without a matrix',
      'version: 1\ntarget: http://h\noperations:\n  read: { get: "/${matrix.a}" }\n',
      /^m\.yaml:4:16: operations\.read\.get: the profile has no matrix$/,
    ],
    [
      'an unknown axis',
      connections('name: ${matrix.con}'),
      /^m\.yaml:10:7: name: the matrix has no axis "con"; known here: conns$/,
    ],
    [
      'an axis nothing refers to',
      profile('a: [1, 2]'),
      /^m\.yaml:5:5: matrix\.axes\.a: nothing refers to this axis/,
    ],
    [
      'an axis of one value',
      profile('a: [1]', 'name: ${matrix.a}'),
      /matrix\.axes\.a: expected 2 to 64 values, read 1/,
    ],
    [
      'an axis that is no list',
      profile('a: 5', 'name: ${matrix.a}'),
      /matrix\.axes\.a: expected a list of values, or values by name; read "5"/,
    ],
    ['a value twice', profile('a: [1, 1]', 'name: ${matrix.a}'), /matrix\.axes\.a\[1\]: given twice/],
    [
      'no axes',
      'version: 1\ntarget: http://h\nmatrix: { axes: {} }\noperations: { r: { get: / } }',
      /expected one axis at least/,
    ],
    [
      'an axis made of another',
      profile('a: [1, 2]\nb: ["${matrix.a}", 4]', 'name: ${matrix.b}'),
      /matrix\.axes\.b\[0\]: an axis cannot be made of another/,
    ],
    [
      'too many cells',
      profile(
        `a: [${Array.from({ length: 30 }, (_, i) => i)}]\nb: [${Array.from({ length: 30 }, (_, i) => i)}]`,
        'name: ${matrix.a}${matrix.b}',
      ),
      /they make 900 cells; expected 256 at most/,
    ],
    [
      'an unknown baseline',
      connections().replace('matrix:\n', 'matrix:\n  baseline: { conns: 65 }\n'),
      /matrix\.baseline\.conns: the axis has no value "65"; did you mean "64"\?/,
    ],
    [
      'a name that is none of a matrix',
      connections().replace('matrix:\n', 'matrix:\n  repeats: 3\n'),
      /matrix\.repeats: unknown name; did you mean "repeat"\?/,
    ],
    [
      'phases.repeat',
      connections('phases: { repeat: 2 }'),
      /phases\.repeat: the runs of a matrix are repeated by matrix\.repeat/,
    ],
    [
      'a part within a text',
      profile('a: [{ bytes: 1 }, { bytes: 2 }]', 'name: "x${matrix.a}"'),
      /\$\{matrix\.a\} is not a single value here/,
    ],
    [
      'a flag in the place of an axis',
      connections(),
      /the cells conns=16 and conns=64 are the same run/,
      { connections: '8' },
    ],
    ['a wrong --repeat', connections(), /^--repeat: /, { repeat: 'often' }],
    [
      'a fault of one cell',
      profile('conns: [16, many]', 'load: { connections: "${matrix.conns}" }'),
      /^m\.yaml:9:22: load\.connections: expected a whole number.*"many"\nin the cell conns=many$/m,
    ],
    [
      'a fault of every cell, once',
      connections('gates: [ p98 < 1s ]'),
      /^m\.yaml:10:10: gates\[0\]: (?!.*in the cell)/s,
    ],
  ];
  for (const [what, yaml, message, flags] of wrong) {
    it(`refuses ${what}`, () =>
      assert.match(
        refusal(() => runsOf(yaml, flags)),
        message,
      ));
  }

  it('bounds what references to large axes make', () => {
    const values = `[${Array.from({ length: 2000 }, () => 1)}]`;
    const headers = Array.from({ length: 40 }, (_, i) => `H${i}: "\${matrix.big}"`).join(', ');
    const yaml = profile(
      `big: { a: ${values}, b: ${values} }`,
      `  write: { put: /, headers: { ${headers} } }`,
    );
    assert.match(
      refusal(() => runsOf(yaml)),
      /axes make more than 50000 values/,
    );
  });
});
