import type { Driver, DriverEvents, DriverOptions } from '../../core/index.js';
import { Http1Driver } from './driver.js';

/** HTTP/1.1 on plain sockets: zipfire's own protocol code, as fast as the tools written in C. */
export function createHttp1Driver(options: DriverOptions, events: DriverEvents): Driver {
  return new Http1Driver(options, events);
}
