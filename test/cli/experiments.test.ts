import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Advice } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from './zipfire.js';

let folder: string;
let target: Awaited<ReturnType<typeof startTarget>>;
let server: string;
let port: number;
let service: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-experiments-'));
  target = await startTarget({ port: 0 });
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  port = (free.address() as { port: number }).port;
  free.close();
  await once(free, 'close');
  service = `http://127.0.0.1:${port}/`;
  server = join(folder, 'server.cjs');
  // Answers after WAIT milliseconds, and says its process.
  await writeFile(
    server,
    `console.log('pid ' + process.pid + ' ' + process.argv.slice(2).join(' '));
     require('node:http').createServer((_, r) => setTimeout(() => r.end('ok'), Number(process.env.WAIT ?? 1))).listen(${port}, '127.0.0.1')`,
  );
});
after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

const quick = ['-c', '4', '-t', '1', '-d', '200ms', '--warmup', '20ms', '--arm-duration', '150ms'];
const exec = () => ['--exec', `'${process.execPath}' '${server}'`, '--ready', service];
const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Advice;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function pidsIn(logs: string): Promise<number[]> {
  const files = await readdir(logs);
  const texts = await Promise.all(files.map((file) => readFile(join(logs, file), 'utf8')));
  return texts.map((text) => Number(/pid (\d+)/.exec(text)?.[1]));
}

