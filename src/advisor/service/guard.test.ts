import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { integerBelow, streamOf } from '../../core/index.js';
import { isGroupAlive, startGroup } from './group.js';
import { startGuard } from './guard.js';

/** The steps of a start, in order; `up`: the service runs. */
const steps = ['spawned', 'telling', 'told', 'opened', 'up', 'guardKilled'] as const;
type Step = (typeof steps)[number];

const modules = {
  guard: new URL('./guard.js', import.meta.url).href,
  group: new URL('./group.js', import.meta.url).href,
};

/**
 * Starts a service under guard, with a pipe that is ours as its stdout, and kills itself at a step. The pipe ends when
 * nobody has it any more: neither the program, nor the shell that waits to become the service, nor the service.
 */
const program = `
const { startGuard } = await import(${JSON.stringify(modules.guard)});
const { startGroup } = await import(${JSON.stringify(modules.group)});
const die = () => process.kill(process.pid, 'SIGKILL');
const step = (name) => { if (name === process.env.DIE_AT) die(); };
console.log('begins');
const guard = startGuard(1000);
const known = async (group) => {
  step('spawned');
  const told = guard.watch(group);
  step('telling');
  await told;
  step('told');
};
const group = await startGroup(['/bin/sh', '-c', process.env.SERVICE], { env: process.env, log: 1, known });
step('opened');
if (process.env.DIE_AT === 'guardKilled') {
  const first = guard.pid();
  process.kill(first, 'SIGKILL');
  while (guard.pid() === first) await new Promise(setImmediate);
  die();
}
setInterval(() => {}, 1000);`;

/** Says that it runs, and ends by itself in the end, so that a test that fails leaves nothing for long. */
const service = 'echo up; exec sleep 100';
/** SIGTERM is not for it, nor for what it starts. */
const stubborn = `trap '' TERM; ${service}`;

/** @returns all that was said, when nobody is left who could say more; or fails after a minute */
async function killedAt(
  dieAt: Step | null,
  script: string,
  onChunk: (said: string, child: ChildProcess) => void,
): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { PATH: process.env['PATH'], SERVICE: script, DIE_AT: dieAt ?? '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
    onChunk(said, child);
  });
  await new Promise((resolve) => child.once('close', resolve));
  assert.equal(child.signalCode, 'SIGKILL');
  return said;
}

describe('the guard', { timeout: 100_000 }, () => {
  for (const at of steps)
    it(`leaves no service behind when we are killed: ${at}`, async () => {
      const said = await killedAt(at, service, (text, child) => {
        if (at === 'up' && text.includes('up')) child.kill('SIGKILL');
      });
      assert.match(said, /^begins\n/);
      if (at === 'up') assert.match(said, /up/);
      if (['spawned', 'telling', 'told'].includes(at))
        assert.doesNotMatch(said, /up/, 'it was run too early');
    });

  it('kills what ignores SIGTERM', async () => {
    const said = await killedAt(null, stubborn, (text, child) => {
      if (text.includes('up')) child.kill('SIGKILL');
    });
    assert.match(said, /up/);
  });

  it('leaves no service behind when we are killed at any moment of the start', async () => {
    for (let trial = 0; trial < 24; trial++) {
      const us = integerBelow(40_000, 1, streamOf('killed at'), trial, 0);
      let asked = false;
      await killedAt(null, service, (text, child) => {
        if (asked || !text.includes('begins')) return;
        asked = true;
        for (const untilMs = performance.now() + us / 1000; performance.now() < untilMs; );
        child.kill('SIGKILL');
      });
    }
  });

  it('ends by itself, and ends nothing, when it is closed', async () => {
    const guard = startGuard(1000);
    const group = await startGroup(['/bin/sh', '-c', 'exec sleep 100'], {
      env: process.env,
      log: 2,
      known: guard.watch,
    });
    try {
      guard.release();
      guard.close();
      await guard.closed;
      assert.ok(isGroupAlive(group.pid));
      assert.equal(group.ending(), null);
    } finally {
      assert.ok(await group.stop(60_000));
    }
    while (group.ending() === null) await turn();
    assert.equal(group.ending(), 'signal SIGTERM');
  });

  it('that is ended again and again is told when it is needed', async () => {
    const guard = startGuard(1000);
    for (let pid = guard.pid(); pid !== undefined; pid = guard.pid()) {
      process.kill(pid, 'SIGKILL');
      while (guard.pid() === pid) await turn();
    }
    await assert.rejects(guard.watch(process.pid), {
      code: 'internal',
      message: /the guard .* cannot be kept/,
    });
    guard.close();
    await guard.closed;
  });
});
