import type { NodePackage, Sysctl, Variable } from './artifact.js';
import type { Sited } from './place.js';
import { merged, variable, words } from './settings.js';

/** The lines of a text that say something, with comments (`#`, `;`) left out and `\` joining. */
export function* linesOf(text: string, file: string, comment = /^\s*[#;]/): Generator<Sited<string>> {
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
  return merged(pairsOf(text, file).flatMap(([name, value]) => variable(name, value.value, value) ?? []));
}

/** What a `.env` gives a name, for what a compose file fills in: nothing else of it is kept. */
export function valuesOf(text: string): (name: string) => string | undefined {
  const values = new Map(pairsOf(text, '').map(([name, { value }]) => [name, value]));
  return (name) => values.get(name);
}

function pairsOf(text: string, file: string): [string, Sited<string>][] {
  return [...linesOf(text, file)].flatMap((line): [string, Sited<string>][] => {
    const [, name, value = ''] = /^(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(line.value) ?? [];
    return name === undefined ? [] : [[name, { ...line, value: words(value).join(' ') }]];
  });
}

/** `net.core.somaxconn = 4096` */
export function readSysctls(text: string, file: string): Sysctl[] {
  return [...linesOf(text, file)].flatMap((line) => {
    const [, name, value] = /^-?([\w./]+)\s*=\s*(.*)$/.exec(line.value) ?? [];
    return name === undefined ? [] : [{ ...line, name: name.replaceAll('/', '.'), value: value ?? '' }];
  });
}

/** A `package.json`. @throws SyntaxError when it is no JSON */
export function readNodePackage(text: string, file: string): NodePackage {
  const data: unknown = JSON.parse(text);
  const own = record(data);
  const version = record(own['volta'])['node'] ?? record(own['engines'])['node'];
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
