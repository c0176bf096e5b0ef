import { ExitCode, type Plan, type Result } from '../../core/index.js';
import { type Baseline, exitCodeOf, withholdPasses } from '../../gate/index.js';
import type { Compared } from '../compare/baseline.js';
import type { WatchFlags } from '../watch/flags.js';
import type { TargetWatcher } from '../watch/target.js';
import type { Watchers } from '../watch/watchers.js';
import type { DebugLog } from './debug-log.js';
import type { ProgressView } from './display.js';
import { gateOnBaseline, refuseGate, runJudged, together } from './judged-run.js';
import { type Outputs, refuseFailOnAlone, stdoutTaken } from './read-outputs.js';

/** The flag of the report that tells of each operation by the second; nothing is kept for it where it is not given. */
const INTERVAL_LOG = 'interval-log';

/** Looks on while a run goes on, and says what it saw. */
export interface Onlooker {
  readonly around: (plan: Plan, run: () => Promise<Result>) => Promise<Result>;
  /** After the run's own report. @param quiet stdout is taken */
  readonly report: (plan: Plan, result: Result, quiet: boolean) => Promise<void>;
}

/** Runs a plan in front of somebody: progress, Ctrl-C, reports, exit code. */
export async function measure(
  given: Plan,
  outputs: Outputs,
  quiet: boolean,
  onlooker?: Onlooker,
  target?: TargetWatcher,
): Promise<ExitCode> {
  refuseFailOnAlone(outputs);
  const { replay } = given;
  if (replay === undefined) return measurePlan(given, outputs, quiet, onlooker, target);
  const { prepareReplay } = await import('./prepare-replay.js');
  const prepared = await prepareReplay(given, replay, quiet);
  try {
    return await measurePlan(prepared.plan, outputs, quiet, onlooker, target);
  } finally {
    prepared.dispose();
  }
}

async function measurePlan(
  given: Plan,
  outputs: Outputs,
  quiet: boolean,
  onlooker: Onlooker | undefined,
  target: TargetWatcher | undefined,
): Promise<ExitCode> {
  const gated = gateOnBaseline(given);
  if (outputs.baseline === undefined)
    refuseGate(gated, '--baseline base.json names the result to compare with');
  const { baseline, compare } = await comparing(outputs, gated !== undefined);
  const watchers = outputs.watch === undefined ? null : await openWatchers(given, outputs.watch);
  try {
    const byOperation = outputs.files.has(INTERVAL_LOG);
    const shown = { baseline, debugPath: outputs.debug, watchers, target, intervalsByOperation: byOperation };
    const run = (plan: Plan) => runShown(plan, quiet, shown);
    const result = await (onlooker === undefined ? run(given) : onlooker.around(given, () => run(given)));
    const compared = await compare(result);
    const told = watchers?.end(result, compared?.forReports ?? null);
    told?.catch(() => {});
    const exitCode = await reportRun(result, compared, outputs, onlooker, given);
    await told;
    await watchers?.linger(quiet);
    return exitCode;
  } catch (error) {
    await watchers?.fail(error);
    throw error;
  } finally {
    await watchers?.close();
  }
}

async function reportRun(
  result: Result,
  compared: Compared | null,
  outputs: Outputs,
  onlooker: Onlooker | undefined,
  given: Plan,
): Promise<ExitCode> {
  const display = await import('./display.js');
  await display.writeOutputs(result, outputs, compared?.forReports ?? null);
  if (!stdoutTaken(outputs)) await compared?.show();
  await onlooker?.report(given, result, stdoutTaken(outputs));
  const judged = exitCodeOf(result);
  return judged === ExitCode.pass && compared !== null ? compared.exitCode : judged;
}

/** What goes with a run that is shown. */
interface Shown {
  /** See `runJudged`. */
  readonly baseline?: Baseline | null;
  readonly debugPath?: string | undefined;
  readonly watchers?: Watchers | null;
  readonly target?: TargetWatcher | undefined;
  /** See `RunOptions`. */
  readonly intervalsByOperation?: boolean;
}

/** Runs a plan with progress on stderr; the first Ctrl-C ends it and keeps what was measured. */
export async function runShown(given: Plan, quiet: boolean, shown: Shown = {}): Promise<Result> {
  const { baseline = null, debugPath, watchers = null, target, intervalsByOperation = false } = shown;
  const { grpc } = given;
  const plan =
    grpc === undefined ? given : await (await import('./compile-plan.js')).compilePlan(given, grpc, quiet);
  const controller = new AbortController();
  let view: ProgressView | null = null;
  const log = debugPath === undefined ? null : await openLog(debugPath, plan);
  await target?.start(plan);
  const running = runJudged(plan, baseline, {
    log: log?.write,
    intervalsByOperation,
    signal: controller.signal,
    onProgress: (progress) => {
      target?.progress(progress);
      view?.update(progress);
      watchers?.progress(progress);
    },
    seconds: together([watchers?.seconds, target?.seconds].filter((each) => each !== undefined)),
  });
  // It is awaited below, once there is somewhere to show it.
  running.catch(() => {});
  // Loaded while the workers start: the first request does not wait for what only shows things.
  const display = await import('./display.js');
  if (!quiet) {
    display.showPlan(plan);
    view = new display.ProgressView(plan);
  }
  const restore = onInterrupt(controller, () => view?.done());
  const result = await running.finally(async () => {
    view?.done();
    await target?.stop();
    restore();
    log?.close();
  });
  return withholdPasses(target?.complete(result) ?? result);
}

/** Loaded where they are asked for. */
async function openWatchers(plan: Plan, flags: WatchFlags): Promise<Watchers> {
  return (await import('../watch/watchers.js')).Watchers.open(plan, flags);
}

async function openLog(path: string, plan: Plan): Promise<DebugLog> {
  return (await import('./debug-log.js')).openDebugLog(path, plan);
}

/** What a run is held against. */
interface Comparing {
  readonly baseline: Baseline | null;
  readonly compare: (result: Result) => Promise<Compared | null>;
}

/** Reads the baseline, if there is to be one: before the run, as a wrong file must not cost one. */
async function comparing(outputs: Outputs, gated: boolean): Promise<Comparing> {
  if (outputs.baseline === undefined) return { baseline: null, compare: async () => null };
  const { compareWithBaseline, readBaselineFile } = await import('../compare/baseline.js');
  const baseline = readBaselineFile(outputs.baseline, gated);
  return {
    baseline: baseline.forGates,
    compare: (result) => compareWithBaseline(result, baseline),
  };
}

/** The first Ctrl-C ends the run and keeps what was measured; a second one ends the process. @returns an undo */
export function onInterrupt(controller: AbortController, tidyUp: () => void): () => void {
  const interrupt = () => {
    if (controller.signal.aborted) {
      tidyUp();
      process.exit(ExitCode.interrupted);
    }
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
}
