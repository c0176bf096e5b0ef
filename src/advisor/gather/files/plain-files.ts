import type { Container, NodePackage, Sysctl, Variable } from './artifact.js';
import type { Place, Sited } from './place.js';
import { binaryBytesOf } from './quantities.js';
import { commandOf, merged, variable, words } from './settings.js';

/** The lines of a text that say something, with comments (`#`, `;`) left out and `\` joining. */
function* linesOf(text: string, file: string, comment = /^\s*[#;]/): Generator<Sited<string>> {
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const line = i + 1;
    let value = lines[i] as string;
    if (comment.test(value)) continue;
    while (value.endsWith('\\') && i + 1 < lines.length) value = `${value.slice(0, -1)} ${lines[++i]}`;
    if (value.trim() !== '') yield { value: value.trim(), file, line };
  }
}

/** An environment file: `NAME=value`, with or without `export` and quotes. */
export function readEnvFile(text: string, file: string): Variable[] {
  return merged(
    [...linesOf(text, file)].flatMap((line) => {
      const [, name, value] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(line.value) ?? [];
      return name === undefined ? [] : (variable(name, words(value ?? '').join(' '), line) ?? []);
    }),
  );
}

/** `net.core.somaxconn = 4096` */
export function readSysctls(text: string, file: string): Sysctl[] {
  return [...linesOf(text, file)].flatMap((line) => {
    const [, name, value] = /^-?([\w./]+)\s*=\s*(.*)$/.exec(line.value) ?? [];
    return name === undefined ? [] : [{ ...line, name: name.replaceAll('/', '.'), value: value ?? '' }];
  });
}

/** What a unit of systemd runs, and within which limits. */
export function readSystemdUnit(
  text: string,
  file: string,
  envFile: (path: string) => readonly Variable[],
): Container[] {
  let section = '';
  const settings = new Map<string, Sited<string>>();
  const env: Variable[][] = [];
  for (const line of linesOf(text, file)) {
    const header = /^\[(\w+)\]$/.exec(line.value);
    if (header !== null) section = header[1] ?? '';
    const [, name, value = ''] = /^(\w+)\s*=\s*(.*)$/.exec(line.value) ?? [];
    if (section !== 'Service' || name === undefined) continue;
    if (name === 'Environment') env.push(assignments(value, line));
    else if (name === 'EnvironmentFile') env.push([...envFile(value.replace(/^-/, ''))]);
    else settings.set(name, { ...line, value });
  }
  const start = settings.get('ExecStart');
  if (start === undefined) return [];
  const { program, flags } = commandOf([{ ...start, value: start.value.replace(/^[-+!@:|]+/, '') }]);
  const quota = settings.get('CPUQuota');
  const memory = settings.get('MemoryMax') ?? settings.get('MemoryLimit');
  const share = quota === undefined ? Number.NaN : Number.parseFloat(quota.value) / 100;
  const bytes = memory === undefined ? null : binaryBytesOf(memory.value);
  const name = (file.split('/').at(-1) ?? file).replace(/\.service$/, '');
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
      env: merged(...env),
      program,
      flags,
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

/** A `package.json`. @throws SyntaxError when it is no JSON */
export function readNodePackage(text: string, file: string): NodePackage {
  const data: unknown = JSON.parse(text);
  const own = record(data);
  const version = record(own['engines'])['node'];
  const line = Math.max(1, text.split('\n').findIndex((each) => /"node"\s*:/.test(each)) + 1);
  return {
    file,
    name: typeof own['name'] === 'string' ? own['name'] : null,
    node: typeof version === 'string' ? { value: version, file, line } : null,
    dependencies: Object.fromEntries(
      Object.entries({ ...record(own['devDependencies']), ...record(own['dependencies']) }).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
