import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { limitRequests } from './connection-limit.js';
import type { Connections } from './connections.js';
import type { Door } from './door.js';
import { HttpHits } from './http-hit.js';
import { KeyValue, keyOf } from './key-value.js';
import { listen } from './listen.js';
import type { TargetOptions } from './options.js';
import { Responder } from './responder.js';
import type { HttpService } from './route.js';
import { dispatch, isControl, originForm } from './router.js';
import type { Service } from './service.js';
import { runStages } from './stages.js';
import { tlsError } from './tls-error.js';

/** Serves HTTP/1.1. */
export async function openHttp(service: Service, connections: Connections): Promise<Door> {
  const { options } = service;
  const listener = limitRequests(options.requestsPerConnection, requestListener(service));
  const server = makeServer(options, listener);
  connections.watch(server);
  const place = await listen(server, {
    ...options,
    scheme: options.tlsCert === '' ? 'http' : 'https',
    portFlag: '--port',
  });
  return { place, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Chosen once: what is off costs a request nothing. */
function requestListener(service: Service): RequestListener {
  const respond = new Responder(service.counters, service.options.splitWrites);
  const keyValue = new KeyValue(service.keyspace, respond);
  const http: HttpService = { ...service, respond, keyValue };
  const { stages, keyLog } = service;
  const hits = new HttpHits(service.inFlight, respond);
  const serve: RequestListener = (req, res) => dispatch(http, hits.enter(req, res));

  const listener: RequestListener =
    stages.length > 0
      ? (req, res) => {
          if (isControl(req.url ?? '/')) {
            serve(req, res);
          } else {
            const hit = hits.enter(req, res);
            runStages(stages, hit, () => dispatch(http, hit));
          }
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
