import type { Fault, Plan, Summary, Validity } from '../core/index.js';
import { countOwnLimits } from '../drivers/faults.js';
import { type Measured, secondsOut } from './outage.js';

/** What the generator knows about itself at the end of a run. */
export interface SelfCheck {
  readonly plan: Plan;
  readonly summary: Summary;
  /** Each repeat by itself. */
  readonly windows: readonly Measured[];
  /** Of each worker over the window, [0, 1]. */
  readonly eventLoopUtilization: readonly number[];
  readonly interrupted: boolean;
  readonly prefillFailed: number;
  /** Requests that were not sent, as what they needed was not captured. */
  readonly uncaptured: number;
  readonly faults: readonly Fault[];
}

/** A closed loop whose event loop rests less than this share of the time is the limit itself. */
const BUSY_LOOP = 0.95;
/** A burst of requests fills any event loop; a shorter window says nothing of what the generator can keep up. */
const SHORTEST_JUDGED_SEC = 0.25;
/** Lateness matters once it is visible in the response time that it is part of. */
const LATE_SHARE = 0.1;
const LATE_US = 1000;
const RATE_MET = 0.99;
/** A number of requests is sent to its end however late: what tells is how long that took. One hiccup is no sign. */
const RATE_KEPT = 0.95;
/** Standard deviations by which the number of random arrivals may lie below the mean: one run in 30,000 does by chance. */
const CHANCE = 4;
/** From this share of what was sent on, it is the target that is amiss, and not how much may be in flight. */
const UNANSWERED_SHARE = 0.5;

/** From this share of the requests on, what was sent is not the load that was asked for. */
const UNCAPTURED_SHARE = 0.01;

type Check = (run: SelfCheck) => string | null;

/** One reason each. Words before the colon are for scripts; see `core/result`. */
const checks: readonly Check[] = [
  accounting,
  noData,
  outage,
  exhausted,
  saturated,
  late,
  rateMissed,
  prefill,
  captureMissed,
];

/** Whether a run's figures are the target's, and if not, why and what to do about it. */
export function judgeValidity(run: SelfCheck): Validity {
  const reasons = checks.map((check) => check(run)).filter((reason) => reason !== null);
  return { valid: reasons.length === 0, reasons };
}

function accounting({ summary }: SelfCheck): string | null {
  const { planned, sent, dropped, unsent, ok, errors } = summary;
  if (unsent >= 0 && planned === sent + dropped + unsent && sent === ok + errors) return null;
  return `accounting: ${planned} planned, but ${sent} sent + ${dropped} dropped + ${unsent} unsent, of which ${ok} ok and ${errors} failed: a defect of zipfire`;
}

function noData({ summary }: SelfCheck): string | null {
  if (summary.ok > 0) return null;
  // Streams that outlast the window on both sides: their messages are the figures.
  if (summary.sent === 0 && summary.messages !== null) return null;
  const what = summary.sent === 0 ? 'no request was sent' : `none of ${summary.sent} requests succeeded`;
  return `no-data: ${what}, so there is no latency to report`;
}

/**
 * A closed loop sends less while its target is down, so an outage of most of a run is a small share of its
 * requests: the error rate alone would call it a success.
 */
function outage({ summary, windows }: SelfCheck): string | null {
  const seconds = windows.reduce((sum, window) => sum + secondsOut(window), 0);
  if (seconds === 0 || summary.ok === 0) return null;
  const all = windows.reduce((sum, { timeline }) => sum + timeline.length, 0);
  return `outage: in ${seconds} of ${all} seconds every request failed, so the figures are of the others; see what became of the target`;
}

/** What it wants of its own machine is no error of the target, and the connections that were asked for are not there. */
function exhausted({ faults }: SelfCheck): string | null {
  const count = countOwnLimits(faults);
  if (count === 0) return null;
  const [most] = faults.filter((fault) => countOwnLimits([fault]) > 0);
  return `generator-exhausted: ${count} connects failed on this side (${most?.what}), so the load is not the one that was asked for; raise the limit of open files (ulimit -n) or the range of ports, or use fewer connections (--connections)`;
}

