import type { CapacityKnee, CapacityStep } from '../core/index.js';

/**
 * The step with the most power: throughput ÷ mean response time. On the way there, throughput grows by more than
 * latency does; beyond, it is the other way round.
 *
 * Source: Kleinrock, Power and deterministic rules of thumb for probabilistic problems in computer communications,
 * ICC 1979.
 *
 * @returns null of fewer than three steps
 */
export function kneeOf(steps: readonly CapacityStep[]): CapacityKnee | null {
  const known = steps.flatMap((step) =>
    step.meanUs !== null && step.meanUs > 0 && (step.rate === null || step.ok === true)
      ? [{ step, power: step.achieved / step.meanUs }]
      : [],
  );
  if (known.length < 3) return null;
  const { step } = known.reduce((best, each) => (each.power > best.power ? each : best));
  const { rate, connections, p99Us } = step;
  return { rate, connections: rate === null ? connections : null, p99Us };
}
