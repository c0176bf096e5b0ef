import { resolveTargetOptions } from './check-options.js';
import { Connections } from './connections.js';
import { Counters, type TargetCounters } from './counters.js';
import type { Door } from './door.js';
import type { GrpcWhere } from './grpc/index.js';
import { openHttp } from './http-server.js';
import type { Place } from './listen.js';
import type { TargetOptions } from './options.js';
import { makeService, type Service } from './service.js';

/** More than the event loop needs to tell every request that its socket is gone. */
const CUT_MS = 1_000;

/** A target that listens. */
export interface TargetHandle extends Place {
  /** Where it speaks gRPC; null when it does not. */
  readonly grpc: Place | null;
  /** What it has done so far; a fresh reading at each access. */
  readonly counters: TargetCounters;
  /**
   * Stops listening, lets requests in flight end within `closeGraceMs`, and ends every connection.
   * May be called again.
   */
  close(): Promise<void>;
  /** Resolves when it has been closed. */
  readonly ended: Promise<void>;
}

/**
 * Starts the service on this thread's event loop: over HTTP/1.1, and over gRPC too when `grpcPort` is given.
 * @param given what differs from `defaultTargetOptions`
 * @throws ZipfireError `usage` for a wrong option, and for an address that cannot be listened on
 */
export function startTarget(given: Partial<TargetOptions> = {}): Promise<TargetHandle> {
  return start(given, async (service, connections, doors) => {
    const http = await doors.add(openHttp(service, connections));
    const port = service.options.grpcPort;
    if (port < 0) return { ...http, grpc: null };
    const where = { port, portFlag: '--grpc-port', socketPath: '' } as const;
    return { ...http, grpc: await doors.add(openGrpc(service, connections, where)) };
  });
}

/**
 * The same service over gRPC alone, on `port` or `socketPath`: `kv.v1.KV`, health and reflection.
 * The arguments and errors are those of `startTarget`.
 */
export function startGrpcTarget(given: Partial<TargetOptions> = {}): Promise<TargetHandle> {
  return start(given, async (service, connections, doors) => {
    const { port, socketPath } = service.options;
    const where = { port, portFlag: '--port', socketPath } as const;
    const grpc = await doors.add(openGrpc(service, connections, where));
    return { ...grpc, grpc };
  });
}

/** HTTP/2 is loaded when it is asked for. */
async function openGrpc(service: Service, connections: Connections, where: GrpcWhere): Promise<Door> {
  const grpc = await import('./grpc/index.js');
  return grpc.openGrpc(service, connections, where);
}

/** Opens the doors of a target, and tells where they are. */
type Open = (
  service: Service,
  connections: Connections,
  doors: Doors,
) => Promise<Place & { readonly grpc: Place | null }>;

async function start(given: Partial<TargetOptions>, open: Open): Promise<TargetHandle> {
  const options = resolveTargetOptions(given);
  const counters = new Counters();
  const service = makeService(options, counters);
  const connections = new Connections(counters);
  const doors = new Doors();

  let closed: Promise<void> | null = null;
  const { promise: ended, resolve: end } = deferred();
  const close = async (graceMs: number): Promise<void> => {
    const stopped = doors.stop();
    await service.inFlight.idle(graceMs);
    connections.destroy();
    service.delays.close();
    service.metrics.close();
    await stopped;
    // The hits that were cut hear of it some turns later; then the counters are final.
    await service.inFlight.idle(CUT_MS);
    end();
  };
  // One door may be open already when the next one cannot be had.
  const places = await open(service, connections, doors).catch(async (error: unknown) => {
    await close(0);
    throw error;
  });
  return {
    ...places,
    get counters() {
      return counters.snapshot();
    },
    close() {
      closed ??= close(options.closeGraceMs);
      return closed;
    },
    ended,
  };
}

/** The servers of a target, as they come to listen. */
class Doors {
  readonly #doors: Door[] = [];

  async add(opening: Promise<Door>): Promise<Place> {
    const door = await opening;
    this.#doors.push(door);
    return door.place;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#doors.map((door) => door.stop()));
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
