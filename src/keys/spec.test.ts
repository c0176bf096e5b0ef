import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../core/index.js';
import { rangeOf } from './parameter.js';
import { distributions } from './registry.js';
import { parseKeyFlag, resolveKeySpec } from './spec.js';

const names = Object.keys(distributions).join(', ');

function problemOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    assert.ok(error instanceof ZipfireError, String(error));
    assert.equal(error.exitCode, 2);
    return error.hint === undefined ? error.message : `${error.message} | ${error.hint}`;
  }
  assert.fail('nothing was thrown');
}

describe('resolveKeySpec', () => {
  it('fills in what is not given', () => {
    assert.deepEqual(resolveKeySpec('zipf', { n: 1000 }), {
      distribution: 'zipf',
      n: 1000,
      params: { alpha: 0.99 },
      format: '{}',
      scatter: true,
    });
    assert.deepEqual(resolveKeySpec('hotspot', { n: 1000, hot: 5 }).params, { hot: 5, share: 0.8 });
    assert.equal(resolveKeySpec('sequential', { n: 1 }).scatter, false);
    assert.equal(resolveKeySpec('sequential', { n: 1 }, { scatter: true }).scatter, true);
    assert.equal(resolveKeySpec('zipf', { n: 1 }, { format: undefined, scatter: undefined }).scatter, true);
  });

  it('reads numbers as people write them', () => {
    const sizes: readonly (readonly [unknown, number])[] = [
      [1000, 1000],
      ['1000', 1000],
      ['1_000_000', 1e6],
      ['1e6', 1e6],
      ['10k', 1e4],
      ['1M', 1e6],
      [' 1.5k ', 1500],
      [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ];
    for (const [raw, n] of sizes) assert.equal(resolveKeySpec('uniform', { n: raw }).n, n);
  });

  it('says what is wrong, what was read and what is valid', () => {
    const rows: readonly (readonly [string, Record<string, unknown>, string])[] = [
      ['zipf', {}, 'zipf needs n | Number of keys; for example zipf:n=1e6,alpha=1.2'],
      ['zipf', { n: 0 }, 'n must be an integer in [1, 2^53 − 1]; read 0'],
      ['zipf', { n: 1.5 }, 'n must be an integer in [1, 2^53 − 1]; read 1.5'],
      ['zipf', { n: 2 ** 53 }, 'n must be an integer in [1, 2^53 − 1]; read 9007199254740992'],
      ['zipf', { n: 'many' }, 'n must be an integer in [1, 2^53 − 1]; read "many"'],
      ['zipf', { n: [1] }, 'n must be an integer in [1, 2^53 − 1]; read a list'],
      ['zipf', { n: true }, 'n must be an integer in [1, 2^53 − 1]; read a boolean'],
      ['zipf', { n: Number.NaN }, 'n must be an integer in [1, 2^53 − 1]; read NaN'],
      ['zipf', { n: 10, alpha: -1 }, 'alpha must be a finite number ≥ 0; read -1'],
      ['zipf', { n: 10, alpha: '-1' }, 'alpha must be a finite number ≥ 0; read "-1"'],
      [
        'zipf',
        { n: 10, alpha: Number.POSITIVE_INFINITY },
        'alpha must be a finite number ≥ 0; read Infinity',
      ],
      ['zipf', { n: 10, alpha: 'x\u001b[31m' }, 'alpha must be a finite number ≥ 0; read "x\\e[31m"'],
      [
        'hotspot',
        { n: 10 },
        'hotspot needs hot | Number of hot keys; for example hotspot:n=1e6,hot=50,share=0.7',
      ],
      ['hotspot', { n: 10, hot: 10 }, 'hot must be an integer in [1, n), and n is 10; read 10'],
      ['hotspot', { n: 1, hot: 1 }, 'hot must be an integer in [1, n), and n is 1; read 1'],
      ['hotspot', { n: 10, hot: 5, share: 1.1 }, 'share must be a number in [0, 1]; read 1.1'],
      ['zipf', { n: 10, aplha: 1 }, 'zipf takes no "aplha" | did you mean "alpha"?'],
      ['uniform', { n: 10, hot: 1 }, 'uniform takes no "hot" | known here: n'],
      ['zipfian', { n: 10 }, `no key distribution "zipfian" | known here: ${names}`],
      ['unifrom', { n: 10 }, 'no key distribution "unifrom" | did you mean "uniform"?'],
      ['constructor', { n: 10 }, `no key distribution "constructor" | known here: ${names}`],
    ];
    for (const [name, raw, problem] of rows)
      assert.equal(
        problemOf(() => resolveKeySpec(name, raw)),
        problem,
      );
  });

  it('reads lists and parts', () => {
    assert.deepEqual(
      resolveKeySpec('mixture', { n: '1k', of: [{ weight: 9, zipf: { alpha: 1.2 } }, 'uniform'] }),
      {
        distribution: 'mixture',
        n: 1000,
        params: {},
        parts: [
          { weight: 9, distribution: 'zipf', n: 1000, params: { alpha: 1.2 } },
          { weight: 1, distribution: 'uniform', n: 1000, params: {} },
        ],
        format: '{}',
        scatter: true,
      },
    );
    const zoned = resolveKeySpec('zoned', { n: 100, hits: ['60', 40], keys: '10/90' });
    assert.deepEqual(zoned.lists, { hits: [60, 40], keys: [10, 90] });
    assert.deepEqual(resolveKeySpec('latest', { n: 100 }).params, { alpha: 0.99, start: 100, growth: 0 });
  });

  it('says where in lists and parts the problem is', () => {
    const nested = (depth: number): unknown =>
      depth === 0 ? 'zipf' : { shift: { every: 1, by: 1, of: nested(depth - 1) } };
    const rows: readonly (readonly [string, Record<string, unknown>, string])[] = [
      ['zoned', { n: 9, hits: 5, keys: [100] }, 'hits must be a list of numbers; read 5'],
      ['zoned', { n: 9, hits: [], keys: [100] }, 'hits must have 1 to 1000 numbers; it has 0'],
      ['zoned', { n: 9, hits: [50, -1], keys: [100] }, 'hits must be finite numbers ≥ 0; number 2 is -1'],
      [
        'zoned',
        { n: 9, hits: [100], keys: [50, 50] },
        'hits must have as many numbers as keys; they are 1 and 2',
      ],
      ['zoned', { n: 9, hits: [100], keys: [99] }, 'keys must sum to 100; they sum to 99'],
      [
        'zoned',
        { n: 9, hits: [1, 99], keys: [1, 99] },
        'keys must leave a key to each zone that has hits; zone 1 is 1 % of 9 keys',
      ],
      ['empirical', { weights: [0, 0] }, 'weights must not all be 0'],
      ['empirical', { n: 3, weights: [1] }, 'n must be 1, as many as empirical lists; it is 3'],
      ['latest', { n: 9, start: 10 }, 'start must be an integer in [1, n], and n is 9; read 10'],
      ['selfsimilar', { n: 9, h: 0.5 }, 'h must be a number in (0, 0.5); read 0.5'],
      ['mixture', { n: 9 }, 'mixture needs of'],
      [
        'mixture',
        { n: 9, of: 'zipf' },
        'of must be a list of distributions; read "zipf" | a flag cannot hold it',
      ],
      ['mixture', { n: 9, of: [] }, 'of must have 1 to 64 distributions; it has 0'],
      [
        'mixture',
        { n: 9, of: [{ weight: 0, zipf: {} }] },
        'of 1: weight must be a finite number > 0; read 0',
      ],
      [
        'mixture',
        { n: 9, of: ['zipf', { zipf: { alpha: -1 } }] },
        'of 2: alpha must be a finite number ≥ 0; read -1',
      ],
      ['mixture', { n: 9, of: [{ zipf: { n: 5 } }] }, 'of 1: zipf takes no "n"'],
      ['mixture', { n: 9, of: [{ zipf: {}, uniform: {} }] }, 'of 1: expected one distribution of uniform,'],
      ['mixture', { n: 9, of: [7] }, 'of 1: expected names and values, read 7'],
      ['mixture', { n: 9, of: ['zpif'] }, 'of 1: no key distribution "zpif" | did you mean "zipf"?'],
      ['mixture', { n: 9, of: [{ empirical: { weights: [1] } }] }, 'of 1: n must be 1, as many as'],
      ['shift', { n: 9, every: 1, by: 9, of: 'zipf' }, 'by must be an integer in [0, n), and n is 9; read 9'],
      [
        'shift',
        { n: 9, every: 1, by: 1, of: { weight: 1, zipf: {} } },
        'of: a single distribution has no weight',
      ],
      ['shift', { n: 9, every: 1, by: 1, of: nested(9) }, 'of: of: of: of: of is nested more than 4 deep'],
    ];
    for (const [name, raw, problem] of rows) {
      const said = problemOf(() => resolveKeySpec(name, raw));
      assert.ok(said.startsWith(problem), `${said}\nnot ${problem}`);
    }
  });

  it('wants a format with one place for the number', () => {
    for (const format of ['{}', 'user_{}', '{}-ключ', 'a{}b']) {
      assert.equal(resolveKeySpec('uniform', { n: 1 }, { format }).format, format);
    }
    for (const format of ['', 'user', '{}{}', 'a\r\nb{}', `${'x'.repeat(2000)}{}`]) {
      assert.match(
        problemOf(() => resolveKeySpec('uniform', { n: 1 }, { format })),
        /^as /,
      );
    }
  });
});

describe('parseKeyFlag', () => {
  it('reads what the manual shows', () => {
    assert.deepEqual(parseKeyFlag('zipf:n=1e6,alpha=1.2'), resolveKeySpec('zipf', { n: 1e6, alpha: 1.2 }));
    assert.deepEqual(
      parseKeyFlag('hotspot:n=1e6,hot=50,share=0.7'),
      resolveKeySpec('hotspot', { n: 1e6, hot: 50, share: 0.7 }),
    );
    assert.deepEqual(parseKeyFlag('uniform:n=1_000'), resolveKeySpec('uniform', { n: 1000 }));
    assert.deepEqual(
      parseKeyFlag(' sequential : n = 10k , as = user_{} , scatter = true '),
      resolveKeySpec('sequential', { n: 1e4 }, { format: 'user_{}', scatter: true }),
    );
  });

  it('refuses the rest with the reason', () => {
    const rows: readonly (readonly [string, string])[] = [
      ['', `no key distribution "" | known here: ${names}`],
      ['zipf', 'zipf needs n | Number of keys; for example zipf:n=1e6,alpha=1.2'],
      ['zipf:', 'zipf needs n | Number of keys; for example zipf:n=1e6,alpha=1.2'],
      ['zipf:1e6', 'expected name=value in the keys, read "1e6" | for example zipf:n=1e6,alpha=1.2'],
      ['zipf:n=1e6,n=5', '"n" is given twice in the keys'],
      ['zipf:n=', 'n must be an integer in [1, 2^53 − 1]; read ""'],
      ['zipf:n=5,a=1', 'zipf takes no "a" | known here: n, alpha, as, scatter'],
      ['zipf:n=5,skatter=no', 'zipf takes no "skatter" | did you mean "scatter"?'],
      ['zipf:n=5,scatter=maybe', 'scatter must be true or false; read "maybe"'],
      ['zipf:n=5,as=user', 'as must hold {} once, where the number goes; read "user"'],
    ];
    for (const [text, problem] of rows)
      assert.equal(
        problemOf(() => parseKeyFlag(text)),
        problem,
        text,
      );
  });

  it('never ends in anything but a spec or a usage error', () => {
    const text = fc.oneof(
      fc.string(),
      fc
        .tuple(
          fc.constantFrom(...Object.keys(distributions), 'x'),
          fc.array(fc.tuple(fc.string(), fc.string())),
        )
        .map(([name, pairs]) => `${name}:${pairs.map(([key, value]) => `${key}=${value}`).join(',')}`),
    );
    fc.assert(
      fc.property(text, (flag) => {
        try {
          assert.ok(parseKeyFlag(flag).n >= 1);
        } catch (error) {
          assert.ok(error instanceof ZipfireError && error.code === 'usage');
        }
      }),
    );
  });
});

describe('distributions', () => {
  it('describe themselves', () => {
    for (const [name, { params, about, ...distribution }] of Object.entries(distributions)) {
      assert.equal(distribution.name, name);
      assert.match(about, /^[A-Z].*[^.]$/);
      assert.equal(params[0]?.name, 'n');
      for (const definition of params) {
        assert.match(definition.about, /^[A-Z].*[^.]$/);
        if (definition.kind !== 'number') continue;
        assert.match(rangeOf(definition), /^an? /);
        const found = definition.name === 'n' && !definition.required;
        // Either of the two is given.
        const oneOf = name === 'shift' && definition.name.startsWith('every');
        assert.equal(
          definition.required || found || oneOf,
          definition.default === undefined,
          `${name}.${definition.name}`,
        );
      }
      const { example } = distribution;
      // What a flag cannot hold is shown as a profile has it.
      if (example.includes('{')) assert.ok(params.some(({ kind }) => kind === 'parts'));
      else assert.equal(parseKeyFlag(example).distribution, name);
    }
  });
});
