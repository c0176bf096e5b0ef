import { escapeText, type Plan, type Result, type SecondsListener, usageError } from '../../core/index.js';
import { type Measurement, type RunOptions, runPlan } from '../../engine/index.js';
import {
  type Baseline,
  type Gate,
  GateWatch,
  parseGate,
  verdictOf,
  type WatchedRun,
} from '../../gate/index.js';
import { arrivalCounter, createPacer, RateCurve } from '../../pace/index.js';
import { redactEcho, redactPlan, redactPlanError } from '../../profile/index.js';
import { describeTool } from '../tool.js';

/**
 * Runs a plan and judges it by its gates, which may end it early.
 *
 * @param baseline what gates compare with; null: nothing, and those that do have no data
 * @throws ZipfireError as `runPlan` does
 */
export async function runJudged(
  plan: Plan,
  baseline: Baseline | null,
  options: RunOptions = {},
): Promise<Result> {
  const gates = plannedGates(plan);
  const byHand = options.signal;
  const byGate = new AbortController();
  // Who is first ends the run.
  const abort = () => {
    if (byHand?.aborted !== true) byGate.abort();
  };
  const watch = new GateWatch(gates, watchedRun(plan), baseline, abort);
  const signals = [byGate.signal, ...(byHand === undefined ? [] : [byHand])];
  const running = runPlan(plan, {
    ...options,
    signal: AbortSignal.any(signals),
    seconds: together([...(watch.watches ? [watch] : []), ...(options.seconds ? [options.seconds] : [])]),
  });
  const measured = await withoutSecrets(plan, running);
  return complete(plan, measured, watch, byGate.signal.aborted);
}

/** Several listeners as one; undefined: nobody listens, and nothing is kept for them. */
export function together(listeners: readonly SecondsListener[]): SecondsListener | undefined {
  if (listeners.length < 2) return listeners[0];
  return {
    second: (second) => {
      for (const listener of listeners) listener.second(second);
    },
    repeatEnds: (durationSec) => {
      for (const listener of listeners) listener.repeatEnds(durationSec);
    },
  };
}

/** What a promise comes to; an error of it may say again what was sent, or what a script read. */
async function withoutSecrets<T>(plan: Plan, promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw redactPlanError(plan, error, process.env);
  }
}

/** The gates of a plan, as the run that it describes is judged by them. */
function plannedGates({ gates, operations, sequences = [], load }: Plan): Gate[] {
  const names = new Set(
    [...operations, ...sequences.map(({ name }) => ({ name, partOf: undefined }))].flatMap(
      ({ name, partOf }) => [name, ...(partOf === undefined ? [] : [partOf])],
    ),
  );
  return gates.map((source) => parseGate(source, { operations: [...names], rate: load.rate }));
}

/** The first of a plan's gates that compares with a baseline. */
export function gateOnBaseline(plan: Plan): Gate | undefined {
  return plannedGates(plan).find(({ limit }) => limit.kind === 'of-baseline');
}

/** @param gate one that compares with a baseline, where there is none @param hint what to do instead @throws ZipfireError `usage` */
export function refuseGate(gate: Gate | undefined, hint: string): void {
  if (gate === undefined) return;
  throw usageError(`the gate "${escapeText(gate.source)}" compares with a baseline, and there is none`, hint);
}

function watchedRun({ operations, sequences = [], grpc, load, seed }: Plan): WatchedRun {
  const curve = load.stages === undefined ? null : new RateCurve(load.stages);
  const random = load.rate !== null && load.arrivals === 'poisson';
  const unbounded = { durationMs: null, requests: null };
  const counter = random ? arrivalCounter(createPacer(load, seed, unbounded)) : null;
  const dueBy = counter ?? (curve === null ? null : (sec: number) => curve.arrivalsBy(sec * 1e9));
  const rateOver = (fromSec: number, toSec: number) => {
    if (dueBy === null || toSec <= fromSec) return load.rate;
    return (dueBy(toSec) - dueBy(fromSec)) / (toSec - fromSec);
  };
  const weights = [...operations, ...sequences].reduce((sum, { weight }) => sum + weight, 0);
  const shared = sequences.map((sequence) => ({ ...sequence, rateShare: sequence.weight / weights }));
  return { operations: [...operations, ...shared], calls: grpc !== undefined, rateOver, random };
}

/** Adds what the engine does not know: who measured, the plan as it may be shown, and what the gates say. */
function complete(
  plan: Plan,
  { interrupted, ...measured }: Measurement,
  watch: GateWatch,
  byGate: boolean,
): Result {
  const result: Result = {
    ...measured,
    tool: describeTool(),
    plan: redactPlan(plan),
    faults: measured.faults.map((fault) => ({ ...fault, what: redactEcho(plan, fault.what) })),
    gates: [],
    verdict: 'pass',
  };
  const gates = watch.results(result);
  const judged = { interrupted: interrupted && !byGate, validity: result.validity, gates };
  return { ...result, gates, verdict: verdictOf(judged) };
}
