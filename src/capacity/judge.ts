import {
  type CapacityRun,
  type CapacityVerdict,
  type GateResult,
  isCausedByTarget,
  type Plan,
  type Result,
} from '../core/index.js';
import { slotsOf, widthOf } from './plans.js';

/** The service at rest: closed loop, one request at a time. */
export interface Idle {
  readonly meanUs: number;
  readonly p50Us: number;
  /** Whether some requests fail even so. */
  readonly fails: boolean;
}

/** With less than this share of the slots in use, they are not what is short. */
const SLOTS_IN_USE = 0.8;
/** A service that takes no longer than this many times its time at rest is not what is short either. */
const AT_REST = 1.5;

/** A run as evidence. @param idle null: not known, so that no run is laid to the number of connections */
export function judgeRun(result: Result, plan: Plan, idle: Idle | null): CapacityRun {
  const { response } = result.summary.latencyUs;
  return {
    startedAt: result.startedAt,
    connections: widthOf(plan),
    achieved: result.summary.qps,
    errorRate: result.summary.errorRate,
    meanUs: response.mean,
    p50Us: response.p50,
    p99Us: response.p99,
    samples: response.count,
    ...verdictOf(result, plan, idle),
  };
}

/**
 * - A run whose requests could not all be sent did not carry its rate, whatever share of it the gates forgive: a queue
 *   that grows all along has no bound.
 * - The response time runs from the intended start, so the generator's lateness is in it. A late run that meets its
 *   gates has met them the harder way, and passes. One that fails them is no evidence.
 * - A run that fails while all connections are busy, and the service answers each as fast as at rest, needs more
 *   connections (Little's law: in flight = throughput × time).
 */
function verdictOf(
  result: Result,
  plan: Plan,
  idle: Idle | null,
): { verdict: CapacityVerdict; why: string | null } {
  const failed = result.gates.find(({ verdict }) => verdict !== 'pass');
  const { reasons } = result.validity;
  const byTarget = reasons.find(isCausedByTarget);
  const byGenerator = reasons.filter((reason) => !isCausedByTarget(reason));
  const beyondLateness = byGenerator.find((reason) => !reason.startsWith('lateness:'));
  if (beyondLateness !== undefined) return { verdict: 'generator', why: factOf(beyondLateness) };
  if (failed === undefined && byTarget === undefined) return { verdict: 'pass', why: null };
  const [late] = byGenerator;
  if (late !== undefined) return { verdict: 'generator', why: factOf(late) };
  const why = failed === undefined ? factOf(byTarget ?? '') : gateText(failed);
  return { verdict: needsConnections(result, plan, idle) ? 'connections' : 'fail', why };
}

function needsConnections({ summary }: Result, { load }: Plan, idle: Idle | null): boolean {
  const meanUs = summary.latencyUs.service.mean;
  if (idle === null || meanUs === null || summary.errors > 0) return false;
  const inFlight = (summary.qps * meanUs) / 1e6;
  return inFlight >= SLOTS_IN_USE * slotsOf(load) && meanUs <= AT_REST * idle.meanUs;
}

/** `code: fact; mend` without the mend, which is for those who run one thing alone. */
function factOf(reason: string): string {
  const [fact = ''] = reason.split('; ');
  return fact;
}

function gateText({ source, verdict }: GateResult): string {
  return verdict === 'no-data' ? `${source}: no data` : source;
}
