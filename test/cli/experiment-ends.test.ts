import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Advice, integerBelow, streamOf } from '#zipfire/core/index.js';
import { start } from './zipfire.js';

let folder: string;
let server: string;
let service: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-ends-'));
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as { port: number };
  free.close();
  await once(free, 'close');
  service = `http://127.0.0.1:${port}/`;
  server = join(folder, 'server.cjs');
  // SIGTERM is not for it.
  await writeFile(
    server,
    `process.on('SIGTERM', () => {});
     console.log('pid ' + process.pid);
     require('node:http').createServer((_, r) => setTimeout(() => r.end('ok'), 1)).listen(${port}, '127.0.0.1')`,
  );
});
after(() => rm(folder, { recursive: true }));

/** Experiments that go on for minutes, unless they are ended. */
function startLong(name: string) {
  const [out, logs] = [join(folder, `${name}.json`), join(folder, name)];
  const exec = ['--exec', `'${process.execPath}' '${server}'`, '--ready', service];
  const load = ['-c', '4', '-t', '1', '-d', '200ms', '--warmup', '20ms', '--arm-duration', '60s'];
  const vary = ['--vary', 'WAIT=1,2', '--stop-timeout', '1s', '--logs', logs, '--out', out];
  const { child, finished } = start(['advise', service, ...exec, ...vary, ...load]);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return { child, finished, out, logs, said: () => stderr };
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + 60_000; !(await what()); ) {
    assert.ok(Date.now() < endMs, 'it took more than a minute');
    await delay(20);
  }
}

/** Command lines that name the server: it, the shell that is about to become it, and what started them. */
function left(): string[] {
  const lines =
    process.platform === 'linux'
      ? readdirSync('/proc')
          .filter((name) => /^\d+$/.test(name))
          .map(commandLine)
      : execFileSync('ps', ['-A', '-o', 'args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(server));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Until the service of the first arm is up; the one before it was to look at. */
async function upIn(running: ReturnType<typeof startLong>): Promise<void> {
  const { child, logs, said } = running;
  await until(async () => {
    assert.equal(child.exitCode, null, said());
    const files = existsSync(logs) ? await readdir(logs) : [];
    const last = files.toSorted().at(-1);
    return files.length > 1 && last !== undefined && /pid \d+/.test(await readFile(join(logs, last), 'utf8'));
  });
  assert.ok(left().length > 1, said());
}

describe('experiments that are ended', () => {
  it('by Ctrl-C: a partial report, and no process', async () => {
    const running = startLong('once');
    await upIn(running);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.finished;
    assert.deepEqual(left(), []);
    assert.equal(code, 130, stderr);
    const { notes } = JSON.parse(await readFile(running.out, 'utf8')) as Advice;
    assert.ok(
      notes.some((note) => /ended by hand/.test(note)),
      notes.join('\n'),
    );
  });

  it('by Ctrl-C while the service gets ready: nothing is loaded, and no process', async () => {
    const exec = `'${process.execPath}' -e 'console.log("up"); setInterval(() => {}, 1000)' '${server}'`;
    const logs = join(folder, 'never-ready');
    const flags = ['--exec', exec, '--vary', 'WAIT=1,2', '--stop-timeout', '1s', '--logs', logs];
    const { child, finished } = start(['advise', service, ...flags]);
    const log = join(logs, '001.log');
    await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('up'));
    child.kill('SIGINT');
    const { code, stdout, stderr } = await finished;
    assert.deepEqual(left(), []);
    assert.deepEqual([code, stdout], [130, ''], stderr);
    assert.match(stderr, /interrupted before the service was ready/);
    assert.doesNotMatch(stderr, /cannot connect/);
  });

  it('by Ctrl-C twice: at once, and no process', async () => {
    const running = startLong('twice');
    await upIn(running);
    running.child.kill('SIGINT');
    const interrupt = setInterval(() => running.child.kill('SIGINT'), 50);
    const { code } = await running.finished.finally(() => clearInterval(interrupt));
    assert.equal(code, 130);
    assert.equal(existsSync(running.out), false);
    await until(() => left().length === 0);
  });

  // SIGHUP: the terminal was closed.
  for (const signal of ['SIGHUP', 'SIGKILL'] as const)
    it(`by ${signal}: no process`, async () => {
      const running = startLong(signal);
      await upIn(running);
      running.child.kill(signal);
      await running.finished;
      assert.equal(running.child.signalCode, signal);
      await until(() => left().length === 0);
    });

  it('by SIGKILL at any moment of a start: no process', async () => {
    for (let trial = 0; trial < 6; trial++) {
      const { child, finished, logs } = startLong(`start-${trial}`);
      // The log is made just before the service is started.
      for (const endMs = Date.now() + 60_000; !existsSync(join(logs, '001.log')) && Date.now() < endMs; )
        await new Promise(setImmediate);
      const us = integerBelow(30_000, 1, streamOf('killed at'), trial, 0);
      for (const untilMs = performance.now() + us / 1000; performance.now() < untilMs; );
      assert.equal(child.exitCode, null);
      child.kill('SIGKILL');
      await finished;
      await until(() => left().length === 0);
    }
  });
});