describe('zipfire advise with experiments', () => {
  it('restarts a service under each setting, and names the one that is proven better', async () => {
    const [out, logs] = [join(folder, 'vary.json'), join(folder, 'vary')];
    const args = [service, ...exec(), '--vary', 'WAIT=60,5', '--logs', logs, ...quick, '--out', out];
    const { code, stdout, stderr } = await zipfire(['advise', ...args]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^2 arms, 6 runs each, in turns: .* under load, about .* with the restarts$/m);
    assert.match(stderr, /^round 6 of 6 {2}WAIT=5 {2}\S+\/s {2}p99 /m);
    const advice = await read(out);
    const [experiment] = advice.experiments;
    assert.deepEqual(
      experiment?.arms.map(({ name, qps }) => [name, qps.length]),
      [
        ['WAIT=60', 6],
        ['WAIT=5', 6],
      ],
    );
    assert.match(stdout, /^Experiment: WAIT$/m);
    // A machine that is too busy for a few requests makes it inconclusive, and says so.
    if (experiment?.invalid.length === 0) {
      assert.equal(experiment.verdict, 'WAIT=5', experiment.conclusion);
      assert.deepEqual(advice.best, { WAIT: '5' });
      const finding = advice.findings.find(({ id, status }) => id === 'EXP01' && status === 'fail');
      assert.ok((finding?.gain?.low ?? 0) > 1.5, JSON.stringify(finding));
      assert.match(stdout, /WAIT=5 .* best$/m);
    }
    // One to look at, and one for each run.
    const pids = await pidsIn(logs);
    assert.ok(pids.length >= 13);
    assert.ok(!pids.some(isAlive));
  });

  it('compares ways to load, two at once, and takes them from the artifacts again', async () => {
    const [out, again, artifacts] = [
      join(folder, 'load.json'),
      join(folder, 'again.json'),
      join(folder, 'facts'),
    ];
    const args = ['--experiment', 'keepalive,connections=2', '--repeats', '1', ...quick, '-q'];
    const files = ['--out', out, '--artifacts', artifacts];
    const { code, stderr } = await zipfire(['advise', `${target.url}/kv/a`, ...args, ...files]);
    assert.equal(code, 0, stderr);
    const { experiments } = await read(out);
    assert.deepEqual(
      experiments.map(({ name, arms }) => [name, arms.map((arm) => arm.name)]),
      [
        ['keepalive', ['keepalive=on', 'keepalive=off']],
        ['connections', ['connections=4', 'connections=2']],
      ],
    );
    assert.ok(
      experiments.every(({ verdict }) => verdict === '~'),
      'one run proves nothing',
    );
    await zipfire(['advise', '--from', artifacts, '--out', again]);
    assert.deepEqual((await read(again)).experiments, experiments);
  });

  it('does not try HTTP/2 where it is not spoken', async () => {
    const out = join(folder, 'http.json');
    const args = [
      service,
      ...exec(),
      '--experiment',
      'http2',
      '--repeats',
      '1',
      ...quick,
      '-q',
      '--out',
      out,
    ];
    const { code, stderr } = await zipfire(['advise', ...args]);
    assert.equal(code, 0, stderr);
    const { experiments, notes } = await read(out);
    assert.deepEqual(experiments, []);
    assert.ok(
      notes.some((note) => /http2 is not tried: the target does not speak HTTP\/2/.test(note)),
      notes.join('\n'),
    );
  });

  it('looks for the best under constraints, and passes flags on', async () => {
    const [out, logs] = [join(folder, 'best.json'), join(folder, 'best')];
    const args = [
      service,
      ...exec(),
      '--vary',
      'WAIT=80,5',
      '--vary-flag',
      '--n=1,2',
      '--factorial',
      '--logs',
      logs,
    ];
    const aim = ['--objective', 'qps', '--subject-to', 'p99 < 70ms', '--repeats', '2', '-q', '--out', out];
    const { code, stderr } = await zipfire(['advise', ...args, ...aim, ...quick]);
    assert.equal(code, 0, stderr);
    const { experiments, best } = await read(out);
    assert.equal(experiments[0]?.arms.length, 4);
    assert.equal(experiments[0]?.arms[0]?.met, 0, 'a wait of 80 ms is not below 70 ms');
    assert.deepEqual(best, {}, 'two runs prove nothing');
    const said = await readFile(join(logs, '001.log'), 'utf8');
    assert.match(said, /--n=1$/m);
  });

  it('waits for a service that accepts connections before it can answer', async () => {
    const [out, starting] = [join(folder, 'starting.json'), join(folder, 'starting.cjs')];
    await writeFile(
      starting,
      `let asked = 0;
       require('node:http').createServer((_, r) => { if (++asked < 4) r.statusCode = 503; r.end('ok') }).listen(${port}, '127.0.0.1')`,
    );
    const args = ['--exec', `'${process.execPath}' '${starting}'`, '--vary', 'WAIT=1,2', '--repeats', '1'];
    const { code, stderr } = await zipfire(['advise', service, ...args, ...quick, '-q', '--out', out]);
    assert.equal(code, 0, stderr);
    const { experiments } = await read(out);
    assert.deepEqual(
      experiments[0]?.arms.map(({ errorRate }) => errorRate),
      [[0], [0]],
    );
  });

  it('gives up a setting under which the service ends, and goes on', async () => {
    const [out, crashing] = [join(folder, 'crash.json'), join(folder, 'crashing.cjs')];
    await writeFile(
      crashing,
      `let asked = 0;
       require('node:http').createServer((_, r) => {
         if (process.env.LIMIT === 'low' && ++asked > 20) throw new Error('out of room');
         r.end('ok');
       }).listen(${port}, '127.0.0.1')`,
    );
    const args = [
      '--exec',
      `'${process.execPath}' '${crashing}'`,
      '--vary',
      'LIMIT=none,low',
      '--repeats',
      '1',
    ];
    const { code, stdout, stderr } = await zipfire(['advise', service, ...args, ...quick, '--out', out]);
    assert.equal(code, 0, stderr);
    const said =
      /LIMIT=low was given up: the service with LIMIT=low ended by itself \(exit code [17]\); all of it is in \S+\.log/;
    const { experiments, notes } = await read(out);
    assert.match(notes.join('\n'), said);
    assert.match(experiments[0]?.conclusion ?? '', said);
    assert.deepEqual(
      experiments[0]?.arms.map(({ qps }) => qps.length),
      [1, 0],
    );
    assert.match(stderr, /^round 1 of 1 {2}LIMIT=low {2}given up: the service with LIMIT=low ended/m);
    assert.match(stdout, /LIMIT=low .* given up$/m);
  });

  it('calls a method of a gRPC service that it starts', async () => {
    const out = join(folder, 'grpc.json');
    const bin = fileURLToPath(new URL('../../../bin/zipfire.js', import.meta.url));
    const exec = `'${process.execPath}' '${bin}' serve --port 0 --grpc-port ${port}`;
    const load = ['--call', 'kv.v1.KV/Get', '--data', '{"key":"a"}', '--concurrency', '8'];
    const { code, stderr } = await zipfire([
      'advise',
      `grpc://127.0.0.1:${port}`,
      ...load,
      ...['--exec', exec, '--vary', 'A=1,2', '--experiment', 'streams=2', '--repeats', '1'],
      ...quick.filter((word, i) => word !== '-c' && quick[i - 1] !== '-c'),
      ...['-q', '--out', out],
    ]);
    assert.equal(code, 0, stderr);
    const { experiments } = await read(out);
    assert.deepEqual(
      experiments.map(({ arms }) => arms.map(({ name, qps }) => [name, (qps[0] ?? 0) > 0])),
      [
        [
          ['A=1', true],
          ['A=2', true],
        ],
        [
          ['streams=8', true],
          ['streams=2', true],
        ],
      ],
    );
  });

  it('hides secrets that a service says', async () => {
    const hush = 'hushhushhush';
    const args = [
      service,
      '--exec',
      `'${process.execPath}' -e "console.log(process.env.API_TOKEN)"`,
      ...quick,
    ];
    const { code, stderr, stdout } = await zipfire([
      'advise',
      ...args,
      '--vary',
      `API_TOKEN=${hush},${hush}2`,
    ]);
    assert.equal(code, 4);
    assert.match(stderr, /the service with API_TOKEN=\(value 1\) ended by itself \(exit code 0\)/);
    assert.doesNotMatch(stderr + stdout, new RegExp(hush));
  });

  it('refuses what no call has', async () => {
    const args = ['grpc://127.0.0.1:1', '--call', 'kv.v1.KV/Get', '--pipeline', '2'];
    const { code, stderr } = await zipfire(['advise', ...args]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--pipeline is not for a gRPC call/);
  });

  const refused: readonly [string, readonly string[], RegExp][] = [
    ['variables without a service', ['--vary', 'A=1,2'], /--vary and --vary-flag restart the service/],
    [
      'an unknown experiment',
      ['--experiment', 'tls'],
      /expected keepalive, http2, connections, streams or all/,
    ],
    ['an objective without an experiment', ['--objective', 'qps'], /--objective is for experiments/],
    [
      'the wrong end of a metric',
      ['--experiment', 'keepalive', '--objective', 'min qps'],
      /qps is better higher/,
    ],
    ['no metric', ['--experiment', 'keepalive', '--objective', 'speed'], /no metric "speed"/],
    ['a constraint that is no gate', ['--experiment', 'keepalive', '--subject-to', 'p99'], /p99/],
    ['--ready without --exec', ['--ready', 'http://127.0.0.1:1/'], /--ready is for --exec/],
    ['a pipe without a shell', ['--exec', 'a | b'], /\| is for a shell/],
    ['a call of no gRPC target', ['--call', 'kv.v1.KV/Get'], /--call calls a gRPC target/],
    ['what only a call has', ['--proto', 'kv.proto'], /--proto is for a gRPC call/],
    [
      'a time that is out of range',
      ['--experiment', 'keepalive', '--arm-duration', '1h'],
      /--arm-duration takes 100 ms to 10 min/,
    ],
    [
      'a share that is none',
      ['--experiment', 'keepalive', '--min-effect', '200%'],
      /--min-effect: a share is at most 100%/,
    ],
    ['stages', ['--experiment', 'keepalive', '--stages', 'const:10/1s'], /steady load/],
  ];
  for (const [what, args, message] of refused)
    it(`refuses ${what}`, async () => {
      const { code, stderr } = await zipfire(['advise', `${target.url}/kv/a`, ...args]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    });
});
