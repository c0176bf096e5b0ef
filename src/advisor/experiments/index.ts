export { experiment, firstArm } from './experiment.js';
export { parseExperiments } from './load-arms.js';
export type { Objective } from './runner.js';
export type { SessionEvent } from './session.js';
export { parseVary, parseVaryFlag } from './settings.js';
