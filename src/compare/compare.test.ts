import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import hdr from 'hdr-histogram-js';
import { ZipfireError } from '../core/index.js';
import { compareResults } from './compare.js';
import { readCurve } from './curve.js';
import { differencesBetween } from './differences.js';
import { findMetrics } from './metrics.js';
import { readResult } from './read-result.js';
import { documentOf, latencyOf, recorded, runOf, runs } from './recorded.test.kit.js';

const metricOf = (comparison: ReturnType<typeof compareResults>, name: string) => {
  const found = comparison.metrics.find((metric) => metric.name === name);
  assert.ok(found, name);
  return found;
};

describe('compareResults', () => {
  it('proves a change that five runs of each show, in its direction', () => {
    const comparison = compareResults(recorded('base', runs(5, 1000, 800)), [
      recorded('new', runs(5, 850, 920)),
    ]);
    assert.equal(comparison.regression, true);
    assert.equal(comparison.valid, true);
    const qps = metricOf(comparison, 'qps');
    assert.equal(qps.verdict, 'worse');
    assert.ok(Math.abs((qps.change ?? 0) + 0.15) < 0.005);
    assert.ok((qps.p ?? 1) <= 0.05 && Math.abs((qps.pUnadjusted ?? 1) - 2 / 252) < 1e-12);
    assert.deepEqual([qps.superiority, qps.repeatsNeeded, qps.base.n, qps.new.n], [0, null, 5, 5]);
    assert.equal(metricOf(comparison, 'p99').verdict, 'worse');
    assert.deepEqual(comparison.warnings, []);
    const better = compareResults(recorded('new', runs(5, 850, 920)), [recorded('base', runs(5, 1000, 800))]);
    assert.equal(better.regression, false);
    assert.deepEqual(
      ['qps', 'p50', 'p99'].map((name) => metricOf(better, name).verdict),
      ['better', 'better', 'better'],
    );
  });

  it('proves nothing of a result and itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (count) => {
        const base = recorded('base', runs(count, 1000, 800));
        const { metrics, regression } = compareResults(base, [{ ...base, name: 'new' }]);
        assert.equal(regression, false);
        for (const { verdict, change } of metrics) {
          assert.equal(verdict, '~');
          assert.ok(change === null || Math.abs(change) < 1e-12);
        }
      }),
    );
  });

  it('proves nothing with a run of each, however far apart, and says what would', () => {
    const comparison = compareResults(recorded('a.json', runs(1, 1000, 800)), [
      recorded('b.json', runs(1, 10, 90_000)),
    ]);
    const qps = metricOf(comparison, 'qps');
    assert.deepEqual([qps.verdict, qps.p, qps.changeInterval, qps.base.low], ['~', 1, null, null]);
    assert.ok(Math.abs((qps.change ?? 0) + 0.99) < 1e-9);
    assert.match(
      comparison.warnings.join(),
      /^a single run of a\.json and a single run of b\.json can prove nothing about 5 metrics.*--repeat 5$/,
    );
  });

  it('asks for as many runs as all metrics take, where single runs are alike', () => {
    const one = recorded('a', runs(1, 1000, 800));
    assert.match(compareResults(one, [one]).warnings.join(), /about 6 metrics, .*--repeat 5$/);
  });

  it('says how many runs would prove what three cannot', () => {
    const comparison = compareResults(recorded('a', runs(3, 1000, 800)), [recorded('b', runs(3, 850, 920))]);
    const qps = metricOf(comparison, 'qps');
    assert.equal(qps.verdict, '~');
    assert.equal(qps.repeatsNeeded, 5);
    assert.equal(comparison.warnings.length, 1);
  });

  it('leaves out of the adjustment what is the same in every run', () => {
    const { metrics } = compareResults(recorded('a', runs(5, 1000, 800)), [recorded('b', runs(5, 850, 920))]);
    const errors = metrics.find(({ name }) => name === 'errors');
    assert.deepEqual([errors?.p, errors?.verdict], [null, '~']);
    const qps = metrics.find(({ name }) => name === 'qps');
    assert.ok(Math.abs((qps?.p ?? 0) - (5 * 2) / 252) < 1e-12);
  });

  it('calls errors out of nowhere worse, though there is no ratio to nothing', () => {
    const failing = runs(5, 1000, 800).map((run, i) => ({ ...run, errorRate: 0.001 * (i + 1) }));
    const comparison = compareResults(recorded('a', runs(5, 1000, 800)), [recorded('b', failing)], {
      minChange: 0.5,
    });
    const errors = metricOf(comparison, 'errors');
    assert.deepEqual([errors.change, errors.verdict], [null, 'worse']);
    assert.ok(Math.abs((errors.shift ?? 0) - 0.003) < 1e-12);
  });

  it('lets small changes pass when asked to', () => {
    const [a, b] = [recorded('a', runs(8, 1000, 800)), recorded('b', runs(8, 950, 840))];
    assert.equal(compareResults(a, [b]).regression, true);
    assert.equal(compareResults(a, [b], { minChange: 0.1 }).regression, false);
    assert.equal(compareResults(a, [b], { alpha: 1e-6 }).regression, false);
  });

  it('compares each of several results with the first, for itself', () => {
    const comparison = compareResults(recorded('a', runs(5, 1000, 800)), [
      recorded('b', runs(5, 1000, 800)),
      recorded('c', runs(5, 850, 920)),
    ]);
    const verdictOf = (result: string) =>
      comparison.metrics.find((metric) => metric.result === result && metric.name === 'qps')?.verdict;
    assert.deepEqual([verdictOf('b'), verdictOf('c')], ['~', 'worse']);
  });

  it('compares operations that both have', () => {
    const withOperations = (read: number, write: number) =>
      runs(6, 1000, 800).map((run, i) => ({
        ...run,
        operations: [
          { ...runOf(900 + i, read + i), name: 'read' },
          { ...runOf(100 + i, write + i), name: 'write' },
        ],
      }));
    const metrics = findMetrics(['p99']);
    const comparison = compareResults(
      recorded('a', withOperations(500, 900)),
      [recorded('b', withOperations(500, 1200))],
      { metrics, operations: true },
    );
    assert.deepEqual(
      comparison.metrics.map(({ name, verdict }) => [name, verdict]),
      [
        ['p99', '~'],
        ['read.p99', '~'],
        ['write.p99', 'worse'],
      ],
    );
    const without = compareResults(recorded('a', runs(6, 1, 1)), [recorded('b', runs(6, 1, 1))], {
      operations: true,
    });
    assert.match(without.warnings.join(), /a has no figures of operations by run/);
  });

  it('has no percentile of runs too small for it, and no figure where nothing succeeded', () => {
    const small = runs(5, 1000, 800).map((run) => ({
      ...run,
      latencyUs: { ...run.latencyUs, response: latencyOf(500, 800) },
    }));
    const none = small.map((run) => ({
      ...run,
      errorRate: 1,
      latencyUs: { ...run.latencyUs, response: latencyOf(0, 1) },
    }));
    const comparison = compareResults(recorded('a', small), [recorded('b', none)]);
    assert.equal(metricOf(comparison, 'p99.9').base.n, 0);
    assert.deepEqual(metricOf(comparison, 'p99').new, {
      median: null,
      low: null,
      high: null,
      confidence: null,
      n: 0,
    });
    assert.equal(metricOf(comparison, 'p99').base.n, 5);
    assert.equal(metricOf(comparison, 'errors').verdict, 'worse');
    assert.match(comparison.warnings.join('\n'), /no run of b has data for p99: too few requests succeeded/);
  });

  it('does not take an invalid or an interrupted measurement for a good one', () => {
    const good = recorded('a', runs(5, 1000, 800));
    const late = recorded('b', runs(5, 1000, 800), {
      validity: { valid: false, reasons: ['late: the generator was late; add workers'] },
    });
    const ended = recorded('c', runs(5, 1000, 800), { verdict: 'interrupted' });
    assert.equal(compareResults(good, [late]).valid, false);
    assert.equal(compareResults(late, [good]).valid, false);
    const { valid, results } = compareResults(good, [ended]);
    assert.equal(valid, false);
    assert.match(results[0]?.validity.reasons.join() ?? '', /^interrupted: /);
  });

  it('takes no luck of random arrivals, which all runs of a seed share, for a difference', () => {
    const of = (seed: number, load: object) =>
      recorded(`seed ${seed}`, runs(5, 1000 + 10 * seed, 800), { plan: { seed, load } });
    const open = { rate: 1000, arrivals: 'poisson' };
    const { valid, results } = compareResults(of(1, open), [of(2, open), of(1, open)]);
    assert.equal(valid, false);
    assert.match(results[0]?.validity.reasons.join() ?? '', /^other-arrivals: .* seed 2 .* seed 1 .*--seed$/);
    assert.equal(results[1]?.validity.valid, true);
    for (const load of [
      { ...open, arrivals: 'constant' },
      { ...open, rate: null },
    ])
      assert.equal(compareResults(of(1, load), [of(2, load)]).valid, true);
  });

  it('says what differs besides', () => {
    const [a, b] = [
      recorded('a', runs(5, 1000, 800)),
      recorded('b', runs(5, 1000, 800), {
        plan: { name: 'q', target: { url: 'http://127.0.0.1:9090/' }, load: { connections: 16, rate: 5 } },
      }),
    ];
    assert.deepEqual(
      compareResults(a, [b]).differences.map(({ path, base, new: other }) => [path, base, other]),
      [
        ['plan.target.url', '"http://127.0.0.1:8080/"', '"http://127.0.0.1:9090/"'],
        ['plan.load.connections', '64', '16'],
        ['plan.load.rate', null, '5'],
      ],
    );
  });
});

