import { type BodySpec, type KeySpec, type Plan, usageError } from '../core/index.js';
import { parseKeyFlag } from '../keys/index.js';
import type { PlanContext } from './context.js';
import { type DraftFeeder, feedersBy } from './data/draft-feeder.js';
import { ROW, readFeeds } from './data/feed-flag.js';
import { checkFeedsUsed } from './data/uses.js';
import type { Draft, DraftGate } from './draft.js';
import { type Header, parseHeader, sameName } from './headers.js';
import { type DraftOperation, MAX_BODY_BYTES, methodName, usesKey } from './operation.js';
import { type Path, type Place, Problems } from './problems.js';
import { redactUrl } from './redact.js';
import { REPLAY, refuseRequestFlags, replayOperation } from './replay/resolve.js';
import { resolve } from './resolve.js';
import { pathOf, type SettingName, type Settings, settingNames, settings as table } from './settings.js';
import { parseTarget } from './target.js';

/** The flags of `zipfire run` as written: texts are read here, so that every message is made in one place. */
export type RunFlags = Readonly<Partial<Record<TextFlag, string | undefined>>> &
  Readonly<Partial<Record<ListFlag, readonly string[] | undefined>>> &
  Readonly<Partial<Record<BooleanFlag, boolean | undefined>>>;

/** Flags that give a setting, and which: those of every command that runs load. */
export const loadFlags = {
  name: 'name',
  tags: 'tags',
  seed: 'seed',
  connections: 'connections',
  workers: 'workers',
  rate: 'rate',
  stages: 'stages',
  connectionStages: 'connectionStages',
  concurrencyStages: 'concurrencyStages',
  arrivals: 'arrivals',
  concurrency: 'concurrency',
  timeout: 'timeoutMs',
  connectTimeout: 'connectTimeoutMs',
  lbStrategy: 'lbStrategy',
  cacert: 'caFile',
  cert: 'certFile',
  key: 'keyFile',
  servername: 'serverName',
  warmup: 'warmupMs',
  duration: 'measureMs',
  requests: 'requests',
  repeat: 'repeat',
  grace: 'graceMs',
  trace: 'traceShare',
} as const satisfies Record<string, SettingName>;

/** The same of `run`. */
const settingFlags = {
  ...loadFlags,
  script: 'script',
  replay: 'replayFile',
  speed: 'speed',
  replayMethods: 'replayMethods',
  replayFormat: 'replayFormat',
  replayFields: 'replayFields',
  pipeline: 'pipeline',
  streams: 'streams',
  driver: 'driver',
  redirects: 'redirects',
  proxy: 'proxy',
  unixSocket: 'unixSocket',
} as const satisfies Record<string, SettingName>;

type SettingFlag = keyof typeof settingFlags;
/** `target` is read by who has a script in its place. */
type TextFlag = SettingFlag | 'method' | 'body' | 'target';
type ListFlag = 'header' | 'keys' | 'feed' | 'gate';
/** `keepalive: false` is `--no-keepalive`; `latency` is wrk's and asks for what is always shown. */
type BooleanFlag =
  | 'http1'
  | 'http2'
  | 'insecure'
  | 'decompress'
  | 'cookies'
  | 'keepalive'
  | 'loop'
  | 'latency';

/** Flags after reading; the parts that change a profile's operations and keys are applied by who has those. */
export interface ReadFlags {
  readonly settings: Partial<Settings>;
  readonly headers: readonly Header[];
  readonly method: string | undefined;
  readonly body: BodySpec | undefined;
  /** Key generators by name; the empty name is the one that a flag did not name. */
  readonly keys: ReadonlyMap<string, KeySpec>;
  /** Feeders by name, likewise. */
  readonly data: ReadonlyMap<string, DraftFeeder>;
  readonly gates: readonly DraftGate[];
}

/** Name of the operation, and of the key generator, of a run without a profile. */
const OPERATION = 'request';
export const KEY = 'key';

/**
 * The plan of `zipfire run <url>`.
 * @throws ZipfireError `usage` with everything that is wrong
 */
export function planFromFlags(url: string, flags: RunFlags, context: PlanContext): Plan {
  const problems = new Problems(flagPlace);
  const read = readFlags(flags, context, problems);
  const target = problems.attempt(['target'], () => parseTarget(url));
  if (read.settings.replayFile !== undefined) problems.attempt(['--replay'], () => refuseRequestFlags(read));
  const keys = Object.fromEntries([...read.keys].map(([name, spec]) => [name || KEY, spec]));
  const data = Object.fromEntries([...read.data].map(([name, feeder]) => [name || ROW, feeder]));
  const isReplay = read.settings.replayFile !== undefined;
  const operation = isReplay
    ? replayOperation(target?.path ?? '/', read.headers)
    : urlOperation(target?.path ?? '/', read);
  if (target !== undefined && !isReplay) checkFeedsUsed(operation, data, problems);
  for (const name of Object.keys(keys)) {
    // A script may ask for any of them.
    if (read.settings.script !== undefined || isReplay) break;
    if (target === undefined || usesKey(operation, name, feedersBy(name, data))) continue;
    problems.add(
      ['keys'],
      `nothing uses {{${name}}}`,
      `write it where the key goes: ${redactUrl(url)}{{${name}}}`,
    );
  }
  const draft: Draft = {
    target,
    settings: read.settings,
    keys,
    keyNames: flags.keys === undefined ? [] : [KEY, ...Object.keys(keys)],
    data,
    dataNames: Object.keys(data),
    operations: [operation],
    operationNames: [isReplay ? REPLAY : OPERATION],
    prefill: null,
    gates: read.gates,
    schema: null,
    secrets: [],
  };
  const plan = resolve(draft, context, problems);
  if (plan === undefined || problems.any) throw problems.toError('usage');
  return plan;
}

