import { type CallData, parseCount, parseDurationMs, type StreamPlan, usageError } from '../../core/index.js';
import { escapeTemplate } from '../../request/index.js';
import type { PlanContext } from '../context.js';
import { type Header, parseHeader } from '../headers.js';
import type { DraftOperation } from '../operation.js';
import type { Problems } from '../problems.js';
import { draftCall } from './call.js';
import { binaryFile, binaryStdin, jsonData, jsonFile, jsonStdin, noData, utf8 } from './data.js';
import type { GrpcFlags } from './flags.js';
import { checkMetadata, metadataOf, parseMetadata } from './metadata.js';

/** Name of the operation of a run without a profile. */
export const CALL = 'call';

const MAX_METADATA_BYTES = 2 ** 20;
/** Longest time that a timer of Node can hold. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The call that flags describe; undefined, and a problem, without a method. */
export function readCallFlags(
  flags: GrpcFlags,
  context: PlanContext,
  problems: Problems,
): DraftOperation | undefined {
  const data = readData(flags, context, problems);
  const headers = readMetadata(flags, context, problems);
  const stream = readStream(flags, problems);
  if (flags.call === undefined || flags.call === '') {
    problems.add(['--call'], 'missing', 'name the method: --call kv.v1.KV/Get');
    return undefined;
  }
  const methodAt = problems.nameOf(['--call']);
  const call = draftCall(flags.call, data.value, {
    // A flag that holds it is no place to go and see.
    ...(methodAt === '--call' ? {} : { methodAt }),
    gzip: flags.gzip ?? false,
    stream,
  });
  const path = `/${flags.call.replace(/^\//, '')}`;
  return {
    operation: { name: CALL, weight: 1, method: 'POST', path, headers, body: null, call },
    pathAt: ['--call'],
    methodAt: ['--call'],
    dataAt: [data.flag],
  };
}

/** Data comes from one flag: in it, from a file, or from standard input. */
function readData(
  flags: GrpcFlags,
  context: PlanContext,
  problems: Problems,
): { readonly flag: string; readonly value: CallData } {
  const ways: [flag: string, given: boolean, read: () => CallData][] = [
    [
      '--data',
      flags.data !== undefined,
      () => textOrFile(flags.data ?? '', problems.nameOf(['--data']), context, withTemplates(flags)),
    ],
    [
      '--data-file',
      flags.dataFile !== undefined,
      () => jsonOf(flags.dataFile ?? '', context, withTemplates(flags)),
    ],
    ['--binary', flags.binary === true, () => binaryStdin(context)],
    ['--binary-file', flags.binaryFile !== undefined, () => bytesOf(flags.binaryFile ?? '', context)],
  ];
  const [first, second] = ways.filter(([, given]) => given);
  if (first === undefined) return { flag: '--data', value: noData };
  const [flag, , read] = first;
  if (second !== undefined)
    problems.add([second[0]], `${flag} gives the data already`, 'leave one of them out');
  return { flag, value: problems.attempt([flag], read) ?? noData };
}

function withTemplates(flags: GrpcFlags): boolean {
  return flags.templates !== false;
}

/** A text, `@file`, or `@` and `@-` for standard input. */
function textOrFile(text: string, name: string, context: PlanContext, templates: boolean): CallData {
  if (!text.startsWith('@')) return jsonData(text, name, templates);
  return jsonOf(text.slice(1) || '-', context, templates);
}

function jsonOf(path: string, context: PlanContext, templates: boolean): CallData {
  return path === '-' ? jsonStdin(context, templates) : jsonFile(path, context, templates);
}

function bytesOf(path: string, context: PlanContext): CallData {
  return path === '-' ? binaryStdin(context) : binaryFile(path, context);
}

/** Of the file, then of `-m`, then of `-H`. */
function readMetadata(flags: GrpcFlags, context: PlanContext, problems: Problems): Header[] {
  const file = flags.metadataFile;
  const all = [
    ...(problems.attempt(['--metadata-file'], () => {
      if (file === undefined) return [];
      return parseMetadata(utf8(context.readFile(file, MAX_METADATA_BYTES), file));
    }) ?? []),
    ...(problems.attempt(['--metadata'], () => parseMetadata(flags.metadata ?? '')) ?? []),
    ...(flags.header ?? []).flatMap((line) => {
      const header = problems.attempt(['--header'], () => metadataOf(parseHeader(line)));
      return header === undefined ? [] : [header];
    }),
  ];
  return withTemplates(flags) ? all : all.map(([name, value]): Header => [name, escapeTemplate(value)]);
}

/** Metadata of the reflection calls: no templates, as there are no hits. */
export function readReflectMetadata(text: string | undefined, problems: Problems): Header[] {
  const read = problems.attempt(['--reflect-metadata'], () => {
    const headers = parseMetadata(text ?? '');
    for (const header of headers) checkMetadata(header);
    return headers;
  });
  return read ?? [];
}

function readStream(flags: GrpcFlags, problems: Problems): StreamPlan {
  return {
    intervalMs: problems.attempt(['--stream-interval'], () => readMs(flags.streamInterval ?? '0')) ?? 0,
    messages: readUnlessZero(flags.streamCallCount, '--stream-call-count', parseCount, problems),
    durationMs: readUnlessZero(flags.streamCallDuration, '--stream-call-duration', readMs, problems),
    freshValues: flags.streamDynamicMessages ?? false,
  };
}

/** In ghz, 0 is no bound. */
function readUnlessZero(
  text: string | undefined,
  flag: string,
  read: (text: string) => number,
  problems: Problems,
): number | null {
  if (text === undefined) return null;
  return problems.attempt([flag], () => read(text)) || null;
}

function readMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms > MAX_TIMER_MS) throw usageError('expected at most 596h (24 days)');
  return ms;
}
