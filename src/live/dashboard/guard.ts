import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** A request that is not answered, and how that is said. */
export interface Refusal {
  readonly status: 400 | 403 | 404 | 405;
  readonly text: string;
}

/** 128 random bits. */
export function newToken(): string {
  return randomBytes(16).toString('base64url');
}

/** Lets in who has the token, over a name that nobody else can make point here. */
export class Guard {
  readonly #host: string;
  readonly #digest: Buffer;

  /** @param host that is listened on, by the name that was given */
  constructor(host: string, token: string) {
    this.#host = host.toLowerCase();
    this.#digest = digest(token);
  }

  /** Null: it is to be answered. */
  refusal({ method, headers, url = '' }: IncomingMessage): Refusal | null {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'GET and HEAD' };
    if (!this.#isOwnName(headers.host ?? ''))
      return { status: 403, text: 'this is not the name of this page' };
    if (!URL.canParse(url, 'http://page')) return { status: 400, text: 'no path' };
    const given =
      /^Bearer (\S{1,100})$/.exec(headers.authorization ?? '')?.[1] ??
      new URL(url, 'http://page').searchParams.get('token') ??
      '';
    // Of digests: they are of one length, and the time of the comparison tells nothing.
    if (!timingSafeEqual(digest(given), this.#digest))
      return { status: 403, text: 'the whole address of this page, its token too, is on stderr of the run' };
    return null;
  }

  /**
   * Against DNS rebinding: a page elsewhere can make a name of its own point here, but an address is no name. The port
   * may be another one: of a tunnel.
   */
  #isOwnName(given: string): boolean {
    const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d+)?$/i
      .exec(given)?.[1]
      ?.replace(/[[\]]/g, '')
      .toLowerCase();
    return name !== undefined && (isIP(name) !== 0 || name === 'localhost' || name === this.#host);
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
