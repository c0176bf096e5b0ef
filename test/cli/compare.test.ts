import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { documentOf, runs } from '#zipfire/compare/recorded.test.kit.js';
import type { Comparison, Result } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from './zipfire.js';

let folder: string;
let target: Awaited<ReturnType<typeof startTarget>>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-compare-'));
  target = await startTarget({ port: 0 });
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

async function file(name: string, document: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof document === 'string' ? document : JSON.stringify(document));
  return path;
}

const base = () => file('base.json', documentOf(runs(10, 1000, 800)));
const slow = () => file('slow.json', documentOf(runs(10, 850, 920)));
const invalid = () =>
  file(
    'invalid.json',
    documentOf(runs(10, 1000, 800), { validity: { valid: false, reasons: ['late: sent late'] } }),
  );

describe('zipfire compare', () => {
  it('shows what is proven, and fails on a regression only when asked to', async () => {
    const [a, b] = [await base(), await slow()];
    const shown = await zipfire(['compare', a, b]);
    assert.deepEqual([shown.code, shown.stderr], [0, '']);
    assert.match(shown.stdout, /^✗ REGRESSION {2}worse: qps, p50, p90, p99, p99\.9\n/);
    assert.equal((await zipfire(['compare', a, b, '--fail-on', 'regression'])).code, 3);
    assert.equal((await zipfire(['compare', b, a, '--fail-on', 'regression'])).code, 0);
    assert.equal((await zipfire(['compare', a, a, '--fail-on', 'regression'])).code, 0);
    const lenient = ['compare', a, b, '--fail-on', 'regression', '--min-change', '20%'];
    assert.equal((await zipfire(lenient)).code, 0);
  });

  it('passes no invalid measurement, and says which it is', async () => {
    const { code, stdout } = await zipfire([
      'compare',
      await base(),
      await invalid(),
      '--fail-on',
      'regression',
    ]);
    assert.equal(code, 5);
    assert.match(stdout, /^! INVALID {2}.*invalid\.json: do not judge/);
    assert.equal((await zipfire(['compare', await base(), await invalid()])).code, 0);
  });

  it('fails on what is proven worse although the target spoilt its own measurement by it', async () => {
    const reasons = ['rate-missed: 90 % of the planned requests were sent, as all were busy; more of them'];
    const spoilt = async (name: string, changes: object, count = 10) =>
      (
        await zipfire([
          'compare',
          await base(),
          await file(name, documentOf(runs(count, 850, 920), changes)),
          '--fail-on',
          'regression',
        ])
      ).code;
    assert.equal(await spoilt('missed.json', { validity: { valid: false, reasons } }), 3);
    const late = { valid: false, reasons: [...reasons, 'lateness: sent late'] };
    assert.equal(await spoilt('both.json', { validity: late }), 5);
    // Of one run nothing is proven.
    assert.equal(await spoilt('one.json', { validity: { valid: false, reasons } }, 1), 5);
    assert.equal(await spoilt('ended.json', { verdict: 'interrupted' }), 5);
  });

  it('writes the contracted JSON alone on stdout with --out -', async () => {
    const [a, b] = [await base(), await slow()];
    const { stdout } = await zipfire([
      'compare',
      a,
      b,
      '--metrics',
      'p99,mean',
      '--alpha',
      '1%',
      '--out',
      '-',
    ]);
    const comparison = JSON.parse(stdout) as Comparison;
    assert.equal(comparison.schema, 'zipfire.comparison/1');
    assert.deepEqual([comparison.alpha, comparison.regression, comparison.valid], [0.01, true, true]);
    assert.deepEqual(
      comparison.metrics.map(({ name, result, verdict, base: { n } }) => [name, result, verdict, n]),
      [
        ['p99', b, 'worse', 10],
        ['mean', b, 'worse', 10],
      ],
    );
  });

  const wrong: readonly (readonly [args: string[], message: RegExp])[] = [
    [['compare'], /something is missing: zipfire compare <base> <results\.\.>/],
    [['compare', 'BASE'], /something is missing: zipfire compare <base> <results\.\.>/],
    [['compare', 'BASE', 'missing.json'], /missing\.json: there is no such file/],
    [['compare', 'BASE', 'BASE', '--metrics', 'p98'], /--metrics: no metric "p98"\n.*p9/],
    [['compare', 'BASE', 'BASE', '--alpha', '2'], /--alpha: a share is at most 100%/],
    [['compare', 'BASE', 'BASE', '--alpha', '0'], /--alpha: expected a chance/],
    [['compare', 'BASE', 'BASE', '--fail-on', 'change'], /--fail-on: expected regression/],
    [['compare', 'BASE', 'BASE', '--min-chang', '1%'], /did you mean --min-change\?/],
    [['compare', 'BASE', 'BROKEN'], /broken\.json: not JSON/],
    [
      ['compare', 'BASE', 'OTHER'],
      /other\.json: schema: expected "zipfire\.result\/1", read "zipfire\.fit\/1"/,
    ],
    [['compare', 'BASE', 'BOMB'], /bomb\.json: histograms\.response: expected an HdrHistogram/],
  ];
  for (const [args, message] of wrong) {
    it(`2 for zipfire ${args.join(' ')}`, async () => {
      const paths: Readonly<Record<string, string>> = {
        BASE: await base(),
        BROKEN: await file('broken.json', '{"schema":'),
        OTHER: await file('other.json', { schema: 'zipfire.fit/1' }),
        BOMB: await file(
          'bomb.json',
          documentOf(runs(5, 1, 1), { histograms: { response: 'HISTFAAAAB4=', service: '' } }),
        ),
      };
      const { code, stderr, stdout } = await zipfire(args.map((arg) => paths[arg] ?? arg));
      assert.equal(code, 2, stdout);
      assert.match(stderr, message);
    });
  }
});

