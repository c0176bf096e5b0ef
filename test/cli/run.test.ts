import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { runFlagGroups } from '#zipfire/cli/run-flags.js';
import type { Result } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { start, zipfire } from './zipfire.js';

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-'));
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

const kv = () => `${target.url}/kv/{{key}}`;
const keys = ['--keys', 'zipf:n=1e4,alpha=1.2'];

describe('zipfire <url>', () => {
  it('reports on stdout, says what it does on stderr, and passes', async () => {
    const { code, stdout, stderr } = await zipfire([kv(), ...keys, '-n', '500', '-c', '8', '-t', '2']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^QPS [\d,.]+ /);
    assert.match(stdout, /500 sent · 500 ok · 0 errors/);
    assert.match(stderr, /closed loop · 8 connections on 2 workers · 500 requests/);
    assert.doesNotMatch(stdout + stderr, /\x1b/);
  });

  it('is the same as run <url>, wherever the flags stand', async () => {
    for (const args of [
      ['-n', '50', `${target.url}/`],
      ['run', '-n', '50', `${target.url}/`],
      [`${target.url}/`, '-n', '50'],
    ]) {
      const { code, stdout } = await zipfire(args);
      assert.equal(code, 0);
      assert.match(stdout, /50 sent/);
    }
  });

  it('writes the contracted JSON alone on stdout with --out -', async () => {
    const { code, stdout } = await zipfire([kv(), ...keys, '-n', '300', '--out', '-', '--seed', '9']);
    assert.equal(code, 0);
    const result = JSON.parse(stdout) as Result;
    assert.equal(result.schema, 'zipfire.result/1');
    assert.equal(result.seed, 9);
    assert.equal(result.summary.planned, 300);
    assert.equal(result.summary.sent + result.summary.dropped + result.summary.unsent, 300);
    assert.equal(result.keys['key']?.drawn, 300);
    assert.equal(result.verdict, 'pass');
    assert.ok(result.histograms.response.length > 0);
  });

  it('holds an open loop to its schedule', async () => {
    const { code, stdout } = await zipfire([kv(), ...keys, '-R', '1k', '-d', '1s', '-c', '20', '--out', '-']);
    assert.equal(code, 0);
    const { summary } = JSON.parse(stdout) as Result;
    assert.equal(summary.planned, 1000);
    assert.equal(summary.targetRate, 1000);
    assert.equal(summary.latencyUs.lateness.count, summary.sent);
  });
});

describe('exit codes', () => {
  it('3 when a gate fails, and the verdict comes first', async () => {
    const { code, stdout } = await zipfire([
      kv(),
      ...keys,
      '-n',
      '100',
      '--gate',
      'p99 < 1us',
      '--gate',
      'errors == 0',
    ]);
    assert.equal(code, 3);
    assert.match(stdout, /^✗ FAIL {2}1 of 2 gates failed\n/);
  });

  it('3 when there is no data for a gate', async () => {
    const { code, stdout } = await zipfire([`${target.url}/status/500`, '-n', '20', '--gate', 'p99 < 1s']);
    assert.equal(code, 3);
    assert.match(stdout, /FAIL/);
  });

  it('4 when nothing can be connected, with one clear line', async () => {
    const gone = await startTarget({ port: 0 });
    await gone.close();
    const { code, stdout, stderr } = await zipfire([`${gone.url}/`, '-q']);
    assert.equal(code, 4);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^zipfire: cannot connect to http:\/\/127\.0\.0\.1:\d+\/: connection refused \(ECONNREFUSED\)\n/,
    );
  });

  it('130 when interrupted, with the partial result still written', async () => {
    const out = join(folder, 'partial.json');
    const before = target.counters.requests;
    const { child, finished } = start([kv(), ...keys, '-d', '600s', '--out', out]);
    // The target has seen requests: the run is under way.
    while (target.counters.requests < before + 2000) await new Promise((resolve) => setImmediate(resolve));
    child.kill('SIGINT');
    const { code, stdout } = await finished;
    assert.equal(code, 130);
    assert.match(stdout, /INTERRUPTED/);
    const { summary, verdict } = JSON.parse(await readFile(out, 'utf8')) as Result;
    assert.equal(verdict, 'interrupted');
    assert.ok(summary.sent > 0);
    assert.equal(summary.sent, summary.ok + summary.errors);
  });
});

