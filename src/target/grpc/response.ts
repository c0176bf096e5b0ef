import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { GrpcStatus } from '../../core/index.js';
import { encodeMessage, type Failure } from './status.js';

/** The head of every answer to a call. */
export const responseHead: OutgoingHttpHeaders = {
  ':status': 200,
  'content-type': 'application/grpc+proto',
  'grpc-accept-encoding': 'identity,gzip',
};

/** What stands before a message: whether it is compressed, and its length. */
export function prefixOf(flag: 0 | 1, length: number): string {
  return String.fromCharCode(
    flag,
    length >>> 24,
    (length >>> 16) & 0xff,
    (length >>> 8) & 0xff,
    length & 0xff,
  );
}

/** How long a client may go on sending to a call that has its status. */
const LINGER_MS = 1_000;

/** Ends a call with its status: as trailers, or as the head where there was none before ("Trailers-Only"). */
export function endStream(stream: ServerHttp2Stream, failure: Failure | undefined): void {
  const status =
    failure === undefined
      ? { 'grpc-status': '0' }
      : { 'grpc-status': String(GrpcStatus[failure.code]), 'grpc-message': encodeMessage(failure.message) };
  if (stream.headersSent) {
    stream.once('wantTrailers', () => stream.sendTrailers(status));
    stream.end();
  } else {
    stream.respond({ ...responseHead, ...status }, { endStream: true });
  }
  swallowRest(stream);
}

/**
 * Reads what a client still sends after its answer, and tells it to stop when that takes long, with an
 * RST_STREAM of NO_ERROR (RFC 9113 section 8.1). Not at once: it could overtake the answer, and a client
 * that has its answer stops by itself.
 */
export function swallowRest(stream: ServerHttp2Stream): void {
  if (stream.readableEnded) return;
  stream.resume();
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), LINGER_MS);
  stream.once('close', () => clearTimeout(timer));
}
