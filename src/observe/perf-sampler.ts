import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { escapeText } from '../core/index.js';
import type { Sampler } from './sampler.js';
import type { Tracks } from './tracks.js';

const STEP_MS = 1000;
/** perf ends by itself after so many steps, also where we are gone. */
const MOST_STEPS = 3600;
const STOP_MS = 2000;
const MOST_LINE = 4096;
const EVENTS = ['cache-misses', 'cache-references'] as const;

/** The cache misses of some processes, those that they start included, where `perf` is there and the kernel and the machine let it count. */
export function samplePerf(pids: () => readonly number[], tracks: Tracks, command = 'perf'): Sampler {
  let child: ChildProcess | null = null;
  let why: string | null = null;
  let steps = 0;
  let rest = '';
  const totals = { 'cache-misses': 0, 'cache-references': 0 };
  const line = (text: string, atMs: number) => {
    const read = readPerfLine(text);
    if (read === null) {
      if (steps === 0 && /permission|paranoid|not permitted|No such|failed/i.test(text))
        why ??= escapeText(text.trim(), { maxLength: 160 });
      return;
    }
    if (read.count === null) {
      why ??=
        'perf does not count cache misses on this machine (many virtual machines have no such counters)';
      return;
    }
    steps++;
    totals[read.event] += read.count;
    tracks[read.event === 'cache-misses' ? 'cacheMisses' : 'cacheReferences'].add(atMs, totals[read.event]);
  };
  return {
    start: () => {
      if (pids().length === 0) {
        why = 'there is no process to count for';
        return;
      }
      const args = ['stat', '-x', ',', '-e', EVENTS.join(','), '-I', String(STEP_MS)];
      child = spawn(command, [...args, '--interval-count', String(MOST_STEPS), '-p', pids().join(',')], {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      });
      child.on('error', () => {
        why = 'perf is not installed';
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        const lines = `${rest}${text}`.split('\n');
        rest = (lines.pop() ?? '').slice(-MOST_LINE);
        for (const each of lines) line(each, performance.now());
      });
    },
    stop: async () => {
      const running = child;
      child = null;
      if (running === null || running.pid === undefined || running.exitCode !== null) return;
      const closed = once(running, 'close');
      running.kill('SIGINT');
      const timer = setTimeout(() => running.kill('SIGKILL'), STOP_MS);
      await closed;
      clearTimeout(timer);
    },
    missing: () =>
      steps > 0 ? [] : [{ signal: 'cacheMissRatio', why: why ?? 'perf said nothing within the run' }],
  };
}

/** A line of `perf stat -x, -I`: time, count, unit, event, …; null: none of the events. A null count: not counted. */
export function readPerfLine(
  line: string,
): { readonly event: (typeof EVENTS)[number]; readonly count: number | null } | null {
  const [, count = '', , name = ''] = line.split(',');
  const event = EVENTS.find((each) => name === each || name.startsWith(`${each}:`));
  if (event === undefined) return null;
  return { event, count: /^\d+$/.test(count) ? Number(count) : null };
}
