import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { nowNs, usageError, type ZipfireError } from '../core/index.js';
import { behaviourStages } from './behaviour.js';
import { resolveTargetOptions } from './check-options.js';
import { limitRequests } from './connection-limit.js';
import { Counters, Slot, type TargetCounters } from './counters.js';
import { Delays } from './delays.js';
import { InFlight } from './in-flight.js';
import { KeyLog } from './key-log.js';
import { KeyValue, keyOf } from './key-value.js';
import { listen, type Place } from './listen.js';
import { MetricsPage } from './metrics.js';
import type { TargetOptions } from './options.js';
import { Responder } from './responder.js';
import type { Service } from './route.js';
import { dispatch, isControl, originForm } from './router.js';
import { runStages } from './stages.js';
import { Store } from './store.js';

/** More than the event loop needs to tell every request that its socket is gone. */
const CUT_MS = 1_000;

/** A target that listens. */
export interface TargetHandle extends Place {
  /** What it has done so far; a fresh reading at each access. */
  readonly counters: TargetCounters;
  /**
   * Stops listening, lets requests in flight end within `closeGraceMs`, and ends every connection.
   * May be called again.
   */
  close(): Promise<void>;
  /** Resolves when it has been closed; rejects with `worker-died` when the thread it runs in ends on its own. */
  readonly ended: Promise<void>;
}

/**
 * Starts the service on this thread's event loop.
 * @param given what differs from `defaultTargetOptions`
 * @throws ZipfireError `usage` for a wrong option, and for an address that cannot be listened on
 */
export async function startTarget(given: Partial<TargetOptions> = {}): Promise<TargetHandle> {
  const options = resolveTargetOptions(given);
  const counters = new Counters();
  const service = makeService(options, counters);
  const inFlight = new InFlight(counters);
  const listener = limitRequests(options.requestsPerConnection, requestListener(service, inFlight));
  const server = makeServer(options, listener);
  const sockets = watchConnections(server, counters);
  const place = await listen(server, options);

  let closed: Promise<void> | null = null;
  const { promise: ended, resolve: end } = deferred();
  const close = async (): Promise<void> => {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    await inFlight.idle(options.closeGraceMs);
    for (const socket of sockets) socket.destroy();
    service.delays.close();
    service.metrics.close();
    await stopped;
    // The hits that were cut hear of it some turns later; then the counters are final.
    await inFlight.idle(CUT_MS);
    end();
  };
  return {
    ...place,
    get counters() {
      return counters.snapshot();
    },
    close() {
      closed ??= close();
      return closed;
    },
    ended,
  };
}

function makeService(options: TargetOptions, counters: Counters): Service {
  const respond = new Responder(counters, options.splitWrites);
  return {
    options,
    counters,
    clock: nowNs,
    delays: new Delays(options.spin, nowNs),
    keyValue: new KeyValue(options, new Store(options), counters, respond),
    keyLog: options.recordKeys ? new KeyLog() : null,
    metrics: new MetricsPage(counters),
    respond,
  };
}

/** Chosen once: what is off costs a request nothing. */
function requestListener(service: Service, inFlight: InFlight): RequestListener {
  const stages = behaviourStages(service, inFlight);
  const serve: RequestListener = (req, res) => dispatch(service, inFlight.enter(req, res));
  const { keyValue, keyLog } = service;

  const listener: RequestListener =
    stages.length > 0
      ? (req, res) => {
          if (isControl(req.url ?? '/')) serve(req, res);
          else runStages(stages, inFlight.enter(req, res), (hit) => dispatch(service, hit));
        }
      : (req, res) => {
          const target = req.url ?? '/';
          // Answered in this turn, so it need not be followed.
          if (req.method === 'GET' && target.startsWith('/kv/')) keyValue.serve(req, res, target);
          else serve(req, res);
        };
  if (keyLog === null) return listener;
  return (req, res) => {
    const key = keyOf(originForm(req.url ?? '/'));
    if (key !== null) keyLog.record(key);
    listener(req, res);
  };
}

function makeServer(options: TargetOptions, listener: RequestListener): Server {
  const settings = { keepAliveTimeout: options.keepAliveIdleMs, noDelay: options.tcpNoDelay };
  const server =
    options.tlsCert === '' ? createServer(settings, listener) : makeTlsServer(options, settings, listener);
  if (options.maxConnections > 0) server.maxConnections = options.maxConnections;
  // Newer versions of Node wait a second longer than they say; here the option says what happens.
  Object.assign(server, { keepAliveTimeoutBuffer: 0 });
  // 100 Continue only for a body that will be read.
  server.on('checkContinue', (req, res) => {
    if (!(Number(req.headers['content-length']) > options.maxBodyBytes)) res.writeContinue();
    listener(req, res);
  });
  return server;
}

function makeTlsServer(options: TargetOptions, settings: object, listener: RequestListener): Server {
  try {
    return createTlsServer({ ...settings, cert: options.tlsCert, key: options.tlsKey }, listener);
  } catch (cause) {
    throw tlsError(cause);
  }
}

function tlsError(cause: unknown): ZipfireError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return usageError(
    `tlsCert (--tls-cert) and tlsKey (--tls-key) cannot be used: ${reason}`,
    'give a certificate and its own unencrypted key, both as PEM',
  );
}

function watchConnections(server: Server, counters: Counters): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    counters.add(Slot.connectionsOpened, 1);
    counters.set(Slot.connectionsActive, sockets.size);
    socket.once('close', () => {
      sockets.delete(socket);
      counters.set(Slot.connectionsActive, sockets.size);
    });
  });
  server.on('drop', () => counters.add(Slot.connectionsDropped, 1));
  return sockets;
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
