import { converse, type Prober, whyNoAnswer } from './prober.js';
import type { KeepAliveHint } from './response-head.js';

/** Two requests on one connection, and what a connection costs. */
export interface KeepAliveFacts {
  readonly status: number;
  /** Connections that were looked at: more than one where the first ended after one request. */
  readonly looks: number;
  /** Of those, that ended after one request. */
  readonly ended: number;
  /** The `Server` field, if there is one. */
  readonly server: string | null;
  readonly hint: KeepAliveHint | null;
  /** Whether the second request was answered on the same connection. */
  readonly honoured: boolean;
  /**
   * How the first response's connection ended: `announced` by Connection: close or HTTP/1.0, then or silently by
   * FIN or RST; `silence`: it stayed open, and the second request got no response. Null: it did not.
   */
  readonly endedBy: 'announced' | 'fin' | 'rst' | 'silence' | null;
  readonly tcpMs: number;
  /** Null without TLS. */
  readonly tlsMs: number | null;
  /** Of the first request on the connection, from its last byte sent to the first received. */
  readonly firstByteMs: number;
  /** Of the first response. */
  readonly bytes: number;
}

/** A server that closes without a word does so within this, and a client that reuses at once runs into it. */
const SETTLE_MS = 100;

/** A connection that ends now and then is none of a server that ends each. */
const LOOKS = 3;

/** @throws Error when the first request gets no response, on none of the connections */
export async function probeKeepAlive(prober: Prober): Promise<KeepAliveFacts> {
  let last: Omit<KeepAliveFacts, 'looks' | 'ended'> | null = null;
  let failure: unknown = null;
  let ended = 0;
  for (let looks = 1; looks <= LOOKS; looks++) {
    try {
      const seen = await lookOnce(prober);
      if (seen.honoured) return { ...seen, looks, ended };
      last = seen;
      ended++;
    } catch (error) {
      prober.sockets.throwIfAborted();
      failure ??= error;
    }
  }
  if (last === null || failure !== null) throw failure;
  return { ...last, looks: LOOKS, ended };
}

async function lookOnce(prober: Prober): Promise<Omit<KeepAliveFacts, 'looks' | 'ended'>> {
  const { talk, opened } = await converse(prober);
  try {
    const first = await talk.ask(prober.request, prober.timeoutMs);
    if (first.kind !== 'answered') throw new Error(whyNoAnswer(first, prober.timeoutMs));
    const base = {
      status: first.status,
      server: first.server,
      hint: first.hint,
      tcpMs: opened.tcpMs,
      tlsMs: opened.tlsMs,
      firstByteMs: first.firstByteMs,
      bytes: first.bytes,
    };
    if (!first.keepAlive) return { ...base, honoured: false, endedBy: 'announced' };
    await talk.untilClosed(SETTLE_MS);
    const second = await talk.ask(prober.request, prober.timeoutMs);
    if (second.kind === 'closed') return { ...base, honoured: false, endedBy: second.by };
    return second.kind === 'answered'
      ? { ...base, honoured: true, endedBy: null }
      : { ...base, honoured: false, endedBy: 'silence' };
  } finally {
    talk.destroy();
  }
}
