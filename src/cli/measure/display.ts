import type { Plan } from '../../core/index.js';
import { redactPlan } from '../../profile/index.js';
import { renderPlan } from '../../report/index.js';
import { terminalOptions } from '../console.js';

export { writeOutputs } from './outputs.js';
export { ProgressView } from './progress.js';

/** Says on stderr what is about to be run, every default filled in. */
export function showPlan(plan: Plan): void {
  process.stderr.write(`${renderPlan(redactPlan(plan), terminalOptions(process.stderr))}\n`);
}
