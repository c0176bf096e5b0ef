import { basename } from 'node:path';
import type { KeySpec, PlanSequence, Prefill } from '../core/index.js';
import { histograms } from '../gate/index.js';
import type { PlanContext } from './context.js';
import type { DraftFeeder } from './data/draft-feeder.js';
import { readFeeder } from './data/read-data.js';
import type { Draft, DraftGate } from './draft.js';
import { readSchemaSource } from './grpc/read-schema.js';
import { parsePart } from './issues.js';
import type { DraftOperation } from './operation.js';
import type { Path, Problems } from './problems.js';
import { fromProfile, readOperation } from './read-operation.js';
import { isRecord, type Named } from './records.js';
import { REPLAY, replayOperation } from './replay/resolve.js';
import { NAME, operationSchema, parts } from './schema.js';
import { keySchema } from './schema-keys.js';
import { kindOf } from './schema-parts.js';
import { readSequence } from './sequences/read.js';
import { sequenceSchema } from './sequences/schema.js';
import { pathOf, type Settings, settingNames } from './settings.js';
import { parseTarget } from './target.js';
import { splitHeaders } from './weighted.js';

const MAX_OPERATIONS = 256;
const MAX_KEYS = 100;
const MAX_GATES = 100;
const MAX_FEEDERS = 100;

/** The parts of the file as they were read. */
export type Raw = Readonly<Partial<Record<keyof typeof parts, unknown>>>;

/** What a profile says, each value checked for itself; what is wrong becomes problems. */
export function readDraft(
  path: string,
  raw: Raw,
  context: PlanContext,
  problems: Problems,
  secrets: readonly string[],
): Draft {
  parsePart(parts.version, raw.version, ['version'], problems);
  const targetText = parsePart(parts.target, raw.target, ['target'], problems);
  const target =
    targetText === undefined ? undefined : problems.attempt(['target'], () => parseTarget(targetText));
  const base = target?.path.replace(/\/$/, '') ?? '';
  if (base.includes('?')) {
    problems.add(
      ['target'],
      'the target of a profile has no query',
      'give it in the paths of the operations',
    );
  }
  const keys = readKeys(raw.keys, problems);
  const operations = raw.replay === undefined ? readOperations(path, raw.operations, context, problems) : [];
  const replay = readReplay(raw, problems);
  const sequences = readSequences(raw.sequences, namesOf(raw.operations), problems);
  const { settings, prefill, schema } = readSettings(path, raw, problems);
  return {
    target,
    settings: { name: basename(path).replace(/\.ya?ml$/i, ''), ...settings },
    keys,
    keyNames: namesOf(raw.keys),
    data: readData(path, raw.data, problems),
    dataNames: namesOf(raw.data),
    operations:
      replay === undefined
        ? operations
            .map((draft) => withBase(draft, base))
            .map((draft) => asStep(draft, raw.operations, sequences))
        : [replayOperation(base === '' ? '/' : base, replay)],
    ...(sequences.length > 0 ? { sequences } : {}),
    operationNames: raw.replay === undefined ? namesOf(raw.operations) : [REPLAY],
    schema,
    prefill,
    gates: readGates(raw.gates, problems),
    ...ignored(raw.advise, problems),
    secrets,
  };
}

function readSettings(path: string, raw: Raw, problems: Problems) {
  const read: Record<string, unknown> = {
    name: parsePart(parts.name, raw.name, ['name'], problems),
    tags: parsePart(parts.tags, raw.tags, ['tags'], problems),
    seed: parsePart(parts.seed, raw.seed, ['seed'], problems),
    script: parsePart(parts.script, raw.script, ['script'], problems),
  };
  const phases = parsePart(parts.phases, raw.phases, ['phases'], problems);
  const grpc = parsePart(parts.grpc, raw.grpc, ['grpc'], problems);
  const groups: Named = {
    load: parsePart(parts.load, raw.load, ['load'], problems),
    tls: parsePart(parts.tls, raw.tls, ['tls'], problems),
    replay: parsePart(parts.replay, raw.replay, ['replay'], problems),
    trace: parsePart(parts.trace, raw.trace, ['trace'], problems),
    phases,
    grpc,
  };
  for (const name of settingNames) {
    const [group = '', leaf = ''] = pathOf(name);
    const values = groups[group];
    if (isRecord(values)) read[name] = values[leaf];
  }
  for (const name of ['caFile', 'certFile', 'keyFile', 'script', 'replayFile']) {
    const file = read[name];
    if (typeof file === 'string') read[name] = fromProfile(path, file);
  }
  const given = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
  const prefill: Prefill | null = phases?.prefill ?? null;
  const schema = readSchemaSource(grpc ?? {}, (file) => fromProfile(path, file), problems);
  return { settings: given as Partial<Settings>, prefill, schema }; // each value comes from the setting's own reader
}

/** The headers of a replay; undefined where there is none. What else is wrong with it is said with the settings. */
function readReplay(raw: Raw, problems: Problems) {
  if (raw.replay === undefined) return undefined;
  if (raw.operations !== undefined)
    problems.add(['operations'], 'a replay takes its requests from the log', 'leave one of them out', 'name');
  const parsed = parts.replay.safeParse(raw.replay);
  const { headers, weighted } = splitHeaders(parsed.data?.headers ?? {});
  if (weighted.length > 0)
    problems.add(['replay', 'headers'], 'the headers of a replay have no weights', 'give each one value');
  return headers;
}

