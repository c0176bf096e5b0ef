import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { orderOfRound } from '#zipfire/cli/matrix/order.js';
import type { MatrixResult } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { start, zipfire } from './zipfire.js';

const ready = fileURLToPath(new URL('../../../profiles/matrix-12.yaml', import.meta.url));
const tiny = ['-n', '30', '--warmup', '0s', '-q'];

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-matrix-'));
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const two = (more = '') => `version: 1
target: ${target.url}
matrix: { axes: { connections: [1, 2] }, repeat: 2 }
keys: { user: { uniform: { n: 50 } } }
operations:
  write: { put: "/kv/{{user}}", body: x }
load: { connections: "\${matrix.connections}", workers: 1 }
phases: { prefill: { operation: write, keys: user, count: 50 }, requests: 20 }
${more}`;

describe('zipfire run of a matrix', () => {
  const builds = (head: string) => `version: 1
target: \${matrix.build}
matrix: { axes: { build: { base: "${target.url}", head: "${head}" } }, repeat: 6 }
operations: { read: { get: /kv/a } }
load: { connections: 2, workers: 1 }
phases: { requests: 50 }
`;

  it('fails with --fail-on regression when a value is proven worse than its baseline', async () => {
    const slow = await startTarget({ port: 0, latency: '10ms' });
    try {
      const path = await file('builds.yaml', builds(slow.url));
      const { code, stdout, stderr } = await zipfire(['run', path, '-q', '--fail-on', 'regression']);
      // 5: a busy machine spoilt a run.
      assert.ok(code === 3 || code === 5, `exit ${code}: ${stderr}${stdout}`);
      assert.match(stdout, /^build +base → head .*✗/m);
      assert.equal((await zipfire(['run', path, '-q', '--repeat', '1'])).code, 0, 'nobody asked to fail');
    } finally {
      await slow.close();
    }
  });

  it('does not fail so where nothing is worse, and takes no other word', async () => {
    const path = await file('same.yaml', builds(target.url.replace('127.0.0.1', 'localhost')));
    const fast = ['--repeat', '2', '-n', '20'];
    const { code, stderr } = await zipfire(['run', path, '-q', '--fail-on', 'regression', ...fast]);
    assert.ok(code === 0 || code === 5, stderr);
    const other = await zipfire(['run', path, '-q', '--fail-on', 'anything']);
    assert.equal(other.code, 2);
    assert.match(other.stderr, /--fail-on: expected regression/);
  });

  it('runs the ready one, every cell in every round, in another order each time', async () => {
    const [out, csv] = [join(folder, 'm.json'), join(folder, 'm.csv')];
    const args = ['run', ready, ...tiny, '--repeat', '2', '--out', out, '--csv', csv];
    // A prefill of 100,000 keys is not what this is about.
    const text = (await readFile(ready, 'utf8')).replace('count: 100_000 }', 'count: 100 }');
    args[1] = await file('matrix-12.yaml', text);
    const { code, stdout, stderr } = await zipfire(args, { TARGET: target.url });
    assert.ok(code === 0 || code === 5, stderr);
    assert.match(stdout, /matrix-12 · 12 cells · 2 runs each, in turns/);
    assert.match(stdout, /^connections +16 → 64 /m);
    const result = JSON.parse(await readFile(out, 'utf8')) as MatrixResult;
    assert.equal(result.schema, 'zipfire.matrix/1');
    assert.equal(result.cells.length, 12);
    assert.equal(new Set(result.cells.map(({ values }) => JSON.stringify(values))).size, 12);
    const runs = result.cells.flatMap((cell) => cell.runs);
    assert.deepEqual(
      runs.map(({ order }) => order).sort((a, b) => a - b),
      Array.from({ length: 24 }, (_, i) => i + 1),
    );
    for (const cell of result.cells) {
      assert.deepEqual(
        cell.runs.map(({ round }) => round),
        [1, 2],
      );
      for (const { order, round, summary } of cell.runs) {
        assert.equal(Math.ceil(order / 12), round);
        assert.equal(summary.sent, 30);
      }
      const qps = cell.figures.find(({ metric }) => metric === 'qps');
      assert.equal(qps?.n, 2);
    }
    const lines = (await readFile(csv, 'utf8')).split('\r\n');
    assert.equal(lines.length, 26);
    assert.match(lines[0] ?? '', /^cell,skew,reads,connections,round,order,startedAt,valid,/);
  });

  it('writes what all cells share once', async () => {
    const counted = target.counters.requests;
    const { code, stderr } = await zipfire(['run', await file('two.yaml', two()), '-q']);
    assert.equal(code, 0, stderr);
    assert.equal(target.counters.requests - counted, 50 + 4 * 20);
  });

  it('says on stderr which run of which cell it is at', async () => {
    const { stderr } = await zipfire(['run', await file('two.yaml', two()), '--repeat', '1']);
    assert.match(stderr, /^1\/2 {2}round 1 {2}connections=[12]$/m);
    assert.match(stderr, /^2\/2 {2}round 1 {2}connections=[12]$/m);
  });

  it('writes JSON alone on stdout, and fails with a gate', async () => {
    const profile = await file('gated.yaml', two('gates: [ p99 < 1ns ]\n'));
    const { code, stdout } = await zipfire(['run', profile, '-q', '--out', '-']);
    assert.equal(code, 3);
    const { cells } = JSON.parse(stdout) as MatrixResult;
    for (const { verdict } of cells.flatMap(({ runs }) => runs)) assert.equal(verdict, 'fail');
  });

  it('keeps the whole runs when it is interrupted', async () => {
    const profile = await file('long.yaml', two().replace('requests: 20', 'requests: 3000, measure: 60s'));
    const out = join(folder, 'partial.json');
    const { child, finished } = start(['run', profile, '--repeat', '100', '--out', out]);
    let progress = '';
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        progress += chunk;
        if (/^4\/200 /m.test(progress)) resolve();
      });
    });
    child.kill('SIGINT');
    const { code, stdout } = await finished;
    assert.equal(code, 130);
    assert.match(stdout, /^! INTERRUPTED {2}after \d+ of 200 runs\n/);
    const { interrupted, cells } = JSON.parse(await readFile(out, 'utf8')) as MatrixResult;
    assert.equal(interrupted, true);
    const runs = cells.flatMap((cell) => cell.runs);
    assert.ok(runs.length >= 3);
    for (const { summary, verdict } of runs) {
      assert.equal(summary.sent, 3000);
      assert.notEqual(verdict, 'interrupted');
    }
  });

  it('keeps what it measured when the target goes away', async () => {
    const mortal = await startTarget({ port: 0 });
    const profile = await file(
      'mortal.yaml',
      two().replace(target.url, mortal.url).replace('requests: 20', 'requests: 3000, measure: 60s'),
    );
    const out = join(folder, 'mortal.json');
    const { child, finished } = start(['run', profile, '--repeat', '100', '--out', out]);
    let progress = '';
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        progress += chunk;
        if (/^3\/200 /m.test(progress)) resolve();
      });
    });
    await mortal.close();
    const { code, stderr } = await finished;
    assert.equal(code, 4, stderr);
    const { cells, interrupted } = JSON.parse(await readFile(out, 'utf8')) as MatrixResult;
    assert.equal(interrupted, false);
    assert.ok(cells.flatMap(({ runs }) => runs).length >= 2);
  });

  const wrong: readonly (readonly [args: string[], message: RegExp])[] = [
    [['--junit', 'x.xml'], /--junit is for single runs\n.*--out and --csv/],
    [['--baseline', 'x.json'], /--baseline is for single runs/],
    [['--out', '-', '--csv', '-'], /both want stdout/],
    [['-c', '5'], /the cells connections=1 and connections=2 are the same run/],
  ];
  for (const [args, message] of wrong) {
    it(`2 for a matrix with ${args.join(' ')}, and nothing sent`, async () => {
      const counted = target.counters.requests;
      const { code, stderr } = await zipfire(['run', await file('two.yaml', two()), '-q', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.equal(target.counters.requests, counted);
    });
  }
});

describe('order of a round', () => {
  it('has every cell once, follows from seed and round, and differs', () => {
    const orders = [1, 2, 3].map((round) => orderOfRound(12, 7, round));
    for (const order of orders) {
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        Array.from({ length: 12 }, (_, i) => i),
      );
    }
    assert.deepEqual(orderOfRound(12, 7, 2), orders[1]);
    assert.notDeepEqual(orders[0], orders[1]);
    assert.notDeepEqual(orderOfRound(12, 8, 1), orders[0]);
  });

  it('puts each cell at each place equally often', () => {
    const first = new Array<number>(5).fill(0);
    for (let round = 1; round <= 5000; round++) first[orderOfRound(5, 1, round)[0] as number]!++;
    // 4.5 standard deviations of a binomial around 1000.
    for (const count of first) assert.ok(Math.abs(count - 1000) < 4.5 * Math.sqrt(800), String(first));
  });
});
