import type { ClientHttp2Session, OutgoingHttpHeaders } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from '../../../core/index.js';
import { type Goaway, onGoaway } from './goaway.js';
import { openHttp2 } from './http2-session.js';
import type { ProbeSockets } from './sockets.js';
import { Until } from './until.js';

/** What became of a connection that was gently used for a while. */
interface Watched {
  /** How long it was watched: until it ended, or the time was over. */
  readonly watchedMs: number;
  /** Null: none came. */
  readonly goaway: Goaway | null;
  /** Whether the connection was closed, with or without GOAWAY, within the time. */
  readonly closed: boolean;
  readonly requests: number;
  /** Requests that ended with the connection, without a response: cut. */
  readonly cut: number;
}

/** One HTTP/2 connection, gently used for a while: whether the server ends it, and how. */
export interface Http2WatchFacts extends Watched {
  /** Another one, where the first ended young: a server that ended by itself does not end each. Null: none was made. */
  readonly again: Watched | null;
}

/** Ten requests a second, one at a time. */
const EVERY_MS = 100;
/** Connections that end before this are looked at twice. */
const YOUNG_MS = 10_000;
const CONFIRM_MS = 500;

/** @param request the pseudo-header and other fields to ask with @throws Error when no connection comes about */
export async function watchHttp2(
  sockets: ProbeSockets,
  target: Target,
  request: OutgoingHttpHeaders,
  timeMs: number,
  signal: AbortSignal,
): Promise<Http2WatchFacts> {
  const first = await watchOnce(sockets, target, request, timeMs, signal);
  const isYoung = first.closed && first.watchedMs < YOUNG_MS && !signal.aborted;
  const longMs = 2 * first.watchedMs + CONFIRM_MS;
  return { ...first, again: isYoung ? await watchOnce(sockets, target, request, longMs, signal) : null };
}

async function watchOnce(
  sockets: ProbeSockets,
  target: Target,
  request: OutgoingHttpHeaders,
  timeMs: number,
  signal: AbortSignal,
): Promise<Watched> {
  const session = await openHttp2(sockets, target);
  const startMs = performance.now();
  const over = new Until(signal, timeMs);
  const stop = new Until(over.signal);
  let goaway: Goaway | null = null;
  let closed = false;
  const ended = () => {
    closed = true;
    stop.stop();
  };
  onGoaway(session, startMs, (seen) => {
    goaway = seen;
    // The session takes no more requests, and closes when those under way are over.
    ended();
  });
  session.once('close', ended);
  let requests = 0;
  let cut = 0;
  try {
    while (!stop.signal.aborted) {
      requests++;
      if ((await ask(session, request, over.signal)) === 'cut') cut++;
      await delay(EVERY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
    return { watchedMs: performance.now() - startMs, goaway, closed, requests, cut };
  } finally {
    over.dispose();
    stop.dispose();
    session.destroy();
  }
}

/** `answered`: a response came or the stream alone was refused; `left`: the time was over first. */
function ask(
  session: ClientHttp2Session,
  request: OutgoingHttpHeaders,
  over: AbortSignal,
): Promise<'answered' | 'cut' | 'left'> {
  return new Promise((resolve) => {
    if (session.destroyed || session.closed) return resolve('left');
    const stream = session.request(request);
    let answered = false;
    const leave = () => {
      resolve('left');
      stream.close();
    };
    over.addEventListener('abort', leave, { once: true });
    stream.once('response', () => {
      answered = true;
    });
    stream.on('error', () => {});
    stream.resume();
    stream.once('close', () => {
      over.removeEventListener('abort', leave);
      // A stream that the server resets alone tells of the request; with the connection it tells of that.
      resolve(answered || !session.destroyed ? 'answered' : 'cut');
    });
    stream.end();
  });
}
