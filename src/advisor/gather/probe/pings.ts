import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Target } from '../../../core/index.js';
import { type Goaway, onGoaway } from './goaway.js';
import { openHttp2 } from './http2-session.js';
import type { ProbeSockets } from './sockets.js';
import { Until } from './until.js';

/** What a server makes of pings on a connection without a stream, as those of gRPC keepalive are. */
export interface PingFacts {
  readonly intervalMs: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** Median; null: none was acknowledged. */
  readonly roundTripMs: number | null;
  readonly goaway: Goaway | null;
  /** Whether the connection was closed meanwhile. */
  readonly closed: boolean;
}

/** grpc-go and grpc-c end a connection at the third ping too many. */
const PINGS = 5;
/** For what the server makes of the last one. */
const LAST_WAIT_MS = 500;
const ACK_WAIT_MS = 3000;

/** @throws Error when no connection comes about */
export async function probePings(
  sockets: ProbeSockets,
  target: Target,
  intervalMs: number,
  signal: AbortSignal,
): Promise<PingFacts> {
  const session = await openHttp2(sockets, target);
  const stop = new Until(signal);
  let closed = false;
  const ended = () => {
    closed = true;
    stop.stop();
  };
  const roundTrips: number[] = [];
  const acknowledged = new Until(stop.signal, ACK_WAIT_MS + PINGS * intervalMs);
  let goaway: Goaway | null = null;
  onGoaway(session, performance.now(), (seen) => {
    goaway = seen;
    ended();
  });
  session.once('close', ended);
  let sent = 0;
  try {
    while (sent < PINGS && !stop.signal.aborted) {
      await delay(intervalMs, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) break;
      session.ping((error, roundTripMs) => {
        if (error === null) roundTrips.push(roundTripMs);
        if (roundTrips.length === PINGS) acknowledged.stop();
      });
      sent++;
    }
    if (!acknowledged.signal.aborted) await once(acknowledged.signal, 'abort');
    if (!stop.signal.aborted) await delay(LAST_WAIT_MS, undefined, { signal: stop.signal }).catch(() => {});
    return {
      intervalMs,
      sent,
      acknowledged: roundTrips.length,
      roundTripMs: roundTrips.toSorted((a, b) => a - b)[roundTrips.length >> 1] ?? null,
      goaway,
      closed,
    };
  } finally {
    stop.dispose();
    acknowledged.dispose();
    session.destroy();
  }
}
