import { posix } from 'node:path';
import type { Container, Variable } from './artifact.js';
import type { Place, Sited } from './place.js';
import { linesOf } from './plain-files.js';
import { binaryBytesOf } from './quantities.js';
import { commandOf, merged, variable } from './settings.js';

/** A unit, or a drop-in of one. */
export interface UnitFile {
  readonly file: string;
  readonly text: string;
}

type EnvFile = (path: string) => readonly Variable[];

/** What units of systemd run, and within which limits. A drop-in (`app.service.d/limits.conf`) is read over its unit. */
export function readSystemdUnits(files: readonly UnitFile[], envFile: EnvFile): Container[] {
  const units = new Map<string, UnitFile[]>();
  const ordered = [...files].sort((a, b) => (a.file < b.file ? -1 : 1));
  for (const isDropIn of [false, true])
    for (const each of ordered) {
      const folder = posix.basename(posix.dirname(each.file));
      const dropIn = /\.service\.d$/.test(folder);
      if (dropIn !== isDropIn) continue;
      const name = (dropIn ? folder.slice(0, -2) : posix.basename(each.file)).replace(/@?\.service$/, '');
      units.set(name, [...(units.get(name) ?? []), each]);
    }
  return [...units].flatMap(([name, parts]) => unitOf(name, parts, envFile));
}

function unitOf(name: string, parts: readonly UnitFile[], envFile: EnvFile): Container[] {
  const settings = new Map<string, Sited<string>>();
  const env: Variable[][] = [];
  for (const { text, file } of parts) {
    let section = '';
    for (const line of linesOf(text, file)) {
      const header = /^\[(\w+)\]$/.exec(line.value);
      if (header !== null) section = header[1] ?? '';
      const [, key, value = ''] = /^(\w+)\s*=\s*(.*)$/.exec(line.value) ?? [];
      if (section !== 'Service' || key === undefined) continue;
      if (key === 'Environment' && value === '') env.length = 0;
      else if (key === 'Environment') env.push(assignments(value, line));
      else if (key === 'EnvironmentFile') env.push([...envFile(value.replace(/^-/, ''))]);
      // An empty value takes back what was said before.
      else if (value === '') settings.delete(key);
      else settings.set(key, { ...line, value });
    }
  }
  const start = settings.get('ExecStart');
  if (start === undefined) return [];
  const command = commandOf([{ ...start, value: start.value.replace(/^[-+!@:|]+/, '') }]);
  const quota = settings.get('CPUQuota');
  const memory = settings.get('MemoryMax') ?? settings.get('MemoryLimit');
  const share = quota === undefined ? Number.NaN : Number.parseFloat(quota.value) / 100;
  const bytes = memory === undefined ? null : binaryBytesOf(memory.value);
  return [
    {
      file: start.file,
      line: start.line,
      kind: 'systemd',
      name,
      workload: name,
      namespace: '',
      labels: {},
      meshed: false,
      replicas: null,
      image: null,
      dockerfile: null,
      cpuLimit: quota === undefined || Number.isNaN(share) ? null : { ...quota, value: share },
      memoryLimit: memory === undefined || bytes === null ? null : { ...memory, value: bytes },
      env: merged(...env, command.env),
      program: command.program,
      flags: command.flags,
    },
  ];
}

function assignments(text: string, place: Place): Variable[] {
  return (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).flatMap((each) => {
    const pair = each.replace(/^(["'])(.*)\1$/, '$2');
    const at = pair.indexOf('=');
    return at < 0 ? [] : (variable(pair.slice(0, at), pair.slice(at + 1), place) ?? []);
  });
}
