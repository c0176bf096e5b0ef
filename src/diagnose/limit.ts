import {
  type CapacityLimit,
  type FoundPattern,
  formatPercent,
  formatRate,
  formatUs,
  mainFailure,
  type Result,
  type SignalName,
  SLICES_PER_SEC,
  type Slices,
  type TargetSignals,
} from '../core/index.js';
import { diagnose } from './diagnose.js';
import { known, median } from './robust.js';
import { judgedSeconds, type Second, valuesOf } from './seconds.js';
import { throughout } from './throughout.js';

/** A run of a search. */
export interface WatchedRun {
  readonly result: Result;
  /** Of its timeline; null: not known. */
  readonly slices: Slices | null;
}

/** How the runs failed, most of them. */
export type FailedBy = 'errors' | 'rate' | 'latency';

/** Fewer seconds of a light load have no usual value. */
const LEAST_LIGHT_SECONDS = 3;
/** A limit takes so many times more of what is used up than a load that is carried with ease. */
const MORE = 1.25;
/** Below, CPUs and threads have room: the same as of a run that waits (`throughout`). */
const IDLE = 0.5;
const FULL = 0.95;
const COVERED = 0.8;
/** A share of the tail that the network may be. */
const NETWORK_SHARE = 0.25;

/**
 * What a service ran out of, by the runs that were too much for it, which are read as one. What held as much where it had
 * room is no proof, and is told apart. A limit by which nothing else is used up is one within the service: a lock, a queue,
 * a rate that it keeps to, or somebody whom it calls.
 *
 * @param over not none
 */
export function diagnoseLimit(
  over: readonly WatchedRun[],
  light: readonly WatchedRun[],
  failedBy: FailedBy,
): Omit<CapacityLimit, 'at'> {
  const { result, slices } = asOne(over);
  const { patterns, judgedSeconds: seconds, why } = diagnose(result, slices);
  const rest = { runs: over.length, seconds, target: targetOf(result.signals) };
  if (why !== undefined)
    return {
      ...rest,
      patterns: [],
      unproven: [],
      summary: `Not judged: ${why}: a longer --step has them.`,
      why,
    };
  const named = patterns.filter(({ pattern }) => pattern !== 'unknown');
  const before = light.length === 0 ? null : asOne(light).result;
  const held = before === null ? [] : heldBefore(before);
  const unproven = named.filter(
    (each) => held.some((other) => isAsMuch(each, other)) || hasRoom(each, result),
  );
  const proven = named.filter((each) => !unproven.includes(each));
  // A tail may be what little there is of it; a rate is not missed by that.
  const isTaken = proven.length > 0 || (unproven.length > 0 && failedBy !== 'rate');
  const waiting = isTaken || failedBy === 'errors' ? null : waits(result, before, failedBy);
  const found = waiting === null ? proven : [waiting];
  return { ...rest, patterns: found, unproven, summary: summaryOf(found, unproven, over, result, failedBy) };
}

/** Runs one after another, as the repeats of one. */
function asOne(runs: readonly WatchedRun[]): WatchedRun {
  const [first] = runs as readonly [WatchedRun, ...WatchedRun[]]; // never none: see above
  let offsetSec = 0;
  const shifted = runs.map(({ result }) => {
    const from = offsetSec;
    offsetSec += result.summary.durationSec;
    const later = <T extends { readonly t: number }>(points: readonly T[]) =>
      points.map((point) => ({ ...point, t: point.t + from }));
    return {
      timeline: later(result.timeline),
      seconds: later(result.signals?.seconds ?? []),
      runs: result.runs,
    };
  });
  const middle = (of: (result: Result) => number | null) =>
    median(known(runs.map(({ result }) => of(result))));
  const last = runs.findLast(({ result }) => result.signals !== undefined)?.result.signals;
  const { summary } = first.result;
  const { response } = summary.latencyUs;
  const result: Result = {
    ...first.result,
    // A generator that was at its limit made no evidence.
    validity: { valid: true, reasons: [] },
    timeline: shifted.flatMap(({ timeline }) => timeline),
    runs: shifted.flatMap(({ runs: own }) => own),
    summary: {
      ...summary,
      targetRate: middle(({ summary: own }) => own.targetRate),
      qps: middle(({ summary: own }) => own.qps) ?? 0,
      latencyUs: {
        ...summary.latencyUs,
        response: { ...response, p99: middle(({ summary: own }) => own.latencyUs.response.p99) },
      },
    },
    ...(last === undefined
      ? {}
      : {
          signals: { ...last, seconds: shifted.flatMap(({ seconds }) => seconds), missing: missingOf(runs) },
        }),
  };
  return { result, slices: joined(runs) };
}

function missingOf(runs: readonly WatchedRun[]): TargetSignals['missing'] {
  const all = runs.flatMap(({ result }) => result.signals?.missing ?? []);
  return [...new Map(all.map((each) => [each.signal, each])).values()];
}

