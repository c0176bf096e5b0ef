/** A cookie as a server set it (RFC 6265, section 5.2). */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Null: no attribute, or one that is none. */
  readonly path: string | null;
  readonly domain: string | null;
  readonly secure: boolean;
  /** Milliseconds since 1970; infinity: it goes when the user does. */
  readonly expiresMs: number;
}

/** Name, value and attributes of more bytes are not kept. */
const MAX_BYTES = 4096;
/** What may not stand in a Cookie line, or would end a pair of it. */
const FORBIDDEN = /[\0-\x1f\x7f;]/;

/** Null for what is no cookie, or too large. @param line a byte string @param nowMs wall time */
export function parseSetCookie(line: string, nowMs: number): SetCookie | null {
  if (line.length > MAX_BYTES) return null;
  const [pair = '', ...attributes] = line.split(';');
  const equals = pair.indexOf('=');
  if (equals < 1) return null;
  const name = pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  if (name === '' || FORBIDDEN.test(name) || FORBIDDEN.test(value)) return null;
  let path: string | null = null;
  let domain: string | null = null;
  let secure = false;
  let maxAgeMs: number | null = null;
  let expiresMs = Number.POSITIVE_INFINITY;
  for (const attribute of attributes) {
    const [key = '', ...rest] = attribute.split('=');
    const text = rest.join('=').trim();
    switch (key.trim().toLowerCase()) {
      case 'path':
        path = text.startsWith('/') ? text : null;
        break;
      case 'domain':
        domain = text === '' ? null : text.replace(/^\./, '').toLowerCase();
        break;
      case 'secure':
        secure = true;
        break;
      case 'max-age':
        if (/^-?\d+$/.test(text)) maxAgeMs = Number(text) * 1000;
        break;
      case 'expires': {
        const at = Date.parse(text);
        if (!Number.isNaN(at)) expiresMs = at;
      }
    }
  }
  // Max-Age wins (section 4.1.2.2); 0 or less is in the past.
  if (maxAgeMs !== null) expiresMs = maxAgeMs <= 0 ? Number.NEGATIVE_INFINITY : nowMs + maxAgeMs;
  return { name, value, path, domain, secure, expiresMs };
}
