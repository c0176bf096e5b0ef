import { OutcomeKind } from '../../core/index.js';

/** A connection that could not be made. The cause is the system's error. */
export class ConnectError extends Error {
  override readonly cause: NodeJS.ErrnoException;

  constructor(cause: Error) {
    super(cause.message);
    this.cause = cause;
    this.name = 'ConnectError';
  }
}

/** A request that the driver itself gave up, and as what. */
export class GivenUp extends Error {
  readonly kind: OutcomeKind;

  constructor(kind: OutcomeKind, message: string) {
    super(message);
    this.name = 'GivenUp';
    this.kind = kind;
  }
}

/** By `error.code`. Codes that begin with UND_ERR are undici's, see its docs/api/Errors.md. */
const kinds: Readonly<Record<string, OutcomeKind>> = {
  EPIPE: OutcomeKind.write,
  ERR_STREAM_DESTROYED: OutcomeKind.write,
  ERR_STREAM_WRITE_AFTER_END: OutcomeKind.write,
  // undici refused to write the request: a byte that may not stand where a value put it.
  UND_ERR_INVALID_ARG: OutcomeKind.write,
  UND_ERR_NOT_SUPPORTED: OutcomeKind.write,
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: OutcomeKind.write,
  UND_ERR_HEADERS_OVERFLOW: OutcomeKind.protocol,
  UND_ERR_RES_EXCEEDED_MAX_SIZE: OutcomeKind.protocol,
  ERR_HTTP2_ERROR: OutcomeKind.protocol,
};

/**
 * What undici says of any response with a Content-Length that it could not read to the end: a head with a
 * wrong or a second length, a body that was cut, and a 304.
 */
const LENGTH_MISMATCH = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';

/** llhttp's reason for a connection that ended within a message. */
const CUT = 'Invalid EOF state';

/**
 * What kind of failure an error of undici, a socket or the driver itself is.
 * @param status of the response that the error cut; 0 before its head was read
 */
export function kindOf(error: NodeJS.ErrnoException, status: number): OutcomeKind {
  if (error instanceof GivenUp) return error.kind;
  if (error instanceof ConnectError) return OutcomeKind.connect;
  const code = error.code ?? '';
  if (code === LENGTH_MISMATCH) {
    if (status === 0) return OutcomeKind.protocol;
    // The length is that of the body that a 200 would have (RFC 9110 §15.4.5): nothing is missing.
    return status === 304 ? OutcomeKind.ok : OutcomeKind.read;
  }
  const known = kinds[code];
  if (known !== undefined) return known;
  // In TLS 1.3 the server judges the client's certificate after the client's handshake is done.
  if (code.startsWith('ERR_SSL_')) return code.includes('ALERT') ? OutcomeKind.connect : OutcomeKind.protocol;
  // The parser's errors have names but no usable codes in this version of undici.
  if (error.name === 'HTTPParserError') {
    return error.message.includes(CUT) ? OutcomeKind.read : OutcomeKind.protocol;
  }
  // A 100 or 101 that was not asked for has no code of its own.
  if (error.message === 'bad response' || error.message === 'bad upgrade') return OutcomeKind.protocol;
  if (error.syscall === 'write') return OutcomeKind.write;
  return OutcomeKind.read;
}

/**
 * Whether undici's client never sends again after this error: an HTTP/2 session that has ended and is not yet
 * closed throws when it is written to, and undici 7 stays in the middle of what it was doing.
 */
export function stallsClient({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ERR_HTTP2_INVALID_SESSION' || code === 'ERR_HTTP2_GOAWAY_SESSION';
}