function urlOperation(path: string, { method, headers, body }: ReadFlags): DraftOperation {
  const at: Path = ['operations', OPERATION];
  return {
    operation: {
      name: OPERATION,
      weight: 1,
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      path,
      headers,
      body: body ?? null,
    },
    pathAt: [...at, 'path'],
    methodAt: [...at, 'method'],
  };
}

/** Reads every flag; what is wrong goes to `problems`, which must know flags by `flagPlace`. */
export function readFlags(flags: RunFlags, context: PlanContext, problems: Problems): ReadFlags {
  const { headers, keepAlive } = readHeaders(flags.header ?? [], problems);
  return {
    settings: { ...keepAlive, ...readSettings(flags, problems) },
    headers,
    method: flags.method === undefined ? undefined : methodName(flags.method),
    body: flags.body === undefined ? undefined : readBody(flags.body, context, problems),
    keys: readKeys(flags.keys ?? [], problems),
    data: readFeeds(flags.feed ?? [], problems),
    gates: (flags.gate ?? []).map((source) => ({ source, at: ['--gate'] })),
  };
}

function readSettings(flags: RunFlags, problems: Problems): Partial<Settings> {
  const read: { -readonly [K in SettingName]?: unknown } = readSettingFlags(flags, settingFlags, problems);
  if (flags.http1 && flags.http2) problems.add(['load', 'http'], 'choose one of --http1 and --http2');
  else if (flags.http1) read.http = '1';
  else if (flags.http2) read.http = '2';
  if (flags.insecure !== undefined) read.insecure = flags.insecure;
  if (flags.decompress !== undefined) read.decompress = flags.decompress;
  if (flags.loop !== undefined) read.loop = flags.loop;
  if (flags.cookies !== undefined) read.cookies = flags.cookies;
  if (flags.keepalive !== undefined) read.keepAlive = flags.keepalive;
  return read as Partial<Settings>; // each value comes from the setting's own reader
}

/**
 * The settings that flags give.
 * @param names of the settings, by flag
 */
export function readSettingFlags<F extends string>(
  flags: Readonly<Partial<Record<NoInfer<F>, string | undefined>>>,
  names: Readonly<Record<F, SettingName>>,
  problems: Problems,
): Partial<Settings> {
  const read: { -readonly [K in SettingName]?: unknown } = {};
  for (const [flag, name] of Object.entries(names) as [F, SettingName][]) {
    const text = flags[flag];
    if (text === undefined) continue;
    const value = problems.attempt(pathOf(name), () => readSetting(name, text));
    if (value !== undefined) read[name] = value;
  }
  return read as Partial<Settings>; // each value comes from the setting's own reader
}

/**
 * A setting as a flag gives it: as for wrk, a duration without a unit is in seconds.
 * @throws ZipfireError `usage`
 */
export function readSetting<K extends SettingName>(name: K, text: string): Settings[K] {
  const isSeconds = table[name].kind === 'duration' && /^[\d.]*[1-9][\d.]*$/.test(text);
  return table[name].read(isSeconds ? `${text}s` : text);
}

/** `-H 'Connection: close'` is how one tells wrk not to keep connections; it is a setting here. */
function readHeaders(lines: readonly string[], problems: Problems) {
  const headers: Header[] = [];
  let keepAlive: Partial<Settings> = {};
  for (const line of lines) {
    const header = problems.attempt(['--header'], () => parseHeader(line));
    if (header === undefined) continue;
    const option = header[1].toLowerCase();
    if (sameName(header[0], 'connection') && (option === 'close' || option === 'keep-alive')) {
      keepAlive = { keepAlive: option === 'keep-alive' };
    } else {
      headers.push(header);
    }
  }
  return { headers, keepAlive };
}

/** A text, or `@file`. */
function readBody(text: string, context: PlanContext, problems: Problems): BodySpec | undefined {
  if (!text.startsWith('@')) return { kind: 'text', template: text };
  const path = text.slice(1);
  return problems.attempt(['--body'], () => fileBody(path, context));
}

/** @throws ZipfireError `usage` */
export function fileBody(path: string, context: PlanContext): BodySpec {
  const content = context.readFile(path, MAX_BODY_BYTES);
  return { kind: 'file', path, base64: Buffer.from(content).toString('base64') };
}

/** `zipf:n=1e6,alpha=1.2`, or `user=zipf:…` for a generator of another name than `key`. */
export function readKeys(texts: readonly string[], problems: Problems): Map<string, KeySpec> {
  const keys = new Map<string, KeySpec>();
  for (const text of texts) {
    const named = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(text);
    const name = named?.[1] ?? '';
    problems.attempt(['keys'], () => {
      if (keys.has(name)) throw usageError(`two distributions for {{${name || KEY}}}`);
      keys.set(name, parseKeyFlag(named?.[2] ?? text));
    });
  }
  return keys;
}

const flagOfPath = new Map(settingNames.map((name) => [table[name].path.join('.'), table[name].flag]));

/** The flag that a path of a plan is given by. */
export function flagPlace(path: Path): Place {
  const [head = '', , part] = path;
  const operationFlags: Readonly<Record<string, string>> = {
    method: '--method',
    headers: '--header',
    body: '--body',
    path: 'URL',
    call: '--call',
    data: '--data',
    metadata: '--metadata',
    stream: '--stream-interval',
  };
  const text =
    flagOfPath.get(path.join('.')) ??
    { target: 'URL', keys: '--keys', operations: operationFlags[String(part)] }[String(head)] ??
    String(head);
  return { text, order: -1 };
}