function joined(runs: readonly WatchedRun[]): Slices | null {
  if (runs.every(({ slices }) => slices === null)) return null;
  const series = (name: keyof Slices) =>
    runs.flatMap(({ result, slices }) => slices?.[name] ?? unknownSlices(result));
  return {
    answered: series('answered'),
    generatorStillMs: series('generatorStillMs'),
    cpuMs: series('cpuMs'),
    quietMs: series('quietMs'),
    runQueueMs: series('runQueueMs'),
    throttledMs: series('throttledMs'),
    gcMs: series('gcMs'),
  };
}

function unknownSlices({ timeline }: Result): null[] {
  return new Array<null>(timeline.length * SLICES_PER_SEC).fill(null);
}

/** What is throughout where the service has room. */
function heldBefore(result: Result): FoundPattern[] {
  const seconds = judgedSeconds(result);
  return seconds.length < LEAST_LIGHT_SECONDS ? [] : throughout(result, seconds);
}

function isAsMuch(found: FoundPattern, before: FoundPattern): boolean {
  const [now, then] = [found.evidence[0], before.evidence[0]];
  return (
    found.scope === 'throughout' &&
    found.pattern === before.pattern &&
    now !== undefined &&
    now.signal === then?.signal &&
    now.during < MORE * then.during
  );
}

/** Threads that wait for a CPU now and then: of a limit it is only where they want all that there is. */
function hasRoom({ scope, evidence: [first] }: FoundPattern, result: Result): boolean {
  if (scope !== 'throughout' || first?.signal !== 'runQueueMs') return false;
  const typical = typicalOf(judgedSeconds(result));
  const limit = result.signals?.cpuLimit ?? null;
  return limit === null || (typical('cpuCores') ?? 0) + first.during / 1000 < FULL * limit;
}

/** The service is at its limit, and neither its CPUs, nor a thread, nor the network are. */
function waits(result: Result, before: Result | null, failedBy: FailedBy): FoundPattern | null {
  const { summary, signals } = result;
  const typical = typicalOf(judgedSeconds(result));
  const [cores, thread, rtt] = [typical('cpuCores'), typical('busiestThread'), typical('rttMs')];
  const limit = signals?.cpuLimit ?? null;
  const p99 = summary.latencyUs.response.p99;
  if (cores === null || rtt === null || limit === null || p99 === null) return null;
  if (cores > IDLE * limit || (thread ?? 0) > IDLE || 1000 * rtt > NETWORK_SHARE * p99) return null;
  const usualUs = before?.summary.latencyUs.response.p99 ?? null;
  // A tail that was there from the beginning is no queue.
  if (failedBy === 'latency' && (usualUs === null || p99 < 2 * usualUs)) return null;
  return {
    pattern: 'lock-or-queue',
    scope: 'throughout',
    seconds: [],
    summary: `P99 ${formatUs(p99)} at ${formatRate(summary.qps)}, while the service used ${cores.toFixed(2)} of ${limit} CPUs and the network was fast: requests waited within it, for a lock, a queue, a limit of its own or a call`,
    evidence: [
      { signal: 'p99Us', during: p99, baseline: usualUs, p: null },
      { signal: 'cpuCores', during: cores, baseline: limit, p: null },
      { signal: 'rttMs', during: rtt, baseline: null, p: null },
    ],
  };
}

function typicalOf(seconds: readonly Second[]): (name: SignalName) => number | null {
  return (name) => {
    const values = known(valuesOf(seconds, name));
    return values.length < COVERED * seconds.length ? null : median(values);
  };
}

function summaryOf(
  patterns: readonly FoundPattern[],
  unproven: readonly FoundPattern[],
  over: readonly WatchedRun[],
  result: Result,
  failedBy: FailedBy,
): string {
  const refused = failedBy === 'errors' ? mainFailure(over.map(({ result: each }) => each)) : null;
  const said = [
    ...(refused === null ? [] : [`it refuses what is too much: ${refused}`]),
    ...patterns.slice(0, 1).map(({ summary }) => summary),
    ...(unproven.length === 0 || patterns.length > 0
      ? []
      : [
          `${unproven.map(({ summary }) => summary).join('; ')}; but that was so where it had room, or left it some, which proves nothing`,
        ]),
  ];
  if (said.length > 0) return capital(`${said.join('; ')}.`);
  const used = usedText(result);
  if (used === null) return 'What the service ran out of is not known: its CPU time was not seen.';
  return failedBy === 'latency'
    ? `The gate on latency was crossed before anything that was looked at was used up: ${used}.`
    : `Nothing that was looked at was used up: ${used}.`;
}

/** `0.80 of 1 CPUs, its busiest thread 78 % of one`. */
function usedText(result: Result): string | null {
  const { signals } = result;
  const typical = typicalOf(judgedSeconds(result));
  const [cores, thread] = [typical('cpuCores'), typical('busiestThread')];
  if (cores === null) return null;
  const limit = signals?.cpuLimit ?? null;
  const of = limit === null ? '' : ` of ${Number(limit.toFixed(2))}`;
  const busiest = thread === null ? '' : `, its busiest thread ${formatPercent(thread)} of one`;
  return `${cores.toFixed(2)}${of} CPUs${busiest}`;
}

function targetOf(signals: TargetSignals | undefined): CapacityLimit['target'] {
  if (signals === undefined) return null;
  const { pid, processes, page, runtime, cpuLimit, missing } = signals;
  return { pid, processes, page, runtime, cpuLimit, missing };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
