import type { KeySpec, Plan, SchemaSource } from '../../core/index.js';
import type { PlanContext } from '../context.js';
import { type DraftFeeder, feedersBy } from '../data/draft-feeder.js';
import { ROW, readFeeds } from '../data/feed-flag.js';
import { checkFeedsUsed } from '../data/uses.js';
import type { Draft } from '../draft.js';
import { flagPlace, KEY, loadFlags, readKeys, readSetting, readSettingFlags } from '../flags.js';
import { type DraftOperation, usesKey } from '../operation.js';
import { type Path, type Place, Problems } from '../problems.js';
import { resolve } from '../resolve.js';
import type { SettingName, Settings } from '../settings.js';
import { parseTarget } from '../target.js';
import { CALL, readCallFlags, readReflectMetadata } from './call-flags.js';
import { checkSchemaSource } from './read-schema.js';
import { readSchedules, type ScheduleFlag, schedulePlace } from './schedule.js';
import { grpcUrl } from './target.js';

/** The flags of `zipfire grpc` as written. */
export type GrpcFlags = Readonly<Partial<Record<GrpcTextFlag, string | undefined>>> &
  Readonly<Partial<Record<GrpcListFlag, readonly string[] | undefined>>> &
  Readonly<Partial<Record<GrpcBooleanFlag, boolean | undefined>>>;

/** Flags that give a setting, and which. */
const settingFlags = {
  ...loadFlags,
  maxMessageBytes: 'maxMessageBytes',
  keepalive: 'pingAfterMs',
  authority: 'authority',
} as const satisfies Record<string, SettingName>;

export type GrpcTextFlag =
  | keyof typeof settingFlags
  | 'call'
  | 'data'
  | 'dataFile'
  | 'binaryFile'
  | 'metadata'
  | 'metadataFile'
  | 'reflectMetadata'
  | 'streamInterval'
  | 'streamCallDuration'
  | 'streamCallCount'
  /** ghz's: the cores that may be used, at most. */
  | 'cpus'
  /** ghz's: ends the run too, if `duration` is longer. */
  | 'maxDuration'
  /** ghz's: close, wait or ignore. */
  | 'durationStop'
  | ScheduleFlag
  | 'config';
export type GrpcListFlag = 'proto' | 'importPath' | 'protoset' | 'header' | 'keys' | 'feed' | 'gate';
/** `templates: false` is `--no-templates`. `skipTLS`, `async` and `insecure` are read as ghz means them. */
export type GrpcBooleanFlag =
  | 'binary'
  | 'gzip'
  | 'streamDynamicMessages'
  | 'templates'
  | 'tls'
  | 'plaintext'
  | 'insecure'
  | 'skipTLS'
  | 'async';

/** Flags that only a connection with TLS has a use for. */
const tlsFlags = ['cacert', 'cert', 'key', 'servername', 'skipTLS'] as const;

/**
 * The plan of `zipfire grpc <host:port>`; its calls are not compiled yet.
 *
 * @param target undefined when only a config file names it
 * @throws ZipfireError `usage` with everything that is wrong
 */
export async function planFromGrpcFlags(
  target: string | undefined,
  flags: GrpcFlags,
  context: PlanContext,
): Promise<Plan> {
  if (flags.config === undefined) return planOf({ target, flags }, context, (path) => placeIn(flags, path));
  const { readGhzConfig } = await import('./config.js');
  const config = readGhzConfig(flags.config, context);
  const given = config.under(target, flags);
  return planOf(given, context, (path) => given.placeOf(placeIn(given.flags, path)));
}

interface Given {
  readonly target: string | undefined;
  readonly flags: GrpcFlags;
}

function planOf({ target: text, flags }: Given, context: PlanContext, place: (path: Path) => Place): Plan {
  const problems = new Problems(place);
  const tls = readTls(flags, problems);
  const target = problems.attempt(['target'], () => parseTarget(grpcUrl(text, tls)));
  const settings = readGrpcSettings(flags, problems);
  const operation = readCallFlags(flags, context, problems);
  const feeds = readFeeds(flags.feed ?? [], problems);
  const data = Object.fromEntries([...feeds].map(([name, feeder]) => [name || ROW, feeder]));
  if (operation !== undefined) checkFeedsUsed(operation, data, problems);
  const keys = keysOf(flags, operation, data, problems);
  const schema: SchemaSource = {
    protoFiles: flags.proto ?? [],
    importPaths: (flags.importPath ?? []).flatMap((paths) => paths.split(',')).filter((path) => path !== ''),
    protosets: flags.protoset ?? [],
    reflectMetadata: readReflectMetadata(flags.reflectMetadata, problems),
  };
  checkSchemaSource(schema, problems);
  const draft: Draft = {
    target,
    settings,
    keys,
    keyNames: flags.keys === undefined ? [] : [KEY, ...Object.keys(keys)],
    data,
    dataNames: Object.keys(data),
    operations: operation === undefined ? [] : [operation],
    operationNames: [CALL],
    schema,
    prefill: null,
    gates: (flags.gate ?? []).map((source) => ({ source, at: ['--gate'] })),
    secrets: [],
  };
  const plan =
    operation === undefined ? undefined : resolve(draft, coresOf(flags, context, problems), problems);
  if (plan === undefined || problems.any) throw problems.toError('usage');
  return plan;
}

