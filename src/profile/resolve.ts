import {
  type GrpcPlan,
  type KeySpec,
  type Load,
  type Phases,
  type Plan,
  type PlanOperation,
  type Prefill,
  suggestion,
} from '../core/index.js';
import { parseGate } from '../gate/index.js';
import { countMoves } from '../keys/index.js';
import { variableNames } from '../request/index.js';
import type { PlanContext } from './context.js';
import { feedersBy } from './data/draft-feeder.js';
import { loadData } from './data/load-data.js';
import { checkOnce, rowsOnce } from './data/once.js';
import { defaults } from './defaults.js';
import type { Draft } from './draft.js';
import { gateOperations } from './gate-operations.js';
import { checkProtocol, hasCalls } from './grpc/protocol.js';
import { sameName } from './headers.js';
import { checkOperation, takeHost, usesKey } from './operation.js';
import type { Path, Problems } from './problems.js';
import { checkReplay, isTimedReplay, resolveReplay, withReplay } from './replay/resolve.js';
import { checkLoad, resolveLoad } from './resolve-load.js';
import { resolveTarget } from './resolve-target.js';
import { checkScript } from './script.js';
import { captureNames, checkUsers } from './sequences/check.js';
import type { Settings } from './settings.js';
import { measureOf } from './stages/resolve.js';
import { checkTrace } from './trace.js';
import { countOfParts, expandWeighted } from './weighted.js';

/**
 * The plan that a draft stands for: defaults filled in, values checked against each other, files read.
 * Undefined when there are problems, which then are all in `problems`.
 */
export function resolve(given: Draft, context: PlanContext, problems: Problems): Plan | undefined {
  const draft = withReplay(given);
  const { target: parsed, settings } = draft;
  // Values are compared with each other only when all of them could be read.
  const readable = !problems.any;
  const data = loadData(draft, context, problems);
  const names = {
    keys: draft.keyNames,
    data: data.columns,
    captures: captureNames(draft.operations),
    secrets: draft.secrets,
  };
  for (const operation of draft.operations) checkOperation(operation, names, problems);
  for (const name of draft.keyNames) checkKeyName(name, problems);
  const { host, operations } = takeHost(draft.operations, problems);
  const grpc = hasCalls(draft);
  const load = resolveLoad(settings, { cores: context.cores, grpc, scheme: parsed?.scheme });
  const phases = resolvePhases(settings, load, draft.prefill, rowsOnce(data.feeders));
  checkScript(draft, context, problems);
  const replay = resolveReplay(settings);
  if (readable) {
    checkReplay(draft, problems);
    checkProtocol(draft, problems);
    checkLoad(load, settings, parsed, problems);
    checkWeights(draft, problems);
    checkPrefill(draft, problems);
    checkTrace(draft, problems);
    checkParts(draft, problems);
    checkUsers(draft, problems);
    checkOnce(draft, data.feeders, phases, problems);
  }
  const keys = countedKeys(draft, load, problems);
  const gateNames = gateOperations(draft);
  const sequenceNames = (draft.sequences ?? []).map(({ name }) => name);
  // That of a log is known once it was read.
  const rate = readable && !isTimedReplay(settings) ? load.rate : undefined;
  const protocol = grpc ? 'grpc' : 'http';
  const { durationMs } = phases.measure;
  const durationSec = readable && durationMs !== null ? durationMs / 1000 : undefined;
  for (const { source, at } of draft.gates) {
    problems.attempt(at, () =>
      parseGate(source, { operations: gateNames, sequences: sequenceNames, rate, protocol, durationSec }),
    );
  }
  if (parsed === undefined) return undefined;
  const target = resolveTarget(parsed, host, settings, context, problems);
  if (problems.any) return undefined;
  return {
    name: settings.name ?? parsed.socketPath ?? parsed.authority,
    ...(settings.tags === undefined ? {} : { tags: settings.tags }),
    target,
    seed: settings.seed ?? defaults.seed,
    keys,
    ...(Object.keys(data.feeders).length > 0 ? { data: data.feeders } : {}),
    operations: operations
      .map((operation) => authorized(operation, parsed.authorization))
      .flatMap((operation, i) => expandWeighted(operation, draft.operations[i]?.weighted ?? [])),
    ...(draft.sequences === undefined ? {} : { sequences: draft.sequences }),
    ...(settings.cookies === true ? { cookies: true } : {}),
    ...(grpc ? { grpc: resolveGrpc(draft) } : {}),
    load,
    phases,
    ...(replay === undefined ? {} : { replay }),
    ...(settings.script === undefined ? {} : { script: settings.script }),
    ...(settings.traceShare === undefined ? {} : { trace: { share: settings.traceShare } }),
    ...(draft.ignore === undefined ? {} : { ignore: draft.ignore }),
    gates: draft.gates.map(({ source }) => source.trim()),
    ...(draft.secrets.length > 0 ? { secrets: draft.secrets } : {}),
  };
}

