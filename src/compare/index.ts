export { type CompareOptions, compareResults } from './compare.js';
export { compareMatrix } from './compare-matrix.js';
export { readCurve } from './curve.js';
export { findMetrics, type Metric, type RunFigures } from './metrics.js';
export { type Recorded, type RecordedRun, readResult } from './read-result.js';
