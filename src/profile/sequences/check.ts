import { type CaptureSpec, usageError, ZipfireError } from '../../core/index.js';
import { parseGate } from '../../gate/index.js';
import { captureHole, checkCapture, templateHoles, variableNames } from '../../request/index.js';
import type { Draft } from '../draft.js';
import { hasCalls } from '../grpc/protocol.js';
import type { DraftOperation } from '../operation.js';
import type { Path, Problems } from '../problems.js';
import { pathOf } from '../settings.js';

/** RFC 9110, section 5.5. */
const NOT_IN_HEADER = /[\0-\x08\x0a-\x1f\x7f]/;

/** What operations capture, each name once. */
export function captureNames(operations: readonly DraftOperation[]): string[] {
  return [
    ...new Set(operations.flatMap(({ operation }) => (operation.captures ?? []).map(({ name }) => name))),
  ];
}

/** Captures, sequences and cookies: what they contradict, and what would never be sent. */
export function checkUsers(draft: Draft, problems: Problems): void {
  const { operations, sequences = [], settings } = draft;
  const names = captureNames(operations);
  for (const each of operations) checkCaptures(each, draft, problems);
  if (names.length === 0 && sequences.length === 0 && settings.cookies !== true) return;
  const what = whatOf(draft, names);
  if (hasCalls(draft)) problems.add(what.at, `${what.are} for HTTP requests, and these are gRPC calls`);
  if (settings.script !== undefined)
    problems.add(
      ['script'],
      `a script makes requests of its own; ${what.are} not for it`,
      'leave one of them out',
    );
  if (settings.replayFile !== undefined)
    problems.add(
      pathOf('replayFile'),
      `a replay sends what is in its log; ${what.are} not for it`,
      'leave one of them out',
    );
  for (const name of ['connectionStages', 'concurrencyStages'] as const) {
    if (settings[name] === undefined) continue;
    const why = `a user keeps its connection, and ${what.are} kept by users: their number does not change`;
    problems.add(pathOf(name), why, 'change the rate instead: stages');
  }
  if (settings.cookies === true && (settings.redirects ?? 0) > 0) {
    const hint = 'leave redirects out, and make what they lead to a step of a sequence';
    problems.add(pathOf('redirects'), 'cookies are not kept on the way of a redirect', hint);
  }
  checkPrefill(draft, names, problems);
  checkSendable(draft, names, problems);
  checkRateGates(draft, problems);
}

/** What makes it a run of users, for messages, and where it is. */
function whatOf({ operations, sequences = [] }: Draft, names: readonly string[]): { are: string; at: Path } {
  if (sequences.length > 0) return { are: 'sequences are', at: ['sequences'] };
  const captures = operations.find(({ operation }) => operation.captures !== undefined);
  if (names.length > 0 && captures !== undefined)
    return { are: 'captured values are', at: ['operations', captures.operation.name, 'capture'] };
  return { are: 'cookies are', at: pathOf('cookies') };
}

function checkCaptures({ operation }: DraftOperation, draft: Draft, problems: Problems): void {
  for (const capture of operation.captures ?? []) {
    const { name, fallback } = capture;
    const at: Path = ['operations', operation.name, 'capture', name];
    problems.attempt(at, () => {
      checkCapture(capture);
      const other = [
        ['keys', draft.keyNames],
        ['data', draft.dataNames],
        ['variables of templates', [...variableNames, 'raw']],
      ] as const;
      const taken = other.find(([, names]) => names.includes(name));
      if (taken !== undefined)
        throw usageError(`{{${name}}} is among the ${taken[0]} already`, 'choose another name');
      const others = allCaptures(draft).filter((each) => each.name === name);
      const different = others.find((each) => each.fallback !== fallback);
      if (different !== undefined)
        throw usageError('operations that capture one name have one default', 'give it to each of them');
    });
    const inHeader = draft.operations.find(({ operation: { headers } }) =>
      headers.some(([, value]) => holes(value, [name]).length > 0),
    );
    if (fallback !== null && inHeader !== undefined && NOT_IN_HEADER.test(fallback))
      problems.add([...at, 'default'], 'it goes into a header, and holds a line break or control character');
  }
  const isFixed = holes(operation.method, captureNames(draft.operations)).length === 0;
  if (!isFixed) problems.add(['operations', operation.name, 'method'], 'a method is not captured');
}

