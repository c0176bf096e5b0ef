import type { Driver, DriverEvents, DriverOptions, Load } from '../core/index.js';
import { createHttp1Driver } from './http1/index.js';

type DriverFactory = (options: DriverOptions, events: DriverEvents) => Driver | Promise<Driver>;

/** Which driver a load asks for. A driver is one folder and one entry here. */
const factories: Readonly<Record<Load['driver'], DriverFactory>> = {
  wire: createHttp1Driver,
  // Loaded only when asked for: it brings a whole client with it.
  undici: async (options, events) => (await import('./undici/index.js')).createUndiciDriver(options, events),
};

export async function createDriver(
  name: Load['driver'],
  options: DriverOptions,
  events: DriverEvents,
): Promise<Driver> {
  return factories[name](options, events);
}
