import type { Experiment } from '../../core/index.js';
import type { JudgeOptions, View } from './figures.js';
import type { ArmTrials } from './runner.js';
import { sessionTests, tailTests } from './tests.js';
import { judgeView } from './view.js';

/** Judges all experiments of a session: one chance of a false alarm for all of them together. */
export function judgeSession(
  arms: readonly ArmTrials[],
  views: readonly View[],
  options: JudgeOptions,
): Experiment[] {
  const tests = sessionTests(arms, views, options);
  const tails = tailTests(options.sameRate ?? null);
  return views.map((view) => judgeView(view, arms, [...tests, ...(view.guarded ? tails : [])], options));
}