/** An open loop spins on purpose, and only while it has a slot to send on: busy is a sign when it missed its rate. */
function saturated(run: SelfCheck): string | null {
  if (run.summary.durationSec < SHORTEST_JUDGED_SEC) return null;
  const busiest = Math.max(...run.eventLoopUtilization);
  if (busiest < BUSY_LOOP || (run.plan.load.rate !== null && !missedRate(run))) return null;
  const percent = Math.round(busiest * 100);
  return `generator-saturated: a worker was busy ${percent} % of the time, so qps is what the generator can send and latency holds its queue; add workers (--workers) on free cores, use fewer connections (--connections), or set a rate (--rate)`;
}

function late({ plan, summary }: SelfCheck): string | null {
  if (plan.load.rate === null) return null;
  const latenessUs = summary.latencyUs.lateness.p99 ?? 0;
  const responseUs = summary.latencyUs.response.p99;
  // Without a response there is none that it could be seen in.
  if (responseUs === null) return null;
  if (latenessUs <= LATE_US || latenessUs <= LATE_SHARE * responseUs) return null;
  const ms = (us: number) => Number((us / 1000).toPrecision(3));
  const beside = summary.ok > 0 ? `, beside a response p99 of ${ms(responseUs)} ms` : '';
  return `lateness: the generator sent late by ${ms(latenessUs)} ms at p99${beside}; lower the rate, add workers (--workers) on free cores, or move the generator off the target's machine`;
}

function missedRate(run: SelfCheck): boolean {
  const { plan, summary, interrupted, uncaptured } = run;
  if (plan.load.rate === null || interrupted) return false;
  return summary.sent + uncaptured < RATE_MET * summary.planned || tookLonger(run);
}

function tookLonger({ plan, summary }: SelfCheck): boolean {
  const { durationSec, sent, planned, achievedRate, targetRate } = summary;
  if (targetRate === null || sent < planned || durationSec < SHORTEST_JUDGED_SEC) return false;
  const byChance = plan.load.arrivals === 'poisson' ? CHANCE * Math.sqrt(targetRate / durationSec) : 0;
  return achievedRate < RATE_KEPT * targetRate - byChance;
}

function rateMissed(run: SelfCheck): string | null {
  const { summary } = run;
  if (!missedRate(run) || saturated(run) !== null) return null;
  if (tookLonger(run)) {
    const percent = ((100 * summary.achievedRate) / (summary.targetRate ?? 1)).toFixed(1);
    return `rate-missed: requests were sent at ${percent} % of the planned rate, ${whyMissed(run)}`;
  }
  const percent = ((100 * summary.sent) / summary.planned).toFixed(1);
  return `rate-missed: ${percent} % of the planned requests were sent, ${whyMissed(run)}`;
}

/** Words that fit every command: a letter such as -c is one flag in `run` and another in `grpc`. */
function whyMissed(run: SelfCheck): string {
  const {
    plan: { load },
    summary,
  } = run;
  if (outage(run) !== null) return 'as the target was gone for a part of the run; see what became of it';
  const unanswered = summary.sent - summary.completed;
  if (unanswered >= UNANSWERED_SHARE * summary.sent)
    return `as ${unanswered} of ${summary.sent} had no whole response; see what became of the target`;
  const { connections, concurrency } = load;
  if (load.driver === 'grpc') {
    const calls = concurrency ?? connections * load.streams;
    return `as all ${calls} calls that may be in flight were out; the target is too slow for this rate, or needs more of them (--concurrency)`;
  }
  const what = connections === 1 ? 'the one connection was' : `all ${connections} connections were`;
  const more = load.http === '2' ? '--connections or --streams' : '--connections';
  return `as ${what} busy; the target is too slow for this rate, or needs more connections (${more})`;
}

function prefill({ plan, prefillFailed }: SelfCheck): string | null {
  if (prefillFailed === 0) return null;
  const { count = prefillFailed } = plan.phases.prefill ?? {};
  return `prefill-failed: ${prefillFailed} of ${count} writes of the prefill failed, so the data is not what the run assumes`;
}

function captureMissed({ summary, uncaptured }: SelfCheck): string | null {
  if (uncaptured <= UNCAPTURED_SHARE * summary.planned) return null;
  return `uncaptured: ${uncaptured} of ${summary.planned} requests were not sent, as what they need was not in the responses before them; see captures, and give a default where one makes sense`;
}
