export { type Baseline, readBaseline } from './baseline.js';
export type { Gate } from './gate.js';
export { histograms } from './metrics/index.js';
export { parseGate } from './parse.js';
export { exitCodeOf, type Judged, verdictOf, withholdPasses } from './verdict.js';
export { GateWatch } from './watch.js';
export type { WatchedRun } from './windows/window.js';
