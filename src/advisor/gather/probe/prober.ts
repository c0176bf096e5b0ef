import { Conversation, type Reply } from './conversation.js';
import type { Opened, OpenOptions, ProbeSockets } from './sockets.js';

/** What every probe over HTTP/1.1 works with. */
export interface Prober {
  readonly sockets: ProbeSockets;
  /** The request to ask with: one segment. */
  readonly request: readonly Buffer[];
  /** After how long without a whole response a request is given up. */
  readonly timeoutMs: number;
}

/** Of one probe, in all: large responses tell no more by being many. */
export const MOST_BYTES = 64 * 2 ** 20;

/** How many responses of a size a probe may ask for: `most`, or as many as are not too much, but `least`. */
export function countFor(bytes: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, Math.floor(MOST_BYTES / Math.max(1, bytes))));
}

/** Why there is no answer to work with. */
export function whyNoAnswer(reply: Exclude<Reply, { readonly kind: 'answered' }>, timeoutMs: number): string {
  switch (reply.kind) {
    case 'unusable':
      return reply.why;
    case 'silent':
      return `no whole response within ${timeoutMs / 1000} s`;
    case 'closed':
      return 'the connection was closed in place of a response';
  }
}

/** A connection to talk on. @throws Error when none comes about */
export async function converse(
  { sockets }: Prober,
  options?: OpenOptions,
): Promise<{ readonly talk: Conversation; readonly opened: Opened }> {
  const opened = await sockets.open(options);
  return { talk: new Conversation(opened.socket), opened };
}
