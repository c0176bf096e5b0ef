import type { Conversation, Reply } from './conversation.js';
import { converse, countFor, type Prober } from './prober.js';

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

/**
 * @param post head and body; null: nothing is posted
 * @param mostMs how long it may take, in all
 * @throws Error when no connection comes about
 */
export async function probeReuse(
  prober: Prober,
  post: readonly Buffer[] | null,
  mostMs: number,
): Promise<ReuseFacts> {
  const { request, timeoutMs } = prober;
  const endMs = performance.now() + mostMs;
  const firstMs: number[] = [];
  let bytes = 0;
  let talk: Conversation | null = null;
  try {
    for (let i = 0; i < CONNECTIONS && performance.now() < endMs; i++) {
      talk?.destroy();
      ({ talk } = await converse(prober));
      const reply = await talk.ask(request, timeoutMs);
      firstMs.push(...timeOf(reply));
      if (reply.kind === 'answered') bytes = Math.max(bytes, reply.bytes);
    }
    const many = countFor(bytes, 0, REUSED);
    const reusedMs = talk === null ? [] : await repeat(talk, request, many, timeoutMs, endMs);
    const postMs = talk === null || post === null ? [] : await repeat(talk, post, POSTS, timeoutMs, endMs);
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
  endMs: number,
): Promise<number[]> {
  const tookMs: number[] = [];
  for (let i = 0; i < times && performance.now() < endMs; i++) {
    const reply = await talk.ask(request, timeoutMs);
    tookMs.push(...timeOf(reply));
    if (reply.kind !== 'answered' || !reply.keepAlive) break;
  }
  return tookMs;
}

function timeOf(reply: Reply): number[] {
  return reply.kind === 'answered' ? [reply.totalMs] : [];
}
