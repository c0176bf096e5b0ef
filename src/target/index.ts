/** The embedded target: a key-value service over HTTP/1.1 and gRPC whose behaviour can be set. */
export { parseTargetFlag } from './check-options.js';
export type { TargetCounters } from './counters.js';
export { type TargetOption, targetOptionTable } from './option-table.js';
export { defaultTargetOptions, type TargetOptions } from './options.js';
export { startGrpcTarget, startTarget, type TargetHandle } from './target.js';
