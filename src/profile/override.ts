import { type KeySpec, suggestion, ZipfireError } from '../core/index.js';
import { parseGate } from '../gate/index.js';
import type { DraftFeeder } from './data/draft-feeder.js';
import { ROW } from './data/feed-flag.js';
import type { Draft, DraftGate } from './draft.js';
import { KEY, type ReadFlags } from './flags.js';
import { gateOperations } from './gate-operations.js';
import { metadataOf } from './grpc/metadata.js';
import { overrideHeaders, sameName } from './headers.js';
import type { DraftOperation } from './operation.js';
import type { Problems } from './problems.js';
import { refuseRequestFlags } from './replay/resolve.js';
import type { Settings } from './settings.js';
import { overrideSettings } from './stages/resolve.js';

/**
 * A profile's draft with flags in the place of what they name:
 *
 * - a setting in place of the same setting
 * - `--tags` in place of tags of the same name, and beside the others
 * - `-H` on every operation, in place of headers of the same name
 * - `-X` and `-b` on the operation, if there is but one
 * - `--keys` in place of a distribution; the format of the keys stays unless `as=` is given
 * - `--feed` in place of the data of the same name, or of the only data; else beside it
 * - `--gate` in place of gates on the same side of the same metric, and beside all others: a gate of the
 *   profile is never lost by adding one
 */
export function applyFlags(draft: Draft, flags: ReadFlags, problems: Problems): Draft {
  const keys = overrideKeys(draft, flags.keys, problems);
  const data = overrideData(draft, flags.data);
  return {
    ...draft,
    settings: { ...overrideSettings(draft.settings, flags.settings), ...overrideTags(draft, flags) },
    keys,
    keyNames: [...new Set([...draft.keyNames, ...Object.keys(keys)])],
    data,
    dataNames: [...new Set([...draft.dataNames, ...Object.keys(data)])],
    operations: overrideOperations(draft, flags, problems),
    gates: overrideGates(draft, flags.gates),
  };
}

function overrideTags(draft: Draft, flags: ReadFlags): Pick<Partial<Settings>, 'tags'> {
  const [lower, upper] = [draft.settings.tags, flags.settings.tags];
  return upper === undefined ? {} : { tags: { ...lower, ...upper } };
}

function overrideOperations(draft: Draft, flags: ReadFlags, problems: Problems): readonly DraftOperation[] {
  const { method, body, headers } = flags;
  const log = flags.settings.replayFile ?? draft.settings.replayFile;
  if (log !== undefined) problems.attempt(['--replay'], () => refuseRequestFlags(flags));
  if (log !== undefined && draft.settings.replayFile === undefined)
    problems.add(
      ['--replay'],
      'the profile has operations of its own',
      'give a URL, or write replay into it',
    );
  const alone = draft.operationNames.length === 1;
  if (!alone) {
    const hint = 'change it in the profile';
    const count = draft.operationNames.length;
    if (method !== undefined) problems.add(['--method'], `which of the ${count} operations is meant?`, hint);
    if (body !== undefined) problems.add(['--body'], `which of the ${count} operations is meant?`, hint);
  }
  const only = alone ? draft.operations[0]?.operation.call : undefined;
  if (only !== undefined) {
    if (method !== undefined)
      problems.add(['--method'], 'a gRPC call names its method', 'change it in the profile');
    if (body !== undefined) problems.add(['--body'], 'a gRPC call has data', 'change it in the profile');
  }
  return draft.operations.map(({ operation, methodAt, weighted = [], ...places }) => ({
    ...places,
    weighted: weighted.filter(({ name }) => !headers.some(([header]) => sameName(header, name))),
    operation: {
      ...operation,
      headers: overrideHeaders(
        operation.headers,
        operation.call === undefined ? headers : headers.map(metadataOf),
      ),
      method: alone && method !== undefined ? method : operation.method,
      body: alone && body !== undefined ? body : operation.body,
    },
    methodAt: alone && method !== undefined ? ['--method'] : methodAt,
  }));
}

function overrideData(draft: Draft, given: ReadonlyMap<string, DraftFeeder>): Record<string, DraftFeeder> {
  const data: Record<string, DraftFeeder> = { ...draft.data };
  const [only, second] = draft.dataNames;
  for (const [flagName, feeder] of given) {
    data[flagName || (only !== undefined && second === undefined ? only : ROW)] = feeder;
  }
  return data;
}

function overrideKeys(
  draft: Draft,
  given: ReadonlyMap<string, KeySpec>,
  problems: Problems,
): Record<string, KeySpec> {
  const keys: Record<string, KeySpec> = { ...draft.keys };
  const [only, second] = draft.keyNames;
  for (const [flagName, spec] of given) {
    if (flagName === '' && second !== undefined) {
      const hint = `name them: --keys ${only}=${spec.distribution}:…`;
      problems.add(['keys'], `which of the keys ${draft.keyNames.join(', ')} are meant?`, hint);
      continue;
    }
    const name = flagName || (only ?? KEY);
    if (only !== undefined && !draft.keyNames.includes(name)) {
      problems.add(['keys'], `the profile has no keys "${name}"`, suggestion(name, draft.keyNames));
      continue;
    }
    const format = Object.hasOwn(keys, name) ? keys[name]?.format : undefined;
    keys[name] = { ...spec, format: spec.format === '{}' ? (format ?? '{}') : spec.format };
  }
  return keys;
}

function overrideGates(draft: Draft, given: readonly DraftGate[]): DraftGate[] {
  const sideOf = ({ source }: DraftGate) => gateSide(source, gateOperations(draft));
  const sides = new Set(given.map(sideOf).filter((side) => side !== null));
  const kept = draft.gates.filter((gate) => {
    const side = sideOf(gate);
    return side === null || !sides.has(side);
  });
  return [...kept, ...given];
}

/** The metric, the side on which it is bounded, and in what windows; null for a text that is no gate, which is said elsewhere. */
function gateSide(source: string, operations: readonly string[]): string | null {
  try {
    const { operation, metric, comparison, when } = parseGate(source, { operations });
    return `${operation ?? ''}.${metric} ${comparison.charAt(0)} ${JSON.stringify(when)}`;
  } catch (error) {
    if (error instanceof ZipfireError) return null;
    throw error;
  }
}
