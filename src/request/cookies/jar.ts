import { parseSetCookie } from './set-cookie.js';

/** Cookies of one user: enough for any one service. */
const MAX_COOKIES = 50;
/** Of a Cookie line. */
const MAX_LINE_BYTES = 8 * 1024;

interface Kept {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  readonly expiresMs: number;
}

/** Where all requests of a run go. */
export interface CookieOrigin {
  /** The name that the requests ask for, without a port. */
  readonly host: string;
  readonly secure: boolean;
}

/**
 * The cookies of one user (RFC 6265), for one origin. At most 50 of them: of more, those set first go. A cookie for
 * another domain, or with `Secure` over a connection that is not, is not kept.
 */
export class CookieJar {
  readonly #origin: CookieOrigin;
  /** By name and path, in the order they were set. */
  readonly #kept = new Map<string, Kept>();
  #firstExpiryMs = Number.POSITIVE_INFINITY;
  /** Whether every cookie is for all paths: then the line is the same for all. */
  #line: string | null = '';

  constructor(origin: CookieOrigin) {
    this.#origin = origin;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Takes a Set-Cookie line of a response to a request for `target`. @returns whether it was one to be kept */
  set(line: string, target: string, nowMs: number): boolean {
    const cookie = parseSetCookie(line, nowMs);
    if (cookie === null || !this.#isOurs(cookie.domain) || (cookie.secure && !this.#origin.secure))
      return false;
    const { name, value, expiresMs } = cookie;
    const path = cookie.path ?? defaultPath(target);
    const id = `${name}\n${path}`;
    if (expiresMs <= nowMs) this.#kept.delete(id);
    else {
      this.#kept.set(id, { name, value, path, expiresMs });
      const [oldest] = this.#kept.keys();
      if (this.#kept.size > MAX_COOKIES && oldest !== undefined) this.#kept.delete(oldest);
    }
    this.#changed();
    return true;
  }

  /** The value of the Cookie header of a request for `target`; empty: it has none. */
  line(target: () => string, nowMs: number): string {
    if (nowMs >= this.#firstExpiryMs) {
      for (const [id, { expiresMs }] of this.#kept) if (expiresMs <= nowMs) this.#kept.delete(id);
      this.#changed();
    }
    if (this.#line !== null) return this.#line;
    const path = pathOf(target());
    return join([...this.#kept.values()].filter((cookie) => matches(cookie.path, path)));
  }

  #changed(): void {
    const all = [...this.#kept.values()];
    this.#firstExpiryMs = Math.min(Number.POSITIVE_INFINITY, ...all.map(({ expiresMs }) => expiresMs));
    this.#line = all.every(({ path }) => path === '/') ? join(all) : null;
  }

  #isOurs(domain: string | null): boolean {
    const host = this.#origin.host.toLowerCase();
    if (domain === null || domain === host) return true;
    // An address has no domains above it.
    return host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host) && !host.includes(':');
  }
}

/** Longer paths first (section 5.4); those of one length in the order they were set. */
function join(cookies: readonly Kept[]): string {
  let line = '';
  for (const { name, value } of cookies.toSorted((a, b) => b.path.length - a.path.length)) {
    const next = `${line === '' ? '' : `${line}; `}${name}=${value}`;
    if (next.length <= MAX_LINE_BYTES) line = next;
  }
  return line;
}

/** Section 5.1.4. */
function matches(cookiePath: string, path: string): boolean {
  if (!path.startsWith(cookiePath)) return false;
  return path.length === cookiePath.length || cookiePath.endsWith('/') || path[cookiePath.length] === '/';
}

/** Section 5.1.4: the path of the request, without its last part. */
function defaultPath(target: string): string {
  const path = pathOf(target);
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

function pathOf(target: string): string {
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}
