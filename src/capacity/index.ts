export type { Bench, CapacityEvent } from './bench.js';
export { limitRuns } from './limit-runs.js';
export { type Found, type RateOptions, searchRate } from './search.js';
export { type SweepOptions, sweepConnections } from './sweep.js';
