import type { Conversation, Reply } from './conversation.js';
import { converse, type Prober } from './prober.js';

/** How long requests take on a new connection, and on one that has carried others. Whole responses, in ms. */
export interface ReuseFacts {
  /** The first request of each of a few connections. */
  readonly firstMs: readonly number[];
  /** Later requests of one connection, in order. */
  readonly reusedMs: readonly number[];
  /** POST with head and body in two segments, on one connection, in order; empty: nothing was posted. */
  readonly postMs: readonly number[];
}

const CONNECTIONS = 5;
const REUSED = 30;
const POSTS = 10;

/** @param post head and body; null: nothing is posted @throws Error when no connection comes about */
export async function probeReuse(prober: Prober, post: readonly Buffer[] | null): Promise<ReuseFacts> {
  const firstMs: number[] = [];
  let talk: Conversation | null = null;
  try {
    for (let i = 0; i < CONNECTIONS; i++) {
      talk?.destroy();
      ({ talk } = await converse(prober));
      firstMs.push(...timeOf(await talk.ask(prober.request, prober.timeoutMs)));
    }
    const reusedMs = talk === null ? [] : await repeat(talk, prober.request, REUSED, prober.timeoutMs);
    const postMs = talk === null || post === null ? [] : await repeat(talk, post, POSTS, prober.timeoutMs);
    return { firstMs, reusedMs, postMs };
  } finally {
    talk?.destroy();
  }
}

async function repeat(
  talk: Conversation,
  request: readonly Buffer[],
  times: number,
  timeoutMs: number,
): Promise<number[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < times; i++) {
    const reply = await talk.ask(request, timeoutMs);
    tookMs.push(...timeOf(reply));
    if (reply.kind !== 'answered' || !reply.keepAlive) break;
  }
  return tookMs;
}

function timeOf(reply: Reply): number[] {
  return reply.kind === 'answered' ? [reply.totalMs] : [];
}
