import type { IncomingHttpHeaders } from 'node:http2';
import { type Failure, fail } from './status.js';
import { parseTimeoutMs } from './timeout.js';

/** What the head of a call says of it, beside the method. */
export interface CallHead {
  /** Messages may be compressed with it, in both directions. */
  readonly isGzip: boolean;
  /** Null for no deadline. */
  readonly timeoutMs: number | null;
}

/** The HTTP status for what is no call at all; null for a call (PROTOCOL-HTTP2, "Requests"). */
export function notGrpc(headers: IncomingHttpHeaders): 405 | 415 | null {
  if (headers[':method'] !== 'POST') return 405;
  return /^application\/grpc(?:$|[+;])/.test(headers['content-type'] ?? '') ? null : 415;
}

export function readHead(headers: IncomingHttpHeaders): CallHead | Failure {
  const encoding = headers['grpc-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip') {
    return fail('UNIMPLEMENTED', `grpc-encoding ${encoding} is not known here; identity and gzip are`);
  }
  const timeout = headers['grpc-timeout'];
  const timeoutMs = typeof timeout === 'string' ? parseTimeoutMs(timeout) : null;
  if (timeout !== undefined && timeoutMs === null) return fail('INTERNAL', 'grpc-timeout is malformed');
  return { isGzip: encoding === 'gzip', timeoutMs };
}
