import type { Pacer } from '../core/index.js';
import type { Bounds } from './bounds.js';

/** The closed loop: a hit is sent when a slot is free, so it has no time of its own. */
export function closedLoop({ requests }: Bounds): Pacer {
  return { dueNs: () => null, total: requests };
}
