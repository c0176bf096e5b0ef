import { type BodySpec, escapeText, type PlanOperation, usageError, ZipfireError } from '../core/index.js';
import { dataHole, holeName, type KnownNames, templateHoles } from '../request/index.js';
import { checkKnown } from './check-names.js';
import { checkCall } from './grpc/call.js';
import { checkHeader, isToken, sameName } from './headers.js';
import type { Path, Problems } from './problems.js';
import { checkWeighted, type WeightedHeader } from './weighted.js';

/** Bodies of a plan are held by every worker. */
export const MAX_BODY_BYTES = 16 * 2 ** 20;
const MAX_HEADERS = 100;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** An operation as it was read, and where its parts stand. */
export interface DraftOperation {
  readonly operation: PlanOperation;
  /** Where its path was read: `operations.read.get`; of a gRPC call its method: `operations.read.call`. */
  readonly pathAt: Path;
  readonly methodAt: Path;
  /** Where the data of a gRPC call was read. */
  readonly dataAt?: Path;
  /** Headers, or metadata, with weights; the operation's own are fixed. Absent: none. */
  readonly weighted?: readonly WeightedHeader[];
}

/** What the templates of a draft may name. */
export type DraftNames = Pick<KnownNames, 'keys' | 'data' | 'captures'> & {
  /** Values of environment variables that must not be shown. */
  readonly secrets: readonly string[];
};

/** A method as it is sent: the usual ones in capitals however they were written, others as they are. */
export function methodName(text: string): string {
  const capitals = text.toUpperCase();
  return METHODS.has(capitals) ? capitals : text;
}

/** Checks everything that a driver would otherwise stumble over, one problem for each fault. */
export function checkOperation(draft: DraftOperation, names: DraftNames, problems: Problems): void {
  const { operation, pathAt, methodAt } = draft;
  if (operation.call !== undefined) {
    checkCall(draft, operation.call, names, problems);
    return;
  }
  const at: Path = ['operations', operation.name];
  problems.attempt(methodAt, () => checkMethod(operation.method, names));
  problems.attempt(pathAt, () => checkPath(operation.path, names));
  if (operation.headers.length > MAX_HEADERS) {
    problems.add([...at, 'headers'], `more than ${MAX_HEADERS} headers`);
  }
  for (const header of operation.headers) {
    problems.attempt([...at, 'headers', header[0]], () => {
      checkHeader(header);
      checkKnown(header[1], inRequest(names));
    });
  }
  for (const header of draft.weighted ?? []) {
    problems.attempt([...at, 'headers', header.name], () => {
      checkWeighted(header, names.secrets);
      for (const [value] of header.values) {
        checkHeader([header.name, value]);
        checkKnown(value, inRequest(names));
      }
    });
  }
  const { body } = operation;
  if (body !== null) problems.attempt([...at, 'body'], () => checkBody(body, names));
}

function checkMethod(method: string, names: DraftNames): void {
  const fixed = method.replace(/\{\{.*?\}\}/gs, 'X');
  if (!isToken(fixed)) throw usageError(`expected a method such as GET, read ${shown(method)}`);
  if (fixed.toUpperCase() === 'CONNECT') {
    throw usageError('CONNECT asks a proxy for a tunnel and is no request to measure');
  }
  checkKnown(method, inRequest(names));
}

function checkPath(path: string, names: DraftNames): void {
  if (/[\0-\x1f\x7f]/.test(path)) throw usageError('a path may not hold line breaks or control characters');
  if (!path.startsWith('/')) {
    throw usageError(`expected a path that begins with "/", read ${shown(path)}`, 'the host is in `target`');
  }
  if (path.replace(/\{\{.*?\}\}/g, '').includes('#')) {
    throw usageError('a path may not hold "#": fragments are not sent', 'write %23 for the character');
  }
  checkKnown(path, inRequest(names));
}

function checkBody(body: BodySpec, names: DraftNames): void {
  if (body.kind === 'text') checkKnown(body.template, inRequest(names));
}

function inRequest({ keys, data, captures }: DraftNames): KnownNames {
  return { keys, data, captures, inCall: false };
}

/** Whether any template of the operation has a hole that `isMeant`. */
function usesHole({ operation, weighted = [] }: DraftOperation, isMeant: (hole: Hole) => boolean): boolean {
  const texts = [operation.method, operation.path, ...operation.headers.map(([, value]) => value)];
  texts.push(...weighted.flatMap(({ values }) => values.map(([value]) => value)));
  if (operation.body?.kind === 'text') texts.push(operation.body.template);
  if (operation.call?.data.kind === 'json') texts.push(operation.call.data.text);
  return texts.some((text) => holesOf(text).some(isMeant));
}

/**
 * Whether the operation has a hole for the key generator, or for data that goes by it.
 * @param byKey feeders whose rows the key's numbers are
 */
export function usesKey(draft: DraftOperation, key: string, byKey: readonly string[] = []): boolean {
  return usesHole(
    draft,
    (hole) => holeName(hole) === key || dataHole(hole, (name) => byKey.includes(name)) !== null,
  );
}

/** The holes of a template; none of one that cannot be read, which is complained about elsewhere. */
function holesOf(text: string): Hole[] {
  try {
    return templateHoles(text);
  } catch (error) {
    if (error instanceof ZipfireError) return [];
    throw error;
  }
}

type Hole = ReturnType<typeof templateHoles>[number];

/**
 * Takes the Host header out of the operations: it says which site is meant, and is the same for a whole run.
 * @returns its value, null when no operation has one
 */
export function takeHost(
  drafts: readonly DraftOperation[],
  problems: Problems,
): { host: string | null; operations: PlanOperation[] } {
  const hosts = drafts.map(
    ({ operation }) => operation.headers.find(([name]) => sameName(name, 'host'))?.[1],
  );
  const host = hosts.find((value) => value !== undefined) ?? null;
  const operations = drafts.map(({ operation }, index) => {
    const own = hosts[index];
    const at: Path = ['operations', operation.name, 'headers', 'Host'];
    if (own?.includes('{{')) problems.add(at, 'the Host header may not be a template');
    else if (host !== null && own !== host) {
      problems.add(at, `all operations have one Host header, and another has ${shown(host)}`);
    }
    const headers = operation.headers.filter(([name]) => !sameName(name, 'host'));
    return own === undefined ? operation : { ...operation, headers };
  });
  return { host, operations };
}

function shown(text: string): string {
  return `"${escapeText(text, { maxLength: 60 })}"`;
}
