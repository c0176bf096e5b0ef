import { Agent as HttpAgent, get as httpGet } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const TRY_MS = 2000;

/** Where something listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** Path of a unix socket; null: TCP. */
  readonly socketPath: string | null;
}

/** What tells that a service is ready: a page that answers below 400, or a place that accepts connections. */
export type Readiness =
  | { readonly url: string }
  | (Place & {
      /** Whether it answers, too, once it accepts: null, or what it says instead. Absent: to accept is enough. */
      readonly answers?: () => Promise<string | null>;
    });

/** Whether somebody accepts connections there. */
export function isTaken({ host, port, socketPath }: Place): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = socketPath === null ? connect({ host, port }) : connect({ path: socketPath });
    const end = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.setTimeout(TRY_MS, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** @returns the places that are still taken when the time is over */
export async function waitUntilFree(places: readonly Place[], timeoutMs: number): Promise<readonly Place[]> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const taken = await Promise.all(places.map(isTaken));
    const left = places.filter((_, i) => taken[i]);
    if (left.length === 0 || performance.now() >= untilMs) return left;
    await delay(POLL_MS);
  }
}

/**
 * Waits until a service is ready.
 * @param stopped whether there is nothing to wait for any more
 * @returns null: it is; else what it said last
 */
export async function waitUntilReady(
  readiness: Readiness,
  timeoutMs: number,
  stopped: () => boolean,
): Promise<string | null> {
  const untilMs = performance.now() + timeoutMs;
  for (;;) {
    const said = await notReady(readiness);
    if (said === null) return null;
    if (stopped() || performance.now() >= untilMs) return said;
    await delay(POLL_MS);
  }
}

async function notReady(readiness: Readiness): Promise<string | null> {
  if ('url' in readiness) return askPage(readiness.url);
  if (!(await isTaken(readiness))) return 'nothing accepts connections';
  return (await readiness.answers?.()) ?? null;
}

/**
 * We close the connection, and not the service: whoever does keeps its port from others for a minute (TIME_WAIT), and
 * a service that does not set SO_REUSEADDR could not be started again. What is asked is no secret, so any certificate
 * will do.
 */
function askPage(url: string): Promise<string | null> {
  const tls = url.startsWith('https:');
  return new Promise((resolve) => {
    const agent = tls ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    const end = (said: string | null) => {
      resolve(said);
      asked.destroy();
      agent.destroy();
    };
    const options = { agent, timeout: TRY_MS, rejectUnauthorized: false };
    const asked = (tls ? httpsGet : httpGet)(url, options, ({ statusCode = 0 }) =>
      end(statusCode < 400 ? null : `it answered ${statusCode}`),
    );
    asked.once('timeout', () => end(`no answer within ${TRY_MS / 1000} s`));
    asked.on('error', (error) => end(error.message === '' ? String(error) : error.message));
  });
}
