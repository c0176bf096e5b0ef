import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { kill, platform } from 'node:process';
import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { checkProgram, gated } from './gate.js';

const POLL_MS = 20;
/** For the kernel to clear away what was killed. */
const KILLED_MS = 5000;

export interface GroupOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Open for writing; takes stdout and stderr. */
  readonly log: number;
  /** Makes the group known to whoever ends it when we cannot. The program is not run before this is done. */
  readonly known: (group: number) => Promise<void>;
}

/** How a process ended, in words: `exit code 1`, `signal SIGSEGV`. */
export type Ending = string;

/** A process that we started, and all that it started in its process group. */
export interface ProcessGroup {
  /** Of the first process; the group's, too. */
  readonly pid: number;
  /** How the first process ended; null: it has not. */
  readonly ending: () => Ending | null;
  /** SIGTERM to all of them, and SIGKILL to those that are there after the grace. @returns false: some are left */
  readonly stop: (graceMs: number) => Promise<boolean>;
  /** At once, for when we are about to end ourselves. */
  readonly kill: () => void;
}

/**
 * Starts a program as the head of a process group, and a session, of its own: what a terminal sends to ours does not
 * reach it, and it can be ended with all that it started. It runs from when its group is known, and not before: there
 * is no moment at which we could be killed, and leave it behind.
 *
 * @throws NodeJS.ErrnoException when it cannot be started @throws ZipfireError what `known` throws
 */
export async function startGroup(
  words: readonly string[],
  { env, log, known }: GroupOptions,
): Promise<ProcessGroup> {
  checkProgram(words[0] ?? '', env);
  const [shell = '', ...args] = gated(words, env);
  const child = spawn(shell, args, { env, detached: true, stdio: ['ignore', log, log, 'pipe'] });
  let ending: Ending | null = null;
  child.once('exit', (code, signal) => {
    ending = signal === null ? `exit code ${code}` : `signal ${signal}`;
  });
  const pid = await pidOf(child);
  const gate = child.stdio[3] as Writable; // a pipe, as was asked for
  // One that ended has nothing to be opened.
  gate.on('error', () => {});
  try {
    await known(pid);
  } catch (error) {
    // Closed, it ends: the program was not run.
    gate.destroy();
    throw error;
  }
  gate.end('\n');
  return {
    pid,
    ending: () => ending,
    stop: (graceMs) => stopGroup(pid, graceMs),
    kill: () => signalGroup(pid, 'SIGKILL'),
  };
}

async function pidOf(child: ChildProcess): Promise<number> {
  if (child.pid !== undefined) return child.pid;
  const [error] = await once(child, 'error');
  throw error;
}

async function stopGroup(pid: number, graceMs: number): Promise<boolean> {
  signalGroup(pid, 'SIGTERM');
  if (await isGoneWithin(pid, graceMs)) return true;
  signalGroup(pid, 'SIGKILL');
  return isGoneWithin(pid, KILLED_MS);
}

async function isGoneWithin(pid: number, ms: number): Promise<boolean> {
  const untilMs = performance.now() + ms;
  while (isGroupAlive(pid)) {
    if (performance.now() >= untilMs) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** Whether it did anything is seen by who is left: none, or those of another user, who are not ours to end. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    kill(-pid, signal);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** The number of a group is not given to others while one of its processes is there. */
export function isGroupAlive(pid: number): boolean {
  try {
    kill(-pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
  return platform !== 'linux' || hasLiveMember(pid);
}

/** An orphan that ended stays a zombie where nobody waits for it, as in a container without an init; it counts as gone. */
function hasLiveMember(group: number): boolean {
  let seen = false;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // pid (command) state parent group …; a command may hold anything.
      const fields = readFileSync(`/proc/${name}/stat`, 'latin1')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (Number(fields[2]) !== group) continue;
      seen = true;
      if (fields[0] !== 'Z' && fields[0] !== 'X') return true;
    } catch {
      // It ended meanwhile.
    }
  }
  // Hidden processes: the kernel's word holds.
  return !seen && kill0(group);
}

function kill0(group: number): boolean {
  try {
    return kill(-group, 0);
  } catch {
    return false;
  }
}
