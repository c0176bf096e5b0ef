/** What the machine is, and which tools it has. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { delimiter, join } from 'node:path';

/** Path of a program, or null. Debian keeps servers in /usr/sbin, which is not in everyone's PATH. */
export function findProgram(name) {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/local/sbin',
    '/usr/sbin',
    '/usr/local/go/bin',
  ];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here; the next folder may have it.
    }
  }
  return null;
}

/**
 * One core for the server and another for the client, so that neither takes time from the other and a ratio
 * means something. Null when the machine has one core or no taskset: then nothing is pinned, and the report says so.
 */
export function cores() {
  return availableParallelism() >= 2 && findProgram('taskset') ? { client: 0, server: 1 } : null;
}

/** One line for the head of a report. */
export function describeMachine() {
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() || arch();
  return `${availableParallelism()} × ${model}, ${memoryGiB} GiB, Linux ${release().split('.', 2).join('.')}, Node ${process.versions.node}`;
}

/** `wrk 4.1.0`, `nginx 1.22.1`: the first thing that looks like a version in what the program says of itself. */
export function versionOf(name, flag) {
  const path = findProgram(name);
  if (!path) return null;
  const said = spawnSync(path, [flag], { encoding: 'utf8', timeout: 5000 });
  const version = /\d+\.\d+(\.\d+)?/.exec(`${said.stdout}${said.stderr}`);
  return `${name}${version ? ` ${version[0]}` : ''}`;
}

/** Others at work on the machine spoil every figure. */
export function busyWarning() {
  const load = loadavg()[0] ?? 0;
  return load > 0.5 ? `The machine was not idle at the start: load average ${load.toFixed(2)}.` : null;
}

/**
 * Watches how much of the machine's time its host gave to others. A virtual machine that has used up its share
 * runs at a fraction of its speed, and nothing inside it shows that but this counter.
 * @returns {() => number} share of the time since the call, in [0, 1]; 0 where the kernel does not say
 */
export function watchSteal() {
  const began = processorTicks();
  return () => {
    const ended = processorTicks();
    return ended.all > began.all ? (ended.stolen - began.stolen) / (ended.all - began.all) : 0;
  };
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal, in ticks. */
function processorTicks() {
  if (!existsSync('/proc/stat')) return { all: 0, stolen: 0 };
  const ticks = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number);
  return { all: ticks.reduce((sum, count) => sum + count, 0), stolen: ticks[7] ?? 0 };
}

/** Highest resident size a live process has had, in bytes; null where /proc does not say. */
export function peakRssOf(pid) {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return null;
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'));
  return line ? Number(line[1]) * 1024 : null;
}