/** A key generator whose moves are given by time has them by hits from here on. */
function countedKeys({ keys }: Draft, load: Load, problems: Problems): Record<string, KeySpec> {
  const steady = load.stages === undefined ? load.rate : null;
  const counted = Object.entries(keys).map(([name, spec]): [string, KeySpec] => {
    const found = problems.attempt(['keys', name], () => countMoves(spec, steady));
    return [name, found ?? spec];
  });
  return Object.fromEntries(counted);
}

/** @param rows how many hits there is data for */
function resolvePhases(
  settings: Partial<Settings>,
  load: Load,
  prefill: Prefill | null,
  rows: number,
): Phases {
  return {
    prefill,
    warmupMs: settings.warmupMs ?? 0,
    measure: measureOf(settings, rows),
    repeat: settings.repeat ?? 1,
    graceMs: settings.graceMs ?? Math.min(load.timeoutMs, defaults.maxGraceMs),
  };
}

function resolveGrpc({ schema, settings }: Draft): GrpcPlan {
  return {
    schema: schema ?? { protoFiles: [], importPaths: [], protosets: [], reflectMetadata: [] },
    maxMessageBytes: settings.maxMessageBytes ?? defaults.maxMessageBytes,
    types: null,
  };
}

/** Operations of a run, with what weighted headers make of them. */
const MAX_PARTS = 256;

function checkParts({ operations }: Draft, problems: Problems): void {
  const count = operations.reduce((sum, { weighted = [] }) => sum + countOfParts(weighted), 0);
  if (count <= MAX_PARTS) return;
  problems.add(
    ['operations'],
    `their weighted headers make ${count} operations; expected ${MAX_PARTS} at most`,
  );
}

function checkKeyName(name: string, problems: Problems): void {
  if (!variableNames.includes(name)) return;
  problems.add(['keys', name], `{{${name}}} is a variable of templates`, 'choose another name', 'name');
}

function checkWeights({ operations, sequences = [] }: Draft, problems: Problems): void {
  const all = [...operations.map(({ operation }) => operation), ...sequences];
  const sum = all.reduce((total, { weight }) => total + weight, 0);
  if (sum > 0 && Number.isFinite(sum)) return;
  problems.add(['operations'], 'the weights sum to nothing', 'give one operation a weight above 0');
}

function checkPrefill(draft: Draft, problems: Problems): void {
  const { prefill, keys, keyNames, operationNames } = draft;
  if (prefill === null) return;
  const at = (part: string): Path => ['phases', 'prefill', part];
  if (!operationNames.includes(prefill.operation)) {
    problems.add(at('operation'), `no operation of this name`, suggestion(prefill.operation, operationNames));
  }
  if (!keyNames.includes(prefill.keys)) {
    problems.add(at('keys'), `no keys of this name`, suggestion(prefill.keys, keyNames));
  }
  const spec = Object.hasOwn(keys, prefill.keys) ? keys[prefill.keys] : undefined;
  const writerDraft = draft.operations.find(({ operation }) => operation.name === prefill.operation);
  const writer = writerDraft?.operation;
  if (spec !== undefined && prefill.count > spec.n) {
    problems.add(at('count'), `expected ${spec.n} at most: there are no more keys, read ${prefill.count}`);
  }
  const byKey = feedersBy(prefill.keys, draft.data);
  if (spec !== undefined && writerDraft !== undefined && !usesKey(writerDraft, prefill.keys, byKey)) {
    problems.add(at('keys'), `operation "${writerDraft.operation.name}" does not use {{${prefill.keys}}}`);
  }
  if (writer?.call?.stream.freshValues) {
    const hint = 'write with an operation of one message a call';
    problems.add(
      at('operation'),
      'each of its messages draws a key of its own, and a prefill gives one a call',
      hint,
    );
  }
}

/** User and password of the URL, where an operation has no authorization of its own. */
function authorized(operation: PlanOperation, authorization: string | null): PlanOperation {
  if (authorization === null) return operation;
  if (operation.headers.some(([name]) => sameName(name, 'authorization'))) return operation;
  const name = operation.call === undefined ? 'Authorization' : 'authorization';
  return { ...operation, headers: [...operation.headers, [name, authorization]] };
}
