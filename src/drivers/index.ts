import type { Driver, DriverEvents, DriverOptions, Load } from '../core/index.js';
import { createHttp1Driver } from './http1/index.js';

type DriverFactory = (options: DriverOptions, events: DriverEvents) => Driver | Promise<Driver>;

/** Which driver a load asks for; its `http` is decided by then. A driver is one folder and one entry here. */
const factories: Readonly<Record<Load['driver'], DriverFactory>> = {
  wire: async (options, events) =>
    options.http === '2'
      ? (await import('./http2/index.js')).createHttp2Driver(options, events)
      : createHttp1Driver(options, events),
  // Loaded only when asked for: a run must not wait for what it does not use.
  grpc: async (options, events) => (await import('./grpc/index.js')).createGrpcDriver(options, events),
  undici: async (options, events) => (await import('./undici/index.js')).createUndiciDriver(options, events),
};

export async function createDriver(
  name: Load['driver'],
  options: DriverOptions,
  events: DriverEvents,
): Promise<Driver> {
  return factories[name](options, events);
}
