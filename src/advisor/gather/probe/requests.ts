import { converse, type Prober } from './prober.js';

/** Requests on one connection, one after the other, until the server ended it or there were enough. */
export interface RequestsFacts {
  /** Requests that got their whole response: with `endedBy`, what the server allows on a connection. */
  readonly answered: number;
  /** `announced`: by Connection: close in the last response. Null: it was still open. */
  readonly endedBy: 'announced' | 'fin' | 'rst' | 'silence' | null;
  /** Whether a request was sent and lost in the end: nobody had announced it. */
  readonly lost: boolean;
  /** What was enough: this many, or this long. */
  readonly most: number;
  readonly mostMs: number;
}

/**
 * @param most requests at most
 * @throws Error when no connection comes about, or something else than HTTP comes back
 */
export async function probeRequests(prober: Prober, most: number, mostMs: number): Promise<RequestsFacts> {
  const { talk } = await converse(prober);
  const enough = { most, mostMs };
  try {
    const endMs = performance.now() + mostMs;
    for (let answered = 0; ; answered++) {
      if (answered === most || performance.now() > endMs)
        return { ...enough, answered, endedBy: null, lost: false };
      const reply = await talk.ask(prober.request, prober.timeoutMs);
      if (reply.kind === 'garbage') throw new Error(`the response is not HTTP/1.1: ${reply.why}`);
      if (reply.kind === 'silent') return { ...enough, answered, endedBy: 'silence', lost: true };
      if (reply.kind === 'closed')
        return { ...enough, answered, endedBy: reply.by, lost: !reply.beforeRequest };
      if (!reply.keepAlive) return { ...enough, answered: answered + 1, endedBy: 'announced', lost: false };
    }
  } finally {
    talk.destroy();
  }
}
