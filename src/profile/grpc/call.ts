import { escapeText, type GrpcCall, type StreamPlan, usageError } from '../../core/index.js';
import { checkKnown } from '../check-names.js';
import type { DraftNames, DraftOperation } from '../operation.js';
import type { Path, Problems } from '../problems.js';
import { checkWeighted } from '../weighted.js';
import { checkMetadata } from './metadata.js';

const MAX_METADATA = 100;

/** What a call does when nothing is said of its stream. */
const plainStream: StreamPlan = {
  intervalMs: 0,
  messages: null,
  durationMs: null,
  freshValues: false,
};

/** A call of which nothing is known but what was given. */
export function draftCall(
  method: string,
  data: GrpcCall['data'],
  more: Partial<Pick<GrpcCall, 'methodAt' | 'gzip' | 'stream'>> = {},
): GrpcCall {
  return { method, data, gzip: false, stream: plainStream, compiled: null, ...more };
}

/** Checks what can be told without the schema, one problem for each fault. */
export function checkCall(
  { operation, pathAt, dataAt, weighted = [] }: DraftOperation,
  call: GrpcCall,
  { keys, data: columns, secrets }: DraftNames,
  problems: Problems,
): void {
  const known = { keys, data: columns, inCall: true };
  problems.attempt(pathAt, () => checkMethod(call.method));
  const { data } = call;
  if (data.kind === 'json') problems.attempt(dataAt ?? pathAt, () => checkKnown(data.text, known));
  const at: Path = ['operations', operation.name, 'metadata'];
  if (operation.headers.length > MAX_METADATA) problems.add(at, `more than ${MAX_METADATA} of them`);
  for (const header of operation.headers) {
    problems.attempt([...at, header[0]], () => {
      checkMetadata(header);
      checkKnown(header[1], known);
    });
  }
  for (const header of weighted) {
    problems.attempt([...at, header.name], () => {
      checkWeighted(header, secrets);
      for (const [value] of header.values) {
        checkMetadata([header.name, value]);
        checkKnown(value, known);
      }
    });
  }
}

function checkMethod(method: string): void {
  if (/^\/?[A-Za-z_][\w.]*[./][A-Za-z_]\w*$/.test(method)) return;
  const read = escapeText(method, { maxLength: 60 });
  throw usageError(`expected a method such as kv.v1.KV/Get, read "${read}"`);
}
