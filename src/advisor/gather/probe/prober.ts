import { Conversation } from './conversation.js';
import type { Opened, OpenOptions, ProbeSockets } from './sockets.js';

/** What every probe over HTTP/1.1 works with. */
export interface Prober {
  readonly sockets: ProbeSockets;
  /** The request to ask with: one segment. */
  readonly request: readonly Buffer[];
  /** After how long without a whole response a request is given up. */
  readonly timeoutMs: number;
}

/** A connection to talk on. @throws Error when none comes about */
export async function converse(
  { sockets }: Prober,
  options?: OpenOptions,
): Promise<{ readonly talk: Conversation; readonly opened: Opened }> {
  const opened = await sockets.open(options);
  return { talk: new Conversation(opened.socket), opened };
}
