export type { Measurement } from './assemble.js';
export { type RunOptions, type RunProgress, runPlan } from './coordinator.js';
