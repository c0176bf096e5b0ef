import type { Link } from './link.js';

/** As gRPC's clients, which wait 20 s for the answer to a PING unless they are told otherwise. */
const MOST_ACK_MS = 20_000;
const LEAST_ACK_MS = 1000;

type Asked = Pick<Link, 'bytesIn' | 'ping'>;

/** What is known of a link since something last came on it. */
interface Quiet {
  bytesIn: number;
  sinceNs: number;
  askedNs: number | null;
  /** A look found the answer late. The next one gives the link up: what came may have waited for us to read it. */
  isLate: boolean;
}

/**
 * Finds connections that are dead without a word, by gRPC's keepalive: a PING on each that has been quiet for a time,
 * with calls in flight or without, and the connection's end when nothing comes upon it. It looks at what the
 * connections count anyway, so that reading costs nothing.
 */
export class Keepalive {
  readonly #afterNs: number;
  readonly #ackNs: number;
  readonly #quiet = new WeakMap<Asked, Quiet>();

  constructor(afterMs: number) {
    this.#afterNs = afterMs * 1e6;
    this.#ackNs = Math.min(MOST_ACK_MS, Math.max(LEAST_ACK_MS, afterMs)) * 1e6;
  }

  /** @returns whether the link is dead */
  isDead(link: Asked, nowNs: number): boolean {
    const { bytesIn } = link;
    const quiet = this.#quiet.get(link);
    if (quiet === undefined || quiet.bytesIn !== bytesIn) {
      this.#quiet.set(link, { bytesIn, sinceNs: nowNs, askedNs: null, isLate: false });
    } else if (quiet.askedNs === null) {
      if (nowNs - quiet.sinceNs < this.#afterNs) return false;
      quiet.askedNs = nowNs;
      link.ping();
    } else if (nowNs - quiet.askedNs >= this.#ackNs) {
      if (quiet.isLate) return true;
      quiet.isLate = true;
    }
    return false;
  }
}
