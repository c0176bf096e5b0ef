import { type Replay, usageError } from '../../core/index.js';
import type { Draft } from '../draft.js';
import { hasCalls } from '../grpc/protocol.js';
import type { DraftOperation } from '../operation.js';
import type { Path, Problems } from '../problems.js';
import { pathOf, type SettingName, type Settings } from '../settings.js';
import { SAFE_METHODS } from './kinds.js';

/** Stands for the operations of a log until its methods are known. */
export const REPLAY = 'replay';

/** What all requests of a log have in common: the path before theirs, and headers. */
export function replayOperation(
  path: string,
  headers: DraftOperation['operation']['headers'],
): DraftOperation {
  const at: Path = ['operations', REPLAY];
  return {
    operation: { name: REPLAY, weight: 1, method: 'GET', path, headers, body: null },
    pathAt: [...at, 'path'],
    methodAt: [...at, 'method'],
  };
}

/** A draft with an operation for each method of its log; as it is where it has none. */
export function withReplay(draft: Draft): Draft {
  const { replayFile, replayMethods = SAFE_METHODS } = draft.settings;
  const [common] = draft.operations;
  if (replayFile === undefined || common === undefined) return draft;
  return {
    ...draft,
    operations: replayMethods.map((method) => ({
      ...common,
      operation: { ...common.operation, name: method, method },
    })),
    operationNames: replayMethods,
  };
}

export function resolveReplay(settings: Partial<Settings>): Replay | undefined {
  const { replayFile } = settings;
  if (replayFile === undefined) return undefined;
  return {
    file: replayFile,
    format: settings.replayFormat ?? 'auto',
    fields: settings.replayFields ?? {},
    speed: speedOf(settings),
    methods: settings.replayMethods ?? SAFE_METHODS,
    loop: settings.loop ?? false,
    log: null,
  };
}

/** Null: as fast as the responses come. */
function speedOf({ speed = 1 }: Partial<Settings>): number | null {
  return speed;
}

/** Whether it is an open loop whose rate is not known yet: that of a log. */
export function isTimedReplay(settings: Partial<Settings>): boolean {
  return settings.replayFile !== undefined && speedOf(settings) !== null;
}

const onlyReplay = ['speed', 'loop', 'replayMethods', 'replayFormat', 'replayFields'] as const;
/** What a log decides. */
const decided: readonly (readonly [SettingName, string])[] = [
  ['rate', 'the log says when its requests are sent; --speed scales it'],
  ['stages', 'the log says when its requests are sent; --speed scales it'],
  ['arrivals', 'the log says when its requests are sent'],
  ['script', 'a script makes requests, and these are those of a log'],
];

/** What contradicts a replay, or needs one. */
export function checkReplay(draft: Draft, problems: Problems): void {
  const { settings } = draft;
  const complain = (name: SettingName, message: string, hint?: string) =>
    problems.add(pathOf(name), message, hint);
  if (settings.replayFile === undefined) {
    for (const name of onlyReplay) {
      if (settings[name] !== undefined)
        complain(name, 'is for replays, and there is no log', '--replay access.log');
    }
    return;
  }
  for (const [name, message] of decided) if (settings[name] !== undefined) complain(name, message);
  if (draft.keyNames.length > 0)
    problems.add(['keys'], 'a replay draws no keys: its requests are those of the log');
  if (draft.dataNames.length > 0)
    problems.add(['data'], 'a replay takes no rows: its requests are those of the log');
  if (draft.prefill !== null) problems.add(['phases', 'prefill'], 'a replay has no operation that writes');
  if (hasCalls(draft)) complain('replayFile', 'a replay sends HTTP requests, and these are gRPC calls');
  const isBounded = settings.measureMs !== undefined || settings.requests !== undefined;
  if (settings.loop === true && !isBounded)
    complain('loop', 'a log that begins again has no end', 'give a duration, or a number of requests');
}

/** @throws ZipfireError `usage` for flags that make requests, which a log does */
export function refuseRequestFlags(given: { readonly method: unknown; readonly body: unknown }): void {
  if (given.method !== undefined)
    throw usageError('--method: the methods are those of the log', '--replay-methods chooses among them');
  if (given.body !== undefined) throw usageError('--body: the bodies are those of the log', 'leave it out');
}
