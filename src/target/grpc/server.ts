import { createSecureServer, createServer, type ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';
import type { Connections } from '../connections.js';
import type { Door } from '../door.js';
import { listen, type Where } from '../listen.js';
import type { TargetOptions } from '../options.js';
import type { Service } from '../service.js';
import { tlsError } from '../tls-error.js';
import { streamListener } from './serve.js';
import { makeGrpcServices } from './services.js';
import { watchSessions } from './sessions.js';

/** Where to listen, beside the host: that of all doors. */
export type GrpcWhere = Pick<Where, 'port' | 'portFlag' | 'socketPath'>;

/** Serves gRPC: kv.v1.KV, health and reflection, on node:http2 alone. */
export async function openGrpc(service: Service, connections: Connections, where: GrpcWhere): Promise<Door> {
  const { options } = service;
  const server = makeServer(options);
  connections.watch(server);
  const sessions = watchSessions(server, options);
  const services = makeGrpcServices(service);
  const serve = streamListener(service, services.methods);
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    const session = stream.session === undefined ? undefined : sessions.get(stream.session);
    if (session !== undefined) serve(session, stream, headers);
  });
  const scheme = options.tlsCert === '' ? 'grpc' : 'grpcs';
  const place = await listen(server, { ...where, host: options.host, scheme });
  return {
    place,
    stop: () => {
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
      services.health.stop();
      for (const session of sessions.values()) session.close();
      return stopped;
    },
  };
}

/** As the net.Server that both kinds are. */
function makeServer(options: TargetOptions): Server {
  const settings = options.maxStreams > 0 ? { maxConcurrentStreams: options.maxStreams } : {};
  const server = options.tlsCert === '' ? createServer({ settings }) : makeTlsServer(options, { settings });
  if (options.maxConnections > 0) server.maxConnections = options.maxConnections;
  return server;
}

function makeTlsServer(options: TargetOptions, settings: object): Server {
  try {
    return createSecureServer({ ...settings, cert: options.tlsCert, key: options.tlsKey });
  } catch (cause) {
    throw tlsError(cause);
  }
}
