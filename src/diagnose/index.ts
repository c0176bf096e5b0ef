/** What ails a run, by its timeline and the signals of its target. */
export { diagnose } from './diagnose.js';
export { diagnoseLimit, type FailedBy, type WatchedRun } from './limit.js';
