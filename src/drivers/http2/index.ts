import type { Driver, DriverEvents, DriverOptions } from '../../core/index.js';
import { Http2Driver } from './driver.js';

/** HTTP/2 on plain sockets: zipfire's own protocol code. */
export function createHttp2Driver(options: DriverOptions, events: DriverEvents): Driver {
  return new Http2Driver(options, events);
}
