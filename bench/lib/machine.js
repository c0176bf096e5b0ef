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

/** Highest resident size a live process has had, in bytes; null where /proc does not say. */
export function peakRssOf(pid) {
  const path = `/proc/${pid}/status`;
  if (!existsSync(path)) return null;
  const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(path, 'utf8'));
  return line ? Number(line[1]) * 1024 : null;
}
