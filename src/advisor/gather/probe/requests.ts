import { setTimeout as delay } from 'node:timers/promises';
import { converse, MOST_BYTES, type Prober, whyNoAnswer } from './prober.js';

/** What one connection carried, and how it ended. */
export interface CarriedRequests {
  /** Requests that got their whole response: with `endedBy`, what the server allows on a connection. */
  readonly answered: number;
  /** `announced`: by Connection: close in the last response. Null: it was still open. */
  readonly endedBy: 'announced' | 'fin' | 'rst' | 'silence' | null;
  /** Whether a request was sent and lost in the end: nobody had announced it. */
  readonly lost: boolean;
  /** From the first request to the end. */
  readonly lastedMs: number;
  /** Of the last response. */
  readonly status: number;
}

/** Requests on one connection, one after the other, until the server ended it or there were enough. */
export interface RequestsFacts extends CarriedRequests {
  /** Where the first ended early: another one at half its pace, which tells a count from a time, and one as the first. */
  readonly again: readonly CarriedRequests[];
  /** What was enough: this many, or this long. */
  readonly most: number;
  readonly mostMs: number;
  /** Enough were the bytes of the responses. */
  readonly full: boolean;
}

/** A connection that carried fewer was ended early. */
const EARLY = 100;
/** Answers by which a server asks for fewer requests; it gets none any more. */
export const TOO_MANY: ReadonlySet<number> = new Set([429, 503]);

/**
 * @param most requests at most, of each connection
 * @throws Error when no connection comes about, or nothing that can be used comes back
 */
export async function probeRequests(prober: Prober, most: number, mostMs: number): Promise<RequestsFacts> {
  const { full, ...first } = await carry(prober, most, mostMs, 0);
  const again: CarriedRequests[] = [];
  if (first.endedBy !== null && first.answered < EARLY && !TOO_MANY.has(first.status))
    for (const waitMs of [first.lastedMs / first.answered, 0]) {
      const { full: _, ...carried } = await carry(prober, 2 * EARLY, mostMs, waitMs);
      again.push(carried);
    }
  return { ...first, again, most, mostMs, full };
}

/** @param waitMs between a response and the next request */
async function carry(
  prober: Prober,
  most: number,
  mostMs: number,
  waitMs: number,
): Promise<CarriedRequests & { readonly full: boolean }> {
  const { talk } = await converse(prober);
  const startMs = performance.now();
  let answered = 0;
  let bytes = 0;
  let status = 0;
  const so = (endedBy: CarriedRequests['endedBy'], lost: boolean) => ({
    answered,
    endedBy,
    lost,
    lastedMs: performance.now() - startMs,
    status,
    full: bytes > MOST_BYTES,
  });
  try {
    for (;;) {
      const isEnough = answered === most || performance.now() - startMs > mostMs || bytes > MOST_BYTES;
      if (isEnough || TOO_MANY.has(status)) return so(null, false);
      const reply = await talk.ask(prober.request, prober.timeoutMs);
      if (reply.kind === 'unusable' || (answered === 0 && reply.kind !== 'answered'))
        throw new Error(whyNoAnswer(reply, prober.timeoutMs));
      if (reply.kind === 'silent') return so('silence', true);
      if (reply.kind === 'closed') return so(reply.by, !reply.beforeRequest);
      answered++;
      bytes += reply.bytes;
      ({ status } = reply);
      if (!reply.keepAlive) return so('announced', false);
      if (waitMs > 0) await delay(waitMs);
    }
  } finally {
    talk.destroy();
  }
}
