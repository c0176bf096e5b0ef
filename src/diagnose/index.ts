/** What ails a run, by its timeline and the signals of its target. */
export { diagnose } from './diagnose.js';
