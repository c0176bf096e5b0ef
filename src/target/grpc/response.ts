import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { Code, encodeMessage, type Failure } from './status.js';

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

/**
 * Ends a call with its status: as trailers, or as the head where there was none before ("Trailers-Only").
 * A client that is still sending is told to stop, with an RST_STREAM of NO_ERROR (RFC 9113 section 8.1).
 */
export function endStream(stream: ServerHttp2Stream, failure: Failure | undefined): void {
  const status =
    failure === undefined
      ? { 'grpc-status': '0' }
      : { 'grpc-status': String(Code[failure.code]), 'grpc-message': encodeMessage(failure.message) };
  if (stream.headersSent) {
    stream.once('wantTrailers', () => {
      stream.sendTrailers(status);
      stopInput(stream);
    });
    stream.end();
  } else {
    stream.respond({ ...responseHead, ...status }, { endStream: true });
    stopInput(stream);
  }
}

function stopInput(stream: ServerHttp2Stream): void {
  if (stream.readableEnded) return;
  stream.resume();
  // A turn later: newer Nodes send the reset ahead of a response that waits in the same turn, which then is lost.
  setImmediate(() => {
    if (!stream.destroyed && !stream.readableEnded) stream.close(constants.NGHTTP2_NO_ERROR);
  });
}