describe('zipfire run --baseline', () => {
  const load = () => [
    `${target.url}/kv/{{key}}`,
    '--keys',
    'zipf:n=1e4',
    '-n',
    '200',
    '-c',
    '4',
    '-t',
    '1',
    '-q',
  ];

  it('compares what it ran, repeat by repeat, with results of its own', async () => {
    const out = join(folder, 'first.json');
    assert.equal((await zipfire([...load(), '--repeat', '2', '--out', out])).code, 0);
    const { runs: repeats } = JSON.parse(await readFile(out, 'utf8')) as Result;
    assert.equal(repeats.length, 2);
    const { code, stdout, stderr } = await zipfire([...load(), '--baseline', out, '--fail-on', 'regression']);
    // Two runs and one prove nothing; 5: a machine too busy for the figures to hold.
    assert.ok(code === 0 || code === 5, stderr);
    assert.match(stdout, /\n2 runs of .*against 1 run of this run/);
    assert.match(stdout, /can prove nothing about/);
  });

  it('fails when it is proven worse, by its exit code', async () => {
    const fast = runs(8, 1e9, 0.001);
    const path = await file('fast.json', documentOf(fast));
    const { code, stdout } = await zipfire([
      ...load(),
      '--repeat',
      '8',
      '--baseline',
      path,
      '--fail-on',
      'regression',
    ]);
    assert.ok(code === 3 || code === 5, String(code));
    assert.match(stdout, /✗ REGRESSION {2}worse: qps/);
  });

  it('refuses a wrong baseline before anything is sent', async () => {
    const before = target.counters.requests;
    const path = await file('wrong.json', { schema: 'zipfire.result/1' });
    const { code, stderr } = await zipfire([...load(), '--baseline', path]);
    assert.equal(code, 2);
    assert.match(stderr, /wrong\.json: /);
    assert.match((await zipfire([...load(), '--fail-on', 'regression'])).stderr, /worse than what\?/);
    assert.equal(target.counters.requests, before);
  });

  it('compares operations run by run', async () => {
    const profile = await file(
      'two.yaml',
      `version: 1\ntarget: ${target.url}\nkeys: { user: { uniform: { n: 100 } } }\noperations:\n  read: { weight: 2, get: "/kv/{{user}}" }\n  write: { put: "/kv/{{user}}", body: x }\nload: { connections: 2, workers: 1 }\nphases: { requests: 300, repeat: 2 }\n`,
    );
    const out = join(folder, 'two.json');
    assert.equal((await zipfire(['run', profile, '-q', '--out', out])).code, 0);
    const { stdout } = await zipfire(['compare', out, out, '--operations', '--out', '-']);
    const names = (JSON.parse(stdout) as Comparison).metrics.map(({ name, base: { n } }) => [name, n]);
    assert.deepEqual(names[6], ['read.qps', 2]);
    assert.deepEqual(names[12], ['write.qps', 2]);
  });
});
