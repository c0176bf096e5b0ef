import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../core/index.js';
import { rangeOf } from './parameter.js';
import { distributions } from './registry.js';
import { parseKeyFlag, resolveKeySpec } from './spec.js';

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
      [
        'zipfian',
        { n: 10 },
        'no key distribution "zipfian" | known here: uniform, zipf, hotspot, sequential',
      ],
      ['unifrom', { n: 10 }, 'no key distribution "unifrom" | did you mean "uniform"?'],
      [
        'constructor',
        { n: 10 },
        'no key distribution "constructor" | known here: uniform, zipf, hotspot, sequential',
      ],
    ];
    for (const [name, raw, problem] of rows)
      assert.equal(
        problemOf(() => resolveKeySpec(name, raw)),
        problem,
      );
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
      ['', 'no key distribution "" | known here: uniform, zipf, hotspot, sequential'],
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
        assert.equal(definition.required, definition.default === undefined, `${name}.${definition.name}`);
        assert.match(rangeOf(definition), /^an? /);
      }
    }
  });
});