function ignored(raw: unknown, problems: Problems): Pick<Draft, 'ignore'> {
  const ignore = parsePart(parts.advise, raw, ['advise'], problems)?.ignore;
  return ignore === undefined ? {} : { ignore };
}

function readKeys(raw: unknown, problems: Problems): Record<string, KeySpec> {
  const keys: Record<string, KeySpec> = {};
  for (const [name, value] of entriesOf(raw, ['keys'], MAX_KEYS, problems)) {
    const at: Path = ['keys', name];
    checkName(name, at, problems);
    const spec = parsePart(keySchema, value, at, problems);
    if (spec !== undefined) keys[name] = spec;
  }
  return keys;
}

function readData(path: string, raw: unknown, problems: Problems): Record<string, DraftFeeder> {
  const data: Record<string, DraftFeeder> = {};
  for (const [name, value] of entriesOf(raw, ['data'], MAX_FEEDERS, problems)) {
    const at: Path = ['data', name];
    checkName(name, at, problems);
    const feeder = readFeeder(value, at, (file) => fromProfile(path, file), problems);
    if (feeder !== undefined) data[name] = feeder;
  }
  return data;
}

function readOperations(
  path: string,
  raw: unknown,
  context: PlanContext,
  problems: Problems,
): DraftOperation[] {
  const operations: DraftOperation[] = [];
  const entries = entriesOf(raw, ['operations'], MAX_OPERATIONS, problems);
  if (entries.length === 0 && (raw === undefined || isRecord(raw)))
    problems.add(['operations'], 'expected one operation at least');
  for (const [name, value] of entries) {
    const at: Path = ['operations', name];
    checkName(name, at, problems);
    if (histograms.some((histogram) => histogram === name)) {
      problems.add(at, `gates would take it for the ${name} histogram`, 'choose another name', 'name');
    }
    const parsed = parsePart(operationSchema, value, at, problems);
    if (parsed === undefined) continue;
    const operation = readOperation(name, parsed, (file) => fromProfile(path, file), context, problems);
    if (operation !== undefined) operations.push(operation);
  }
  return operations;
}

const MAX_SEQUENCES = 64;

function readSequences(raw: unknown, operationNames: readonly string[], problems: Problems): PlanSequence[] {
  return entriesOf(raw, ['sequences'], MAX_SEQUENCES, problems).flatMap(([name, value]) => {
    const at: Path = ['sequences', name];
    checkName(name, at, problems);
    if (histograms.some((histogram) => histogram === name))
      problems.add(at, `gates would take it for the ${name} histogram`, 'choose another name', 'name');
    const parsed = parsePart(sequenceSchema, value, at, problems);
    return (parsed && readSequence(name, parsed, operationNames, problems)) ?? [];
  });
}

/** A step of a sequence is sent by it alone, unless it was given a weight of its own. */
function asStep(draft: DraftOperation, raw: unknown, sequences: readonly PlanSequence[]): DraftOperation {
  const { operation } = draft;
  const isStep = sequences.some(({ steps }) => steps.some((step) => step.operation === operation.name));
  const own = isRecord(raw) ? raw[operation.name] : undefined;
  if (!isStep || (isRecord(own) && own['weight'] !== undefined)) return draft;
  return { ...draft, operation: { ...operation, weight: 0 } };
}

function readGates(raw: unknown, problems: Problems): DraftGate[] {
  const gates = parsePart(parts.gates, raw, ['gates'], problems) ?? [];
  if (gates.length > MAX_GATES) problems.add(['gates'], `more than ${MAX_GATES} gates`);
  return gates.slice(0, MAX_GATES).map((source, index) => ({ source, at: ['gates', index] }));
}

/** Names and values of a part that is a map; a problem when it is something else, or too large. */
function entriesOf(raw: unknown, at: Path, max: number, problems: Problems): [string, unknown][] {
  if (raw === undefined) return [];
  if (!isRecord(raw)) {
    problems.add(at, `expected names and values, read ${kindOf(raw)}`);
    return [];
  }
  const entries = Object.entries(raw);
  if (entries.length > max) problems.add(at, `expected ${max} at most, read ${entries.length}`);
  return entries.slice(0, max);
}

function checkName(name: string, at: Path, problems: Problems): void {
  if (NAME.test(name)) return;
  const message = 'expected a name of letters, digits, _ and -, that does not begin with a digit or -';
  problems.add(at, message, undefined, 'name');
}

/** The path of the target goes before those of the operations: `http://host/api` and `/kv` make `/api/kv`. */
function withBase(draft: DraftOperation, base: string): DraftOperation {
  const { operation } = draft;
  if (base === '' || operation.call !== undefined || !operation.path.startsWith('/')) return draft;
  return { ...draft, operation: { ...operation, path: `${base}${operation.path}` } };
}

function namesOf(raw: unknown): string[] {
  return isRecord(raw) ? Object.keys(raw) : [];
}
