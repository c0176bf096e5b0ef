export { encodeDistribution, encodeIntervals } from './encode.js';
export type { CoarseInterval } from './intervals.js';
export { OperationIntervals } from './operation-intervals.js';
export { Recorder } from './recorder.js';
export { Tally, type Window } from './tally.js';
export { Timeline } from './timeline.js';
