import { isIP } from 'node:net';
import { closest, escapeText, usageError } from '../core/index.js';

/** A target as its URL says it. Pure text: nothing is looked up. */
export interface ParsedTarget {
  readonly scheme: Scheme;
  readonly tls: boolean;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  readonly authority: string;
  readonly socketPath: string | null;
  /** Path and query as given, `/` at least, without the fragment. Templates are left as they are. */
  readonly path: string;
  /** As given, without user, password and fragment. */
  readonly url: string;
  /** Value of the Authorization header that user and password stand for; null without them. */
  readonly authorization: string | null;
}

export type Scheme = 'http' | 'https' | 'h2c' | 'grpc' | 'grpcs';

/** Whether a target of this scheme takes gRPC calls, and nothing else. */
export function isGrpc(scheme: Scheme): boolean {
  return scheme === 'grpc' || scheme === 'grpcs';
}

const schemes: Readonly<Record<Scheme, { readonly tls: boolean; readonly port: number }>> = {
  http: { tls: false, port: 80 },
  https: { tls: true, port: 443 },
  h2c: { tls: false, port: 80 },
  grpc: { tls: false, port: 80 },
  grpcs: { tls: true, port: 443 },
};

const MAX_LENGTH = 8192;
/** `sun_path` of Linux holds 108 bytes with its closing NUL; other systems hold fewer. */
const MAX_SOCKET_PATH_BYTES = 107;

const EXAMPLE = 'a URL such as http://127.0.0.1:8080/ or http+unix:///run/app.sock:/path';

/**
 * Reads a target:
 *
 * ```
 * http://host[:port][/path]         https:// h2c:// grpc:// grpcs:// likewise; user:password@ before the host
 * http+unix:///run/app.sock[:/path] a unix socket; https+unix:// with TLS in it; grpc+unix:// grpcs+unix://
 * unix:/run/app.sock[:/path]        short for http+unix://
 * ```
 *
 * The path is not normalised (`/a/../b` is sent so) and may hold templates.
 *
 * @throws ZipfireError `usage`
 */
export function parseTarget(text: string): ParsedTarget {
  const source = text.trim();
  if (source.length > MAX_LENGTH) throw usageError(`a URL of more than ${MAX_LENGTH} characters`);
  if (/[\0-\x1f\x7f]/.test(source)) throw unreadable(source);
  const unix = /^(?:(https?|grpcs?)\+unix:\/\/|unix:(?:\/\/)?)(.*)$/.exec(source);
  if (unix !== null) return unixTarget((unix[1] ?? 'http') as Scheme, unix[2] ?? '', source); // the pattern lists them
  const parts = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)(.*)$/.exec(source);
  if (parts === null) throw unreadable(source);
  const [, schemeText = '', authority = '', rest = ''] = parts;
  return networkTarget(readScheme(schemeText, source), authority, rest, source);
}

/** Host and port of an authority, checked; `{{` is refused, as connections are made before any hit. */
function networkTarget(scheme: Scheme, authority: string, rest: string, source: string): ParsedTarget {
  const at = authority.lastIndexOf('@');
  const hostPort = authority.slice(at + 1);
  if (hostPort.includes('{{')) {
    throw usageError(
      'the host of a target may not be a template',
      'connections are made once, for all requests',
    );
  }
  const portText = /:(\d+)$/.exec(hostPort)?.[1];
  if (portText !== undefined && !(Number(portText) >= 1 && Number(portText) <= 65_535)) {
    throw usageError(`expected a port from 1 to 65535, read ${escapeText(portText, { maxLength: 20 })}`);
  }
  const unsuitable = hostPort === '' || /[\s\\<>^`{|}"]/.test(hostPort);
  // The scheme's own parser rules differ (those of h2c: leave the host alone), so all are read as http.
  const url = !unsuitable && URL.canParse(`http://${hostPort}/`) ? new URL(`http://${hostPort}/`) : null;
  if (url === null) throw unreadable(source);
  const { tls, port: defaultPort } = schemes[scheme];
  const port = portText === undefined ? defaultPort : Number(portText);
  const path = pathOf(rest);
  return {
    scheme,
    tls,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port,
    authority: port === defaultPort ? url.hostname : `${url.hostname}:${port}`,
    socketPath: null,
    path,
    url: `${scheme}://${hostPort}${path}`,
    authorization: at < 0 ? null : basicAuthorization(authority.slice(0, at)),
  };
}

function unixTarget(scheme: Scheme, rest: string, source: string): ParsedTarget {
  const end = rest.indexOf(':/');
  const socketPath = checkSocketPath(end < 0 ? rest : rest.slice(0, end), source);
  const path = pathOf(end < 0 ? '' : rest.slice(end + 1));
  const { tls, port } = schemes[scheme];
  const url = `${scheme}+unix://${socketPath}:${path}`;
  return {
    scheme,
    tls,
    host: 'localhost',
    port,
    authority: 'localhost',
    socketPath,
    path,
    url,
    authorization: null,
  };
}

/** @throws ZipfireError `usage` when it cannot be a path of a unix socket */
export function checkSocketPath(path: string, source = path): string {
  if (path === '' || path.includes('\0')) throw unreadable(source);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw usageError(
      `the path of a unix socket has ${MAX_SOCKET_PATH_BYTES} bytes at most: ${shown(path)}`,
      'give it relative to the current folder',
    );
  }
  return path;
}

/** Name to ask for by SNI: the host, unless it is an address (RFC 6066, section 3). */
export function serverNameOf(host: string): string {
  return isIP(host) === 0 ? host : '';
}

function readScheme(text: string, source: string): Scheme {
  const scheme = text.toLowerCase();
  if (Object.hasOwn(schemes, scheme)) return scheme as Scheme; // hasOwn has just looked
  const near = closest(scheme, Object.keys(schemes));
  const hint = near === undefined ? undefined : `did you mean ${near}://?`;
  throw usageError(`unknown scheme in ${shown(source)}; known are ${Object.keys(schemes).join(', ')}`, hint);
}

/** Path and query from what follows the authority; a `#` outside a template begins the fragment, which is not sent. */
function pathOf(rest: string): string {
  let end = rest.length;
  for (const match of rest.matchAll(/\{\{.*?\}\}|#/g)) {
    if (match[0] !== '#') continue;
    end = match.index;
    break;
  }
  const path = rest.slice(0, end);
  return path.startsWith('/') ? path : `/${path}`;
}

function basicAuthorization(userInfo: string): string {
  const colon = userInfo.indexOf(':');
  const user = decoded(colon < 0 ? userInfo : userInfo.slice(0, colon));
  const password = colon < 0 ? '' : decoded(userInfo.slice(colon + 1));
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone %: meant literally
  }
}

function unreadable(source: string): Error {
  return usageError(`expected ${EXAMPLE}, read ${shown(source)}`, hintFor(source));
}

function hintFor(source: string): string | undefined {
  if (/^(\.{0,2}\/|~)/.test(source)) return 'a profile is a file whose name ends in .yaml';
  const looksLikeHost = /^[\w.-]+(:\d+)?(\/|$)/.test(source) || /^\[[\da-f:]+\]/i.test(source);
  return looksLikeHost ? `did you mean http://${escapeText(source, { maxLength: 60 })}?` : undefined;
}

/** The password must not be shown where a URL is refused. */
function shown(source: string): string {
  return `"${escapeText(source.replace(/(^|\/\/)[^/?#]*@/, '$1'), { maxLength: 80 })}"`;
}