describe('differencesBetween', () => {
  it('finds none between a document and itself, and is bounded', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (a, b) => {
          assert.deepEqual(differencesBetween(a, structuredClone(a), 'x'), []);
          const found = differencesBetween(a, b, 'x');
          assert.ok(found.length <= 100);
          for (const { base, new: other } of found)
            assert.ok((base?.length ?? 0) <= 120 && (other?.length ?? 0) <= 120);
        },
      ),
    );
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, i]));
    assert.equal(differencesBetween(many, {}, 'x').length, 100);
  });

  it('goes as deep as a plan is', () => {
    let deep: Record<string, unknown> = { leaf: 1 };
    for (let i = 0; i < 5000; i++) deep = { deep };
    assert.equal(differencesBetween(deep, { deep: 1 }, 'x').length, 1);
    const path = differencesBetween({ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, 'x')[0]?.path;
    assert.equal(path, 'a[0].b');
  });
});

describe('readResult', () => {
  const refused = (text: string) => {
    try {
      readResult(text, 'x.json');
    } catch (error) {
      if (error instanceof ZipfireError && error.code === 'usage') return error.message;
      throw error;
    }
    throw new Error('was read');
  };
  const spoilt = (changes: object) => refused(JSON.stringify(documentOf(runs(2, 1, 1), changes)));

  const wrong: readonly (readonly [changes: object, message: RegExp])[] = [
    [{ schema: 'zipfire.fit/1' }, /^x\.json: schema: expected "zipfire\.result\/1", read "zipfire\.fit\/1"$/],
    [{ runs: [] }, /^x\.json: runs: expected one run at least/],
    [{ runs: 'all' }, /^x\.json: runs: expected a list, read "all"$/],
    [
      { runs: [{ ...runOf(1, 1), qps: 'fast' }] },
      /^x\.json: runs\[0\]\.qps: expected a number ≥ 0, read "fast"$/,
    ],
    [{ runs: [{ ...runOf(1, 1), qps: -1 }] }, /runs\[0\]\.qps: expected a number ≥ 0, read -1/],
    [
      { runs: [{ ...runOf(1, 1), latencyUs: null }] },
      /runs\[0\]\.latencyUs\.response\.count: .*read nothing/,
    ],
    [{ runs: new Array(1001).fill(0) }, /runs: more than 1000 are not read/],
    [{ validity: { valid: 'yes', reasons: [] } }, /validity\.valid: expected true or false/],
    [{ plan: [] }, /plan: expected names and values/],
  ];
  for (const [changes, message] of wrong) {
    it(`refuses ${JSON.stringify(changes).slice(0, 60)}`, () => assert.match(spoilt(changes), message));
  }

  it('refuses what is not JSON, and escapes what it shows', () => {
    assert.match(refused('{'), /^x\.json: not JSON$/);
    assert.match(refused('null'), /schema: expected/);
    assert.doesNotMatch(spoilt({ schema: '\u001b[31m' }), /\u001b/);
  });

  it('throws nothing but its own errors, whatever the document', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(documentOf([]))), (value, name) => {
        const document = { ...documentOf(runs(2, 1, 1)), [name]: value };
        try {
          compareResults(readResult(JSON.stringify(document), 'x'), [recorded('y', runs(2, 1, 1))]);
        } catch (error) {
          assert.ok(error instanceof ZipfireError, String(error));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('findMetrics', () => {
  it('takes names once, in order, and refuses others with the nearest', () => {
    assert.deepEqual(
      findMetrics(['p99', 'qps', 'p99']).map(({ name }) => name),
      ['p99', 'qps'],
    );
    assert.throws(() => findMetrics(['p98']), /no metric "p98"/);
  });
});

describe('readCurve', () => {
  const encode = (highest: number, values: readonly number[]) => {
    const histogram = hdr.build({
      lowestDiscernibleValue: 1,
      highestTrackableValue: highest,
      numberOfSignificantValueDigits: 3,
      bitBucketSize: 64,
      useWebAssembly: false,
    });
    for (const value of values) histogram.recordValue(value);
    return hdr.encodeIntoCompressedBase64(histogram);
  };

  it('gives the times by percentile, as far as there are samples', async () => {
    const values = Array.from({ length: 1000 }, (_, i) => 1000 * (i + 1));
    const curve = await readCurve(encode(3.6e12, values), 'x', 1);
    assert.deepEqual(
      curve.map(({ quantile, us }) => [quantile, Math.round(us / 10) * 10]),
      [
        [0, 0],
        [0.9, 900],
        [0.99, 990],
        [0.999, 1000],
      ],
    );
    assert.deepEqual(await readCurve(encode(3.6e12, []), 'x', 1), []);
  });

  it('refuses what is none of ours, before it takes memory for it', async () => {
    const whole = encode(3.6e12, [1]);
    for (const encoded of ['', 'AAAA', 'A'.repeat(1 << 19), whole.slice(0, 20), encode(2 ** 50, [1])]) {
      await assert.rejects(readCurve(encoded, 'x.json', 5), /^ZipfireError: x\.json: histograms\.response: /);
    }
  });
});