/**
 * Whether flags ask for TLS; null: none says anything. `--insecure` beside a target without TLS is ghz's, and
 * asks for what the target is anyway.
 */
function readTls(flags: GrpcFlags, problems: Problems): boolean | null {
  const [forTls] = tlsFlags.filter((name) => flags[name] !== undefined && flags[name] !== false);
  const wanted = flags.tls === true ? 'tls' : forTls;
  if (wanted !== undefined && flags.plaintext === true) {
    problems.add([`--${wanted}`], 'contradicts --plaintext', 'leave one of them out');
  }
  return wanted !== undefined ? true : flags.plaintext === true ? false : null;
}

function readGrpcSettings(flags: GrpcFlags, problems: Problems): Partial<Settings> {
  const given = readSettingFlags(flags, settingFlags, problems);
  const read = { ...given, ...readDuration(flags, given.measureMs, problems) };
  const insecure = flags.insecure === true || flags.skipTLS === true;
  const schedules = readSchedules(flags, read, problems);
  const isPaced = [read.rate, read.stages, schedules.stages, flags.loadSchedule].some(
    (one) => one !== undefined,
  );
  if (flags.async === true && !isPaced) {
    problems.add(['--async'], 'calls that wait for none need a rate', 'give one: -R 1k');
  }
  return {
    ...read,
    ...schedules,
    ...(insecure ? { insecure } : {}),
    ...readDurationStop(flags.durationStop, problems),
  };
}

/** The length of the run. In ghz two flags bound it, and the shorter comes first. */
function readDuration(
  { maxDuration }: GrpcFlags,
  durationMs: number | undefined,
  problems: Problems,
): Partial<Settings> {
  if (maxDuration === undefined) return {};
  const mostMs = problems.attempt(['--max-duration'], () => readSetting('measureMs', maxDuration));
  return mostMs === undefined ? {} : { measureMs: Math.min(mostMs, durationMs ?? mostMs) };
}

/** What ghz does with the calls in flight at the end, in terms of `--grace`. */
function readDurationStop(text: string | undefined, problems: Problems): Partial<Settings> {
  if (text === undefined || text === 'wait') return {};
  if (text === 'close') return { graceMs: 0 };
  const hint =
    text === 'ignore' ? 'every call is counted here: --grace 0 ends those in flight' : 'close or wait';
  problems.add(['--duration-stop'], `cannot be ${JSON.stringify(text.slice(0, 20))}`, hint);
  return {};
}

function keysOf(
  flags: GrpcFlags,
  draft: DraftOperation | undefined,
  data: Readonly<Record<string, DraftFeeder>>,
  problems: Problems,
): Record<string, KeySpec> {
  const read = readKeys(flags.keys ?? [], problems);
  const keys = Object.fromEntries([...read].map(([name, spec]) => [name || KEY, spec]));
  for (const name of draft === undefined ? [] : Object.keys(keys)) {
    if (draft !== undefined && usesKey(draft, name, feedersBy(name, data))) continue;
    problems.add(
      ['keys'],
      `nothing uses {{${name}}}`,
      `write it where the key goes: -d '{"key": "{{${name}}}"}'`,
    );
  }
  return keys;
}

/** With ghz's `--cpus` workers are chosen for so many cores, and no more than there are connections. */
function coresOf({ cpus }: GrpcFlags, context: PlanContext, problems: Problems): PlanContext {
  if (cpus === undefined) return context;
  const cores = Number(cpus);
  if (Number.isSafeInteger(cores) && cores >= 1) return { ...context, cores };
  problems.add(['--cpus'], `expected a whole number of 1 or more, read ${JSON.stringify(cpus.slice(0, 20))}`);
  return context;
}

/** With ghz's schedules in place of the stages that they become. */
function placeIn(flags: GrpcFlags, path: Path): Place {
  const place = grpcFlagPlace(path);
  return { ...place, text: schedulePlace(place.text, flags) };
}

function grpcFlagPlace(path: Path): Place {
  const [head, part] = path;
  const schemaFlags: Readonly<Record<string, string>> = {
    protosets: '--protoset',
    importPaths: '--import-path',
    reflectMetadata: '--reflect-metadata',
  };
  if (head === 'target') return { text: 'target', order: -1 };
  const schemaFlag = head === 'grpc' ? schemaFlags[String(part)] : undefined;
  return schemaFlag === undefined ? flagPlace(path) : { text: schemaFlag, order: -1 };
}
