import type { IdleFacts } from '../../gather/probe/idle.js';

/** Lines to paste that make a server keep idle connections for so long; all that it may be, as nobody can tell. */
export function idleFix(seconds: number): string {
  return [
    `keepalive_timeout ${seconds}s;   # nginx`,
    `IdleTimeout: ${seconds} * time.Second,   // Go, http.Server`,
    `server.keepAliveTimeout = ${seconds * 1000};   // Node; headersTimeout above it`,
  ].join('\n');
}

/** `closed after 5.01 s by FIN`, as evidence. */
export function idleEvidence(idle: IdleFacts) {
  return {
    idleTimeoutSec: idle.timeoutMs === null ? null : seconds(idle.timeoutMs),
    withinSec: idle.withinMs === null ? null : seconds(idle.withinMs),
    ...(idle.timeoutMs === null ? { openAfterSec: seconds(idle.limitMs) } : {}),
    endsBy: idle.endsBy,
    hintSec: idle.hintSec,
    ...(idle.race === null ? {} : { requestsAtTheLimit: idle.race.sent, lostAtTheLimit: idle.race.lost }),
  };
}

/** Of milliseconds, to the hundredth. */
export function seconds(ms: number): number {
  return Number((ms / 1000).toFixed(2));
}

/** Timers of servers tick by the second. */
export const APART_MS = 1000;
/** What a time is known within, and a little of the way there: a server that closes this much earlier is first. */
const EARLIER_MS = 500;

/** Whether a measured idle time and that of the other end are the same, as far as timers go. */
export function areEqual(timeoutMs: number, idleSec: number): boolean {
  const laterMs = timeoutMs - idleSec * 1000;
  return laterMs > -EARLIER_MS && laterMs < APART_MS;
}
