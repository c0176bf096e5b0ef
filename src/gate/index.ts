export { type Comparison, type Gate, judge, type Limit } from './gate.js';
export type { LimitUnit } from './metric.js';
export { histograms } from './metrics/index.js';
export { type GateContext, parseGate } from './parse.js';
export { exitCodeOf, type Judged, verdictOf } from './verdict.js';
