import { converse, type Prober } from './prober.js';
import type { KeepAliveHint } from './response-head.js';

/** Two requests on one connection, and what a connection costs. */
export interface KeepAliveFacts {
  readonly status: number;
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
}

/** A server that closes without a word does so within this, and a client that reuses at once runs into it. */
const SETTLE_MS = 100;

/** @throws Error when the first request gets no response */
export async function probeKeepAlive(prober: Prober): Promise<KeepAliveFacts> {
  const { talk, opened } = await converse(prober);
  try {
    const first = await talk.ask(prober.request, prober.timeoutMs);
    if (first.kind === 'garbage') throw new Error(`the response is not HTTP/1.1: ${first.why}`);
    if (first.kind !== 'answered')
      throw new Error(
        first.kind === 'silent'
          ? `no response within ${prober.timeoutMs / 1000} s`
          : 'the connection was closed in place of a response',
      );
    const base = {
      status: first.status,
      server: first.server,
      hint: first.hint,
      tcpMs: opened.tcpMs,
      tlsMs: opened.tlsMs,
      firstByteMs: first.firstByteMs,
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
