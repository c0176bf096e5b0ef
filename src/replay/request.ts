import { byteString, encodeTarget } from '../request/index.js';

/** What a line of a log says of a request; nothing of it was looked at yet. */
export interface LoggedRequest {
  readonly method: string;
  /** Path and query, or a URL whose path and query are taken. */
  readonly target: string;
  /** Null: the line has none, or times are not used. */
  readonly time: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | null;
}

/** RFC 9110, section 5.6.2: token. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 9110, section 5.5: CR and LF would end the line and forge another. */
const NOT_IN_VALUE = /[\0-\x08\x0a-\x1f\x7f]/;
const MAX_TARGET = 64 * 1024;
const MAX_HEADERS = 100;

/** They follow from the target, the body and the connection, which are not those of the log. */
const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/** Whether a text can be the method of a request: never CONNECT, which asks for a tunnel. */
export function isMethod(text: string): boolean {
  return text.length <= 40 && TOKEN.test(text) && text !== 'CONNECT';
}

/**
 * The request target to send, as a byte string in which everything that may not stand there is percent-encoded: of
 * a URL the path and query, whatever host it names. Null for what is no path.
 */
export function safeTarget(target: string): string | null {
  if (target === '' || target.length > MAX_TARGET) return null;
  // A fragment is the client's; servers never see one.
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/#.*$/s, '');
  const isOfUrl = path.length < target.length && (path === '' || path.startsWith('?'));
  if (!path.startsWith('/') && !isOfUrl) return null;
  const encoded = encodeTarget(isOfUrl ? `/${path}` : path);
  return encoded.length > MAX_TARGET ? null : encoded;
}

/** The headers to send, values as byte strings; null where one could not be sent. */
export function safeHeaders(headers: LoggedRequest['headers']): [name: string, value: string][] | null {
  const safe: [string, string][] = [];
  for (const [name, value] of headers) {
    // Those that begin with a colon are HTTP/2's own.
    if (name.startsWith(':') || ownHeaders.has(name.toLowerCase())) continue;
    if (!TOKEN.test(name) || NOT_IN_VALUE.test(value)) return null;
    safe.push([name, byteString(value)]);
  }
  return safe.length > MAX_HEADERS ? null : safe;
}
