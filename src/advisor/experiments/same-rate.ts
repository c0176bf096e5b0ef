import { type Experiment, formatRateExact } from '../../core/index.js';
import { median } from '../../statistics/order.js';
import type { Arm, ArmTrials, Objective } from './runner.js';

/**
 * The tail of each arm at one rate that all of them carry.
 *
 * In a closed loop every connection asks again at once, so the service is as full as it can be, at a throughput of its
 * own under each setting: the p99 there is of a full queue, and two of them at different throughputs are no
 * comparison. Where throughput and that p99 disagree, the question is what an open loop at the same rate answers.
 *
 * Its requests come at random (Poisson), as those of many users do. At even gaps no two of them meet at a service with
 * room, so that what a setting is for, to serve several at once, is worth nothing there, and what it costs is all that is seen.
 */
export interface SameRate {
  readonly rate: number;
  /** As those of the session, in its order; without runs where there was no question. */
  readonly arms: readonly ArmTrials[];
}

/** Of what the slowest of the arms gets through: busy, and with room. */
const SHARE = 0.6;

export const tail: Objective = {
  name: 'p99',
  better: 'lower',
  unit: 'us',
  of: ({ summary }) => summary.latencyUs.response.p99,
};

/** The rate for these arms; null: they got nothing through. @param arms by index, among those that were run */
export function rateForAll(done: readonly ArmTrials[], arms: readonly number[]): number | null {
  const rates = arms.map((at) => median((done[at]?.trials ?? []).map(({ qps }) => qps)));
  const rate = SHARE * Math.min(...rates);
  return Number.isFinite(rate) && rate > 0 ? Number(rate.toPrecision(2)) : null;
}

export function atRate(arm: Arm, rate: number): Arm {
  return { ...arm, plan: { ...arm.plan, load: { ...arm.plan.load, rate, arrivals: 'poisson' } } };
}

/** Whether most of the runs say something of the target. */
export function holds({ trials }: ArmTrials): boolean {
  return 2 * sound({ trials }).length > trials.length;
}

/** Reasons of a service that is too slow; all others are of the generator, or of a machine that both share. */
const TOO_SLOW = /^(rate-missed|no-data|outage|S07):/;

/** Whether most of the runs say that the service did not keep up with the rate. */
export function fallsBehind({ trials }: ArmTrials): boolean {
  const behind = trials.filter(
    ({ invalid }) => invalid.length > 0 && invalid.every((reason) => TOO_SLOW.test(reason)),
  );
  return 2 * behind.length > trials.length;
}

export function sound({ trials }: Pick<ArmTrials, 'trials'>): ArmTrials['trials'] {
  return trials.filter(({ invalid }) => invalid.length === 0);
}

/** Name of the metric in comparisons: `p99 at 290/s`. */
export function tailAt(rate: number): string {
  return `${tail.name} at ${formatRateExact(rate)}/s`;
}

/**
 * Arms on which throughput and tail do not agree, by index in the session: one is proven better, and the other worse.
 *
 * @param views of these experiments, one each
 * @param metrics the two
 */
export function disputedArms(
  experiments: readonly Experiment[],
  views: readonly { readonly arms: readonly { readonly at: number }[] }[],
  metrics: readonly string[],
): number[] {
  const disputed = experiments.flatMap(({ arms, comparisons, invalid }, i) =>
    arms.flatMap(({ name }, k) => {
      const said = comparisons
        .filter(({ arm, metric }) => arm === name && metrics.includes(metric))
        .map(({ verdict }) => verdict);
      const at = views[i]?.arms[k]?.at;
      const differ = invalid.length === 0 && said.includes('better') && said.includes('worse');
      return differ && at !== undefined ? [at] : [];
    }),
  );
  return [...new Set(disputed)];
}
