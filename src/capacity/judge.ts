import {
  type CapacityRun,
  type CapacityVerdict,
  type GateResult,
  isCausedByTarget,
  mainFailure,
  type Plan,
  type Result,
  type SignalName,
  signalNames,
  type TypicalSignals,
} from '../core/index.js';
import { slotsOf, widthOf } from './plans.js';

/** The service at rest: closed loop, one request at a time. */
export interface Idle {
  readonly meanUs: number;
  readonly p50Us: number;
  /** Whether some requests fail even so. */
  readonly fails: boolean;
}

/** Of what was sent: a service that fails so much is at fault, whatever the generator is. */
const BROKEN = 0.5;
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
    ...(result.signals === undefined ? {} : { signals: typical(result.signals.seconds) }),
  };
}

/** Null of none. */
export function median(values: readonly number[]): number | null {
  const rising = values.toSorted((a, b) => a - b);
  const [low, high] = [rising[(rising.length - 1) >> 1], rising[rising.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Medians. @param several looks at a service */
export function typical(several: readonly Readonly<Record<SignalName, number | null>>[]): TypicalSignals {
  const middle = (name: SignalName) => {
    return median(several.map((each) => each[name]).filter((value) => value !== null));
  };
  return Object.fromEntries(signalNames.map((name) => [name, middle(name)])) as TypicalSignals; // all of them
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
  const failed = result.gates.find((gate) => gate.verdict !== 'pass' && !isCount(gate, result));
  const { reasons } = result.validity;
  const byTarget = reasons.find(isCausedByTarget);
  const byGenerator = reasons.filter((reason) => !isCausedByTarget(reason));
  const beyondLateness = byGenerator.find((reason) => !reason.startsWith('lateness:'));
  if (beyondLateness !== undefined) return { verdict: 'generator', why: factOf(beyondLateness) };
  if (failed === undefined && byTarget === undefined) return { verdict: 'pass', why: null };
  const [late] = byGenerator;
  // Whoever is asked late may answer late, and does not fail most of what is asked for that.
  const isBroken = result.summary.errorRate >= BROKEN;
  if (late !== undefined && !isBroken) return { verdict: 'generator', why: factOf(late) };
  const why = failed === undefined ? factOf(byTarget ?? '') : gateText(failed, result);
  return { verdict: needsConnections(result, plan, idle) ? 'connections' : 'fail', why };
}

/** A window ends between two responses, and has the one that is under way no more than the one before it. */
const AT_THE_ENDS = 2;

/**
 * Whether a share of the rate was missed by nothing but counting: of 20 requests one response that comes after the end
 * is 5 %, and as many random arrivals as a window has on average are in none. What came due is what it is held against.
 */
function isCount({ source, verdict, limit, windows }: GateResult, { summary }: Result): boolean {
  const { targetRate, planned, qps, durationSec } = summary;
  if (verdict !== 'fail' || limit === null || targetRate === null || windows !== undefined) return false;
  if (!/^qps\s*>=?.*of rate\s*$/.test(source)) return false;
  return qps * durationSec + AT_THE_ENDS >= (limit / targetRate) * planned;
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

function gateText({ source, verdict }: GateResult, result: Result): string {
  if (verdict === 'no-data') return `${source}: no data`;
  // Of errors one wants to know which.
  const most = /^([\w-]+\.)?(errors|status)\b/.test(source) ? mainFailure([result]) : null;
  return most === null ? source : `${source}: ${most}`;
}