function allCaptures({ operations }: Pick<Draft, 'operations'>): CaptureSpec[] {
  return operations.flatMap(({ operation }) => operation.captures ?? []);
}

/** The captured names that an operation is filled with. */
function needsOf({ operation, weighted = [] }: DraftOperation, names: readonly string[]): string[] {
  const texts = [operation.path, ...operation.headers.map(([, value]) => value)];
  texts.push(...weighted.flatMap(({ values }) => values.map(([value]) => value)));
  if (operation.body?.kind === 'text') texts.push(operation.body.template);
  return [...new Set(texts.flatMap((text) => holes(text, names)))];
}

function holes(text: string, names: readonly string[]): string[] {
  try {
    return templateHoles(text).flatMap(
      (hole) => captureHole(hole, (name) => names.includes(name))?.name ?? [],
    );
  } catch (error) {
    // Complained about elsewhere.
    if (error instanceof ZipfireError) return [];
    throw error;
  }
}

function checkPrefill({ prefill, operations }: Draft, names: readonly string[], problems: Problems): void {
  const writer = operations.find(({ operation }) => operation.name === prefill?.operation);
  if (writer === undefined) return;
  const withDefault = (each: string) =>
    allCaptures({ operations }).some(({ name, fallback }) => name === each && fallback !== null);
  const name = needsOf(writer, names).find((each) => !withDefault(each));
  if (name === undefined) return;
  const hint = 'write with an operation that needs none';
  problems.add(
    ['phases', 'prefill', 'operation'],
    `it needs {{${name}}}, which nothing has captured yet`,
    hint,
  );
}

/** Refuses what can never be sent, as nothing that is sent before it captures what it needs. */
function checkSendable(draft: Draft, names: readonly string[], problems: Problems): void {
  const { operations, sequences = [] } = draft;
  const byName = new Map(operations.map((each) => [each.operation.name, each]));
  const had = new Set(allCaptures(draft).flatMap(({ name, fallback }) => (fallback === null ? [] : [name])));
  const plain = operations.filter(({ operation }) => operation.weight > 0);
  const runs = [
    ...plain.map(({ operation }) => [operation.name]),
    ...sequences.map(({ steps }) => steps.map((step) => step.operation)),
  ];
  const lacking = (name: string) =>
    needsOf(byName.get(name) as DraftOperation, names).find((each) => !had.has(each));
  for (let before = -1; before < had.size; ) {
    before = had.size;
    for (const run of runs) {
      for (const name of run) {
        const step = byName.get(name);
        if (step === undefined || lacking(name) !== undefined) break;
        for (const capture of step.operation.captures ?? []) had.add(capture.name);
      }
    }
  }
  for (const run of runs) {
    for (const name of run) {
      if (!byName.has(name)) break;
      const missing = lacking(name);
      if (missing === undefined) continue;
      const hint = `capture ${missing} in what is sent before it, or give its capture a default`;
      problems.add(
        ['operations', name],
        `it needs {{${missing}}}, and nothing sent before it captures that`,
        hint,
        'name',
      );
      return;
    }
  }
}

/** A rate counts a sequence once, and qps each of its requests. */
function checkRateGates(
  { sequences = [], operations, operationNames, gates }: Draft,
  problems: Problems,
): void {
  const [first] = sequences;
  if (first === undefined) return;
  const context = { operations: [...operationNames, ...sequences.map(({ name }) => name)] };
  for (const { source, at } of gates) {
    try {
      const gate = parseGate(source, context);
      if (gate.limit.kind !== 'share-of-rate' || gate.operation !== null || operations.length === 0) continue;
      const hint = `name a sequence: ${first.name}.${source.trim()}`;
      problems.add(at, 'the rate counts a sequence once, and this each of its requests', hint);
    } catch (error) {
      if (!(error instanceof ZipfireError)) throw error;
    }
  }
}
