import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { MatrixResult, Result } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from './zipfire.js';

/** Every fourth request fails, and each takes a while: nothing here is a matter of the machine's speed. */
let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0, grpcPort: 0, latency: '5ms', errorShare: 0.25 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-gates-'));
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

const load = ['-c', '4', '-t', '2', '-q'];
const gated = (...gates: string[]) => gates.flatMap((gate) => ['--gate', gate]);

async function measured(args: readonly string[]) {
  const out = join(folder, 'result.json');
  const finished = await zipfire([...args, '--out', out]);
  assert.ok(finished.code !== 1 && finished.code !== 2, finished.stderr);
  return { ...finished, result: JSON.parse(await readFile(out, 'utf8')) as Result };
}

describe('gates of a run', () => {
  it('are judged in windows, by budget and by the second', async () => {
    const { code, stdout, result } = await measured([
      `${target.url}/kv/a`,
      ...load,
      '-d',
      '3s',
      ...gated(
        'errors < 1% in every 1s window',
        'p99 < 1h in every 1s window',
        'status(5xx) > 0 in every 1s window',
        'qps > 0/s in 3 of 3 1s windows',
        'burn(50%, 1h) < 2',
        'burn(99.9%, 1s) < 2',
        'jitter(qps) < 1000%',
        'abort when p99 > 1h',
      ),
    ]);
    assert.deepEqual(
      result.gates.map(({ verdict }) => verdict),
      ['fail', 'pass', 'pass', 'pass', 'pass', 'fail', 'pass', 'pass'],
      JSON.stringify(result.gates),
    );
    const [errors] = result.gates;
    assert.deepEqual([errors?.windows?.total, errors?.windows?.held, errors?.unit], [3, 0, 'share']);
    assert.deepEqual(
      errors?.windows?.broken.map(({ run, fromSec, toSec }) => [run, fromSec, toSec]),
      [
        [1, 0, 1],
        [1, 1, 2],
        [1, 2, 3],
      ],
    );
    assert.equal(code, 3);
    assert.match(stdout, /broken in 3 of 3 windows: 0:00–0:01 /);
  });

  it('do not pass in the document of a measurement that does not hold', async () => {
    // One connection, and 5 ms a request: not a tenth of the rate.
    const { code, stdout, result } = await measured([
      `${target.url}/kv/a`,
      ...['-q', '-c', '1', '-t', '1', '-R', '4k', '-d', '1s'],
      ...gated('errors < 99%', 'p99 < 1h'),
    ]);
    assert.equal(code, 5);
    assert.equal(result.verdict, 'invalid');
    assert.deepEqual(
      result.gates.map(({ verdict, actual, why }) => [verdict, typeof actual, why]),
      Array(2).fill(['no-data', 'number', 'not judged: the measurement does not hold']),
    );
    assert.match(stdout, /gates, not judged/);
  });

  it('end a run, whose result is written all the same', async () => {
    const junit = join(folder, 'gates.xml');
    const { code, stdout, result } = await measured([
      `${target.url}/kv/a`,
      ...load,
      '-d',
      '60s',
      '--repeat',
      '3',
      '--junit',
      junit,
      ...gated('abort when errors > 5% in a 1s window'),
    ]);
    assert.equal(code, 3);
    assert.equal(result.verdict, 'fail');
    assert.equal(result.runs.length, 1);
    assert.ok(result.summary.durationSec < 60);
    const [gate] = result.gates;
    assert.deepEqual([gate?.verdict, gate?.abortedAtSec], ['fail', gate?.windows?.broken[0]?.toSec]);
    assert.match(stdout, /^✗ FAIL {2}abort when errors > 5% in a 1s window/);
    assert.match(stdout, /it ended the run after \d+ s/);
    assert.match(await readFile(junit, 'utf8'), /it ended the run after \d+ s by the window 0:0\d–0:0\d/);
    const base = ['--baseline', join(folder, 'result.json')];
    const next = await measured([
      `${target.url}/kv/a`,
      ...load,
      '-n',
      '20',
      ...base,
      ...gated('p99 < 9 x baseline'),
    ]);
    assert.equal(next.result.gates[0]?.why, 'the measurement of the baseline does not hold');
  });

  it('compare with a baseline', async () => {
    const base = join(folder, 'base.json');
    const first = await zipfire([`${target.url}/kv/a`, ...load, '-n', '400', '--out', base]);
    assert.equal(first.code, 0, first.stderr);
    const { result } = await measured([
      `${target.url}/kv/a`,
      ...load,
      '-n',
      '400',
      '--baseline',
      base,
      ...gated('p99 <= 1000 x baseline', 'errors < 1% of baseline', 'request.p50 > 0.001 x baseline'),
    ]);
    assert.deepEqual(
      result.gates.map(({ verdict }) => verdict),
      ['pass', 'fail', 'pass'],
      JSON.stringify(result.gates),
    );
  });

  it('are refused before anything is sent where they could not be judged', async () => {
    const counted = target.counters.requests;
    const profile = join(folder, 'matrix.yaml');
    await writeFile(
      profile,
      `version: 1
target: ${target.url}
matrix: { axes: { connections: [1, 2] } }
operations: { read: { get: /kv/a } }
load: { connections: "\${matrix.connections}" }
gates: [ "p99 < 2 x baseline" ]
`,
    );
    const wrong: [string[], RegExp][] = [
      [
        [`${target.url}/kv/a`, ...gated('p99 < 2 x baseline')],
        /compares with a baseline, and there is none\n.*--baseline/,
      ],
      [[profile], /a matrix has none: its cells are compared with each other/],
      [
        [`${target.url}/kv/a`, '-d', '5s', ...gated('p99 < 1s in every 10s window')],
        /a run of 5 s has no window of 10 s/,
      ],
    ];
    for (const [args, message] of wrong) {
      const { code, stderr } = await zipfire([...args, '-q']);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
    assert.equal(target.counters.requests, counted);
  });

  it('are those of calls, too', async () => {
    const place = target.grpc?.url.replace('grpc://', '') ?? '';
    const { result } = await measured([
      'grpc',
      place,
      '--call',
      'kv.v1.KV/Get',
      '-d',
      '{"key":"a"}',
      '-q',
      '-c',
      '4',
      '-z',
      '2s',
      ...gated('grpc(UNAVAILABLE) < 1% in every 1s window', 'grpc(INTERNAL) == 0', 'grpc(unavailable) > 0'),
    ]);
    assert.deepEqual(
      result.gates.map(({ verdict }) => verdict),
      ['fail', 'pass', 'pass'],
      JSON.stringify(result.gates),
    );
    assert.equal(result.gates[0]?.windows?.held, 0);
  });

  it('are judged in every run of a matrix, which goes on when one is ended', async () => {
    const profile = join(folder, 'abort.yaml');
    const out = join(folder, 'matrix.json');
    await writeFile(
      profile,
      `version: 1
target: ${target.url}
matrix: { axes: { connections: [2, 4] }, repeat: 1 }
operations: { read: { get: /kv/a } }
load: { connections: "\${matrix.connections}", workers: 1 }
phases: { measure: 60s }
gates: [ "abort when read.errors > 5% in a 1s window" ]
`,
    );
    const { code, stderr } = await zipfire(['run', profile, '-q', '--out', out]);
    assert.equal(code, 3, stderr);
    const { cells } = JSON.parse(await readFile(out, 'utf8')) as MatrixResult;
    assert.deepEqual(
      cells.flatMap(({ runs }) => runs.map(({ verdict }) => verdict)),
      ['fail', 'fail'],
    );
  });
});
