import { dirname, isAbsolute, join } from 'node:path';
import type { z } from 'zod';
import type { BodySpec, PlanOperation } from '../core/index.js';
import type { PlanContext } from './context.js';
import { fileBody } from './flags.js';
import { readCall } from './grpc/read-call.js';
import { sameName } from './headers.js';
import { type DraftOperation, methodName } from './operation.js';
import type { Path, Problems } from './problems.js';
import { type operationSchema, verbs } from './schema.js';
import { readCapture } from './sequences/read.js';
import { splitHeaders } from './weighted.js';

const MAX_CAPTURES = 20;

/** Where the files of a profile are: their paths are relative to its own. */
export function fromProfile(profile: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(profile), path);
}

type RawOperation = z.output<typeof operationSchema>;

/**
 * An operation of a profile. Undefined, and a problem, when it has no method and path, or more than one.
 * @param fileOf where a file of the profile is
 */
export function readOperation(
  name: string,
  raw: RawOperation,
  fileOf: (path: string) => string,
  context: PlanContext,
  problems: Problems,
): DraftOperation | undefined {
  const at: Path = ['operations', name];
  if (!isOfOneKind(raw, at, problems)) return undefined;
  if (raw.call !== undefined) return readCall(name, { ...raw, call: raw.call }, fileOf, context, problems);
  const readBodyFile = (path: string) => fileBody(fileOf(path), context);
  const request = readRequest(raw, at, problems);
  const body = readBody(raw.body, [...at, 'body'], readBodyFile, problems);
  if (request === undefined || body === undefined) return undefined;
  const { method, path, methodAt, pathAt } = request;
  const { headers, weighted } = splitHeaders(raw.headers ?? {});
  const named = Object.keys(raw.headers ?? {});
  const isJson = raw.body?.json !== undefined && !named.some((header) => sameName(header, 'content-type'));
  if (isJson) headers.push(['Content-Type', 'application/json']);
  const captures = Object.entries(raw.capture ?? {}).flatMap(
    ([capture, spec]) =>
      problems.attempt([...at, 'capture', capture], () => readCapture(capture, spec)) ?? [],
  );
  if (captures.length > MAX_CAPTURES) problems.add([...at, 'capture'], `more than ${MAX_CAPTURES} captures`);
  const operation: PlanOperation = {
    name,
    weight: raw.weight ?? 1,
    method,
    path,
    headers,
    body,
    ...(captures.length > 0 ? { captures } : {}),
  };
  return { operation, methodAt, pathAt, weighted };
}

const ofRequests = [...verbs, 'method', 'path', 'headers', 'body', 'capture'] as const;
const ofCalls = ['data', 'dataFile', 'binaryFile', 'metadata', 'gzip', 'stream'] as const;

/** An operation is an HTTP request or a gRPC call; a problem for what belongs to the other. */
function isOfOneKind(raw: RawOperation, at: Path, problems: Problems): boolean {
  const isCall = raw.call !== undefined;
  const strays = (isCall ? ofRequests : ofCalls).filter((name) => raw[name] !== undefined);
  const why = isCall
    ? 'is for HTTP requests, and this is a gRPC call'
    : 'is for gRPC calls; `call` is missing';
  for (const name of strays) {
    const hint = name === 'headers' ? 'a call has metadata' : name === 'body' ? 'a call has data' : undefined;
    problems.add([...at, name], why, hint, 'name');
  }
  return strays.length === 0;
}

/** `get: "/path"`, or `method` and `path`. */
function readRequest(raw: RawOperation, at: Path, problems: Problems) {
  const used = verbs.filter((verb) => raw[verb] !== undefined);
  const [verb, second] = used;
  if (verb !== undefined && second !== undefined) {
    problems.add(
      [...at, second],
      `an operation is one request, and there is ${verb} already`,
      undefined,
      'name',
    );
    return undefined;
  }
  if (verb === undefined) {
    if (raw.path === undefined) {
      problems.add(at, 'expected a request such as get: "/path"', undefined, 'name');
      return undefined;
    }
    const method = methodName(raw.method ?? (raw.body === undefined ? 'GET' : 'POST'));
    return { method, path: raw.path, methodAt: [...at, 'method'], pathAt: [...at, 'path'] };
  }
  for (const other of ['method', 'path'] as const) {
    if (raw[other] === undefined) continue;
    problems.add([...at, other], `${verb} gives the method and the path already`, undefined, 'name');
    return undefined;
  }
  return {
    method: verb.toUpperCase(),
    path: raw[verb] ?? '',
    methodAt: [...at, verb],
    pathAt: [...at, verb],
  };
}

function readBody(
  raw: RawOperation['body'],
  at: Path,
  readBodyFile: (path: string) => BodySpec,
  problems: Problems,
): BodySpec | null | undefined {
  if (raw === undefined) return null;
  const given = Object.entries(raw).filter(([, value]) => value !== undefined);
  const { text, file, bytes, random, json } = raw;
  if (given.length !== 1) {
    problems.add(at, 'expected one of text, file, bytes, random and json');
    return undefined;
  }
  if (text !== undefined) return { kind: 'text', template: text };
  if (file !== undefined) return problems.attempt([...at, 'file'], () => readBodyFile(file));
  if (bytes !== undefined) return { kind: 'bytes', size: bytes, random: false };
  if (random !== undefined) return { kind: 'bytes', size: random, random: true };
  return { kind: 'text', template: JSON.stringify(json) };
}
