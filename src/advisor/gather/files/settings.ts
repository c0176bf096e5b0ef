import type { Variable } from './artifact.js';
import type { Place, Sited } from './place.js';

/** Variables that a rule asks for; of the others not even the name is kept. */
const names = new Set([
  'GOMAXPROCS',
  'GOMEMLIMIT',
  'GOGC',
  'GODEBUG',
  'NODE_OPTIONS',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  'JAVA_OPTS',
  'JAVA_OPTIONS',
  'CATALINA_OPTS',
  'NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE',
  'ENVOY_CONCURRENCY',
]);
/** Options that tune: the rest of a command line may hold a password. */
const tuning =
  /^(?:-XX:[+-]?[A-Za-z][A-Za-z0-9]*(?:=[\w.%]*)?|-X(?:mx|ms|ss)\w*|--concurrency(?:=(?:\d+|\$[({]?\w+[)}]?))?|--cpuset-threads|--max-old-space-size=\d+|-jar)$/;

export function isKept(name: string): boolean {
  return names.has(name);
}

/** The variable as it is kept: of the options of a JVM or of Node, those that tune. Undefined: it is not kept. */
export function variable(
  name: string,
  value: string | null,
  place: Place,
  from: string | null = null,
): Variable | undefined {
  if (!isKept(name)) return undefined;
  const plain = /^(GO|NGINX|ENVOY)/.test(name);
  const kept = value === null || plain ? value : words(value).filter(isTuning).join(' ');
  return { name, value: kept, from, file: place.file, line: place.line };
}

/** Later ones win, as they do wherever an environment is put together. */
export function merged(...environments: readonly (readonly Variable[])[]): Variable[] {
  return [...new Map(environments.flat().map((each) => [each.name, each])).values()];
}

function isTuning(flag: string): boolean {
  return tuning.test(flag);
}

export interface Command {
  readonly program: string | null;
  /** Of its arguments, those that tune. */
  readonly flags: Sited<string>[];
  /** What a shell gives it alone: `GOMAXPROCS=1 ./app`, `export GOGC=50 && exec ./app`. */
  readonly env: Variable[];
}

/** The program of a command line, and what the line sets that tunes. */
export function commandOf(argv: readonly Sited<string>[]): Command {
  let list = argv.flatMap((each, index) => (index > 0 && /\s/.test(each.value) ? split(each) : [each]));
  if (list.length === 1) list = list.flatMap(split);
  const env: Variable[] = [];
  // `/bin/sh -c "exec node server.js"`, `dumb-init -- node server.js`, `env A=b java`
  for (let first = list[0]; first !== undefined && list.length > 1; first = list[0]) {
    const [, name = '', value = ''] = /^([A-Za-z_]\w*)=(.*)$/s.exec(first.value) ?? [];
    const isWrapper = wrapper.test(programOf(first) ?? '');
    if (name !== '') env.push(...[variable(name, value.replace(/;$/, ''), first) ?? []].flat());
    else if (!isWrapper && !/^(?:export|set|-.*|&&|;)$/.test(first.value)) break;
    // `gosu user app`
    list = list.slice(/(?:^|\/)(?:gosu|su-exec)$/.test(first.value) ? 2 : 1);
    // `set -e;` and `-c` are the shell's.
    while (list.length > 1 && /^-/.test(list[0]?.value ?? '')) list = list.slice(1);
  }
  const flags = list
    .slice(1)
    .flatMap((each, index, all) => {
      const next = all[index + 1];
      const separate =
        each.value === '--concurrency' && next !== undefined && /^(?:\d+$|\$)/.test(next.value);
      return separate ? [{ ...each, value: `--concurrency=${next.value}` }] : [each];
    })
    .filter(({ value }) => isTuning(value));
  return { program: programOf(list[0]), flags: [...flags, ...workersIn(argv)], env };
}

/** `nginx -g "daemon off; worker_processes 4;"` */
function workersIn(argv: readonly Sited<string>[]): Sited<string>[] {
  return argv.flatMap((each) => {
    const workers = /\bworker_processes\s+(\w+)\s*;/.exec(each.value)?.[1];
    return workers === undefined ? [] : [{ ...each, value: `worker_processes=${workers}` }];
  });
}

const wrapper = /^(?:sh|bash|ash|dash|tini|dumb-init|env|exec|docker-entrypoint\.sh|catatonit|su-exec|gosu)$/;

function programOf(first: Sited<string> | undefined): string | null {
  return first?.value.split('/').at(-1) || null;
}

function split(argument: Sited<string>): Sited<string>[] {
  return words(argument.value).map((value) => ({ ...argument, value }));
}

/** As a shell cuts them, but for what it fills in. */
export function words(text: string): string[] {
  const found = text.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return found.map((each) => each.replace(/^(["'])(.*)\1$/, '$2'));
}