describe('bad input', () => {
  const wrong: [args: string[], message: RegExp][] = [
    [[], /give a URL, a profile, or a command/],
    [['127.0.0.1:8080'], /did you mean http:\/\/127\.0\.0\.1:8080 \?/],
    [['-c', '4', '-d', '1s', 'localhost:8080'], /did you mean http:\/\/localhost:8080 \?/],
    [['-c', '4'], /^zipfire: give a URL, a profile, or a command/],
    [['--connections', '4'], /^zipfire: give a URL, a profile, or a command/],
    [['--conections', '4'], /conections is neither .*\n {2}→ did you mean --connections\?/],
    [['http://'], /URL/],
    [['ftp://127.0.0.1/'], /ftp/],
    [['http://127.0.0.1/', '--conections', '4'], /did you mean --connections\?/],
    [['http://127.0.0.1/', '-c', 'abc'], /--connections: expected a whole number.*"abc"/],
    [['http://127.0.0.1/', '-c', '0'], /--connections/],
    [['http://127.0.0.1/', '-c', '2', '-t', '4'], /--workers/],
    [['http://127.0.0.1/', '-c', '2', '-c', '3'], /--connections is given more than once/],
    [['http://127.0.0.1/', '-R', 'fast'], /--rate/],
    [['http://127.0.0.1/{{key}}', '--keys', 'zipf:n=10,alpha=-1'], /alpha must be/],
    [['http://127.0.0.1/{{key}}', '--keys', 'zipf:n=0'], /n must be/],
    [['http://127.0.0.1/{{key}}', '--keys', 'zpif:n=10'], /did you mean "?zipf/],
    [['http://127.0.0.1/{{kye}}', '--keys', 'zipf:n=10'], /\{\{kye\}\}/],
    [['http://127.0.0.1/', '--gate', 'p98 < 5ms'], /p98.*\n.*p98 < 5ms\n.*\^/],
    [['http://127.0.0.1/', '-H', 'no colon'], /--header/],
    [['http://127.0.0.1/', '--out', '-', '--junit', '-'], /both want stdout/],
    [['missing.yaml'], /missing\.yaml: there is no such file/],
    [['dmo'], /did you mean demo\?/],
  ];
  for (const [args, message] of wrong) {
    it(`2 for zipfire ${args.join(' ')}`, async () => {
      const { code, stdout, stderr } = await zipfire(args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, '');
    });
  }

  it('2 for a wrong profile, with file, line and column, and nothing sent', async () => {
    const profile = join(folder, 'wrong.yaml');
    await writeFile(
      profile,
      `version: 1\ntarget: ${target.url}\noperations:\n  read: { get: /kv/1 }\nload: { conections: 4 }\n`,
    );
    const before = target.counters.requests;
    const { code, stderr } = await zipfire([profile]);
    assert.equal(code, 2);
    assert.match(stderr, /wrong\.yaml:5:9: .*conections.*did you mean "connections"\?/);
    assert.equal(target.counters.requests, before);
  });
});

describe('zipfire init', () => {
  it('writes a profile that runs as it is, and does not replace one', async () => {
    const file = join(folder, 'zipfire.yaml');
    assert.equal((await zipfire(['init', file])).code, 0);
    const { code, stdout } = await zipfire(['init', '-']);
    assert.equal(code, 0);
    assert.equal(stdout, await readFile(file, 'utf8'));
    const again = await zipfire(['init', file]);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /--force/);
    const run = await zipfire([file, '-n', '200', '-d', '10s', '--warmup', '0s', '--out', '-'], {
      TARGET: target.url,
    });
    assert.ok([0, 5].includes(run.code ?? -1), run.stderr);
    assert.equal((JSON.parse(run.stdout) as Result).summary.sent, 200);
  });
});

describe('zipfire demo', () => {
  it('serves, runs and reports in one command, and leaves nothing behind', async () => {
    const { code, stdout, stderr } = await zipfire(['demo', '-d', '1s', '--warmup', '0s']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /zipf n=1,000,000 alpha=1\.2/);
    const port = /127\.0\.0\.1:(\d+)/.exec(stdout)?.[1];
    assert.ok(port);
    await assert.rejects(fetch(`http://127.0.0.1:${port}/`));
  });
});

describe('zipfire serve', () => {
  it('says where it is, and ends well on a signal', async () => {
    const { child, finished } = start(['serve', '--port', '0']);
    const line = await new Promise<string>((resolve) =>
      child.stdout.once('data', (chunk) => resolve(String(chunk))),
    );
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    assert.ok(url, line);
    assert.equal((await fetch(`${url}/healthz`)).status, 200);
    child.kill('SIGTERM');
    assert.equal((await finished).code, 0);
  });
});

describe('help', () => {
  for (const args of [
    ['--help'],
    ['run', '--help'],
    ['demo', '-h'],
    ['serve', '--help'],
    ['advise', '--help'],
    ['init', '--help'],
  ]) {
    it(`of zipfire ${args.join(' ')} fits 100 columns and is quiet about types`, async () => {
      const { code, stdout } = await zipfire(args);
      assert.equal(code, 0);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
      assert.doesNotMatch(stdout, /\[(string|boolean)\]/);
      assert.doesNotMatch(stdout, /^ {4}\S/m, 'descriptions go on below their beginning');
      assert.match(stdout, /--help/);
    });
  }

  for (const command of ['serve', 'advise']) {
    it(`of ${command} fits a screen, and says how to see the rest`, async () => {
      const [short, long] = await Promise.all([
        zipfire([command, '--help']),
        zipfire([command, '--help', 'all']),
      ]);
      assert.ok(short.stdout.split('\n').length <= 52, short.stdout);
      assert.match(short.stdout, /--help all/);
      assert.ok(long.stdout.split('\n').length > 52, 'there is a rest');
    });
  }

  for (const command of ['run', 'demo']) {
    it(`of ${command} fits a screen, and has every flag where all are asked for`, async () => {
      const short = (await zipfire([command, '--help'])).stdout;
      assert.ok(short.split('\n').length <= 48, 'a screen');
      assert.match(short, /--help all/);
      const { stdout } = await zipfire([command, '--help', 'all']);
      const described = Object.values(runFlagGroups).flatMap((flags) => Object.entries(flags));
      const names = described.flatMap(([name, { hidden }]) => (hidden === true ? [] : [name]));
      assert.ok(names.length > 50);
      for (const name of names) assert.match(stdout, new RegExp(`--(no-)?${name}\\b.* {2,}\\S`), name);
      const listed = stdout.match(/^ +(?:-\w, )?--[\w-]+(?= {2,})/gm) ?? [];
      assert.deepEqual(listed, [...new Set(listed)], 'each flag once');
    });
  }
});
