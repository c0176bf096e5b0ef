/** One request on the way to the final response, as undici's `dispatch` takes it. */
export interface Hop {
  readonly origin: string;
  /** A path with its query; a whole URL when it goes to a proxy that is to forward it. */
  readonly path: string;
  readonly method: string;
  /** Flat: name, value, name, value. */
  readonly headers: string[];
  readonly body: Buffer | null;
  /** Whether the connection is to be closed after the response. */
  readonly reset: boolean;
  readonly idempotent: boolean;
  readonly blocking: boolean;
  readonly servername: string;
  /** Whether a redirect has led away from the target's origin. */
  readonly away: boolean;
}

const redirects = new Set([301, 302, 303, 307, 308]);

/** Headers that are for the eyes of one origin only. */
const secret = new Set(['authorization', 'cookie', 'proxy-authorization', 'host']);

/**
 * The request that a response asks for in place of `hop` (RFC 9110 §15.4); null when it asks for none, or
 * for one that cannot be followed. The body goes along except where user agents make the request a GET.
 *
 * @param location the Location header; null when there is none or more than one
 */
export function nextHop(hop: Hop, status: number, location: string | null): Hop | null {
  if (location === null || !redirects.has(status)) return null;
  const forwarded = !hop.path.startsWith('/');
  const base = forwarded ? hop.path : `${hop.origin}${hop.path}`;
  const url = URL.canParse(location, base) ? new URL(location, base) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
  const becomesGet =
    status === 303 ? hop.method !== 'HEAD' : (status === 301 || status === 302) && hop.method === 'POST';
  const sameOrigin = url.origin === hop.origin;
  return {
    ...hop,
    origin: url.origin,
    path: `${forwarded && sameOrigin ? url.origin : ''}${url.pathname}${url.search}`,
    away: hop.away || !sameOrigin,
    method: becomesGet ? 'GET' : hop.method,
    body: becomesGet ? null : hop.body,
    headers: keep(hop.headers, (name) => {
      if (becomesGet && name.startsWith('content-')) return false;
      return sameOrigin || !secret.has(name);
    }),
  };
}

function keep(headers: readonly string[], wanted: (lowerCaseName: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (wanted(name.toLowerCase())) kept.push(name, headers[i + 1] as string);
  }
  return kept;
}
