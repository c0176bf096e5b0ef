export { encodeDistribution } from './encode.js';
export { Recorder } from './recorder.js';
export { Tally, type Window } from './tally.js';
export { Timeline } from './timeline.js';
