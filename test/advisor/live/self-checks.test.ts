/**
 * Generators that are not fit, each for a reason of its own that is really there: the check for it fails, what rests on
 * the load is inconclusive, and the report says what to do.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Advice, Result } from '#zipfire/core/index.js';
import { server as certificate } from '../../support/certs.js';
import { makeCgroup, noCgroups } from '../../support/cgroup.js';
import { findProgram } from '../../support/programs.js';
import { startNode } from './node-live.js';

const bin = fileURLToPath(new URL('../../../../bin/zipfire.js', import.meta.url));

const taskset = findProgram('taskset') ?? '';
const unshare = findProgram('unshare') ?? '';
/** A program before all others of the machine. */
const first = [findProgram('chrt') ?? '', '-f', '10'];

let live: Awaited<ReturnType<typeof startNode>>;
before(async () => {
  live = await startNode({}, true);
});
after(() => live.stop());

/** What a command of zipfire writes as JSON, run by way of another one. */
async function outputOf<T>(enter: readonly string[], args: readonly string[]): Promise<T> {
  const [program = '', ...before] = [...enter, process.execPath, bin];
  const child = spawn(program, [...before, ...args, '-q', '--out', '-'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  await once(child, 'close');
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as T;
}

/** Asserts that a check failed with something to do, and that what rests on the load is in doubt for it. */
function assertUnfit({ selfChecks, findings }: Advice, id: string, fix: RegExp): void {
  const check = selfChecks.find((each) => each.id === id);
  assert.equal(check?.status, 'fail', JSON.stringify(selfChecks, null, 1));
  assert.match(check?.fix ?? '', fix);
  const capped = findings.filter(({ cappedBy }) => cappedBy?.includes(id));
  assert.ok(capped.length > 0, JSON.stringify(findings.map((each) => [each.id, each.status])));
  for (const { status, why } of capped) {
    assert.equal(status, 'inconclusive');
    assert.match(why ?? '', /^the generator was not fit to judge it/);
  }
}

const load = ['-t', '1', '-d', '1500ms'];
const limited = ['sh', '-c', 'ulimit -n 60; exec "$@"', 'sh'];

describe('a generator', () => {
  it('without file descriptors for its connections is S06, and its run is not valid', async () => {
    const args = [live.url, '-c', '100', ...load];
    const watched = ['--pid', `${live.pid}`];
    assertUnfit(await outputOf<Advice>(limited, ['advise', ...args, ...watched]), 'S06', /ulimit -n/);
    const { validity, faults } = await outputOf<Result>(limited, ['run', ...args]);
    assert.match(faults[0]?.what ?? '', /^connect EMFILE: out of file descriptors$/);
    assert.equal(validity.valid, false);
    assert.match(validity.reasons[0] ?? '', /^generator-exhausted: \d+ connects .*ulimit -n/);
  });

  it('without file descriptors for HTTP/2 is not valid, either', async () => {
    const h2 = await startNode({ settings: { speaks: 'h2c', streams: 100 } }, false);
    try {
      const args = [h2.url, '-c', '100', ...load];
      const { validity } = await outputOf<Result>(limited, ['run', ...args]);
      assert.match(validity.reasons.join(), /generator-exhausted: /);
    } finally {
      await h2.stop();
    }
  });

  it('without local ports is S06', { skip: noNamespaces() }, async () => {
    // A network of its own, where 41 ports are all that there is; the target is in it.
    const script = `
      const { createServer } = require('node:http');
      const { spawn } = require('node:child_process');
      const server = createServer((_, response) => response.end('ok')).listen(80, '127.0.0.1', () => {
        spawn(process.execPath, process.argv.slice(1), { stdio: 'inherit' }).on('exit', () => process.exit());
      });`;
    const inside =
      'ip link set lo up && echo "20000 20040" > /proc/sys/net/ipv4/ip_local_port_range && exec "$@"';
    const enter = [unshare, '-n', 'sh', '-c', inside, 'sh', process.execPath, '-e', script];
    const child = [...enter, bin, 'advise', 'http://127.0.0.1/', '-c', '100', ...load, '--pid', '1'];
    const { stdout } = await collect(child);
    const advice = JSON.parse(stdout) as Advice;
    const check = advice.selfChecks.find(({ id }) => id === 'S06');
    assert.equal(check?.status, 'fail', JSON.stringify(check));
    assert.match(String(check?.evidence['fault']), /EADDRNOTAVAIL/);
    assert.match(check?.fix ?? '', /ip_local_port_range/);
  });

  it('whose script takes its core whole is S01', { skip: noPriority() }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zipfire-s01-'));
    try {
      const script = join(folder, 'slow.mjs');
      await writeFile(
        script,
        `export function request() {
          const endMs = performance.now() + 5;
          while (performance.now() < endMs);
          return { method: 'GET', path: '/' };
        }`,
      );
      // Before all others, whatever else runs here: what it does not take, it does not want.
      const args = ['advise', live.url, '--script', script, '-c', '8', '-t', '1', '-d', '3s'];
      const advice = await outputOf<Advice>(first, [...args, '--pid', `${live.pid}`]);
      assertUnfit(advice, 'S01', /^--workers \d+|^--rate/);
      assert.ok(
        Number(advice.selfChecks.find(({ id }) => id === 'S01')?.evidence['cpuPercentPerWorker']) > 90,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that its own quota stops is S04, and everything is in doubt', { skip: noCgroups() }, async () => {
    const group = makeCgroup({ cpus: 0.2 });
    try {
      const args = ['advise', live.url, '-c', '8', '-t', '1', '-d', '4s', '--pid', `${live.pid}`];
      const advice = await outputOf<Advice>(group.enter, args);
      assertUnfit(advice, 'S04', /docker run --cpus/);
      const k01 = advice.findings.find(({ id }) => id === 'K01');
      assert.deepEqual(k01?.cappedBy?.includes('S04'), true);
    } finally {
      await group.remove();
    }
  });

  it('that shares its CPU with busy neighbours is S03, and times are in doubt', {
    skip: noTaskset(),
  }, async () => {
    const secure = await startNode({ settings: { speaks: 'https', ...certificate } }, false);
    const busy = 'setTimeout(() => process.exit(), 20_000); for (;;);';
    const neighbours = Array.from({ length: 6 }, () =>
      spawn(taskset, ['-c', '0', process.execPath, '-e', busy], { stdio: 'ignore' }),
    );
    try {
      const args = [secure.url, '--insecure', '--http1', '-c', '4', '-R', '200', '-t', '1', '-d', '2500ms'];
      const advice = await outputOf<Advice>([taskset, '-c', '0'], ['advise', ...args]);
      assertUnfit(advice, 'S03', /^taskset -c \d+ zipfire … {3}#/);
      const doubted = advice.findings.filter(({ cappedBy }) => cappedBy?.includes('S03'));
      assert.deepEqual(
        doubted.map(({ id }) => id),
        ['TLS2'],
      );
    } finally {
      const ended = neighbours.map((each) => once(each, 'exit'));
      for (const neighbour of neighbours) neighbour.kill('SIGKILL');
      await Promise.all(ended);
      await secure.stop();
    }
  });
});

async function collect([program = '', ...args]: readonly string[]) {
  const child = spawn(program, [...args, '-q', '--out', '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  await once(child, 'close');
  return { stdout };
}

function noNamespaces(): string | false {
  if (unshare === '' || findProgram('ip') === null) return 'unshare and ip are not installed';
  const tried = spawnSync(unshare, ['-n', 'ip', 'link', 'set', 'lo', 'up']);
  return tried.status === 0 ? false : 'networks of one’s own are not ours to make (root may)';
}

function noPriority(): string | false {
  const [chrt = '', ...args] = first;
  if (chrt === '') return 'chrt is not installed';
  return spawnSync(chrt, [...args, 'true']).status === 0
    ? false
    : 'a priority is not ours to take (root may)';
}

function noTaskset(): string | false {
  if (taskset === '') return 'taskset is not installed';
  return os.availableParallelism() < 2 && 'needs 2 CPUs';
}
