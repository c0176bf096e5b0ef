import type { Plan, Result } from '../../core/index.js';

/** Runs a plan and gives its result. Handed in by the command line: this room does not import the engine. */
export type Runner = (plan: Plan) => Promise<Result>;
