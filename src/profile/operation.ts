import { type BodySpec, escapeText, type PlanOperation, usageError } from '../core/index.js';
import type { KnownNames } from '../request/index.js';
import { checkKnown } from './check-names.js';
import { checkCall } from './grpc/call.js';
import { checkHeader, isToken, sameName } from './headers.js';
import type { Path, Problems } from './problems.js';

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
}

/** A method as it is sent: the usual ones in capitals however they were written, others as they are. */
export function methodName(text: string): string {
  const capitals = text.toUpperCase();
  return METHODS.has(capitals) ? capitals : text;
}

/** Checks everything that a driver would otherwise stumble over, one problem for each fault. */
export function checkOperation(draft: DraftOperation, keys: readonly string[], problems: Problems): void {
  const { operation, pathAt, methodAt } = draft;
  if (operation.call !== undefined) {
    checkCall(draft, operation.call, keys, problems);
    return;
  }
  const at: Path = ['operations', operation.name];
  problems.attempt(methodAt, () => checkMethod(operation.method, keys));
  problems.attempt(pathAt, () => checkPath(operation.path, keys));
  if (operation.headers.length > MAX_HEADERS) {
    problems.add([...at, 'headers'], `more than ${MAX_HEADERS} headers`);
  }
  for (const header of operation.headers) {
    problems.attempt([...at, 'headers', header[0]], () => {
      checkHeader(header);
      checkKnown(header[1], inRequest(keys));
    });
  }
  const { body } = operation;
  if (body !== null) problems.attempt([...at, 'body'], () => checkBody(body, keys));
}

function checkMethod(method: string, keys: readonly string[]): void {
  const fixed = method.replace(/\{\{.*?\}\}/gs, 'X');
  if (!isToken(fixed)) throw usageError(`expected a method such as GET, read ${shown(method)}`);
  if (fixed.toUpperCase() === 'CONNECT') {
    throw usageError('CONNECT asks a proxy for a tunnel and is no request to measure');
  }
  checkKnown(method, inRequest(keys));
}

function checkPath(path: string, keys: readonly string[]): void {
  if (/[\0-\x1f\x7f]/.test(path)) throw usageError('a path may not hold line breaks or control characters');
  if (!path.startsWith('/')) {
    throw usageError(`expected a path that begins with "/", read ${shown(path)}`, 'the host is in `target`');
  }
  if (path.replace(/\{\{.*?\}\}/g, '').includes('#')) {
    throw usageError('a path may not hold "#": fragments are not sent', 'write %23 for the character');
  }
  checkKnown(path, inRequest(keys));
}

function checkBody(body: BodySpec, keys: readonly string[]): void {
  if (body.kind === 'text') checkKnown(body.template, inRequest(keys));
  if (body.kind === 'bytes' && body.size > MAX_BODY_BYTES) {
    throw usageError(`a body has 16 MiB at most, read ${body.size} bytes`);
  }
}

function inRequest(keys: readonly string[]): KnownNames {
  return { keys, inCall: false };
}

/** Whether any template of the operation has a hole for the key generator. */
export function usesKey(operation: PlanOperation, key: string): boolean {
  const texts = [operation.method, operation.path, ...operation.headers.map(([, value]) => value)];
  if (operation.body?.kind === 'text') texts.push(operation.body.template);
  if (operation.call?.data.kind === 'json') texts.push(operation.call.data.text);
  return texts.some((text) =>
    [...text.matchAll(/\{\{\s*([^\s}]+)[^}]*\}\}/g)].some(([, name]) => name === key),
  );
}

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
