import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
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
    const args = [
      service,
      ...exec(),
      '--vary',
      'WAIT=60,5',
      '--logs',
      logs,
      ...quick.slice(0, -1),
      '500ms',
      '--out',
      out,
    ];
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
});
