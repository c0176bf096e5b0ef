/** Looks at a target from outside, along a run: its process, its metrics page, and the TCP that leads there. */
export { pidsOfPort } from './pids-of-port.js';
export { TargetWatch, type Watched } from './watch.js';
