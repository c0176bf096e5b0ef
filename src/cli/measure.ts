import { ExitCode, type Plan, type Result } from '../core/index.js';
import { type Measurement, runPlan } from '../engine/index.js';
import { exitCodeOf, judge, parseGate, verdictOf } from '../gate/index.js';
import { redactEcho, redactPlan } from '../profile/index.js';
import type { ProgressView } from './display.js';
import { type Outputs, stdoutTaken } from './read-outputs.js';
import { describeTool } from './tool.js';

/** Runs a plan in front of somebody: progress, Ctrl-C, reports, exit code. */
export async function measure(given: Plan, outputs: Outputs, quiet: boolean): Promise<ExitCode> {
  const { grpc } = given;
  const plan =
    grpc === undefined ? given : await (await import('./compile-plan.js')).compilePlan(given, grpc, quiet);
  const compare = await comparing(outputs);
  const controller = new AbortController();
  let view: ProgressView | null = null;
  const running = runPlan(plan, {
    signal: controller.signal,
    onProgress: (progress) => view?.update(progress),
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
  const measured = await running.finally(() => {
    view?.done();
    restore();
  });
  const result = complete(plan, measured);
  await display.writeOutputs(result, outputs);
  const compared = await compare(result);
  const judged = exitCodeOf(result);
  return judged === ExitCode.pass ? compared : judged;
}

/** Reads the baseline, if there is to be one. @returns what compares a result with it */
async function comparing(outputs: Outputs): Promise<(result: Result) => Promise<ExitCode>> {
  if (outputs.baseline === undefined) return async () => ExitCode.pass;
  const { compareWithBaseline, readBaseline } = await import('./compare-baseline.js');
  const baseline = readBaseline(outputs.baseline);
  return (result) => compareWithBaseline(result, baseline, stdoutTaken(outputs));
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

/** Adds what the engine does not know: who measured, the plan as it may be shown, and what the gates say. */
export function complete(plan: Plan, { interrupted, ...measured }: Measurement): Result {
  const result: Result = {
    ...measured,
    tool: describeTool(),
    plan: redactPlan(plan),
    faults: measured.faults.map((fault) => ({ ...fault, what: redactEcho(plan, fault.what) })),
    gates: [],
    verdict: 'pass',
  };
  const context = { operations: result.operations.map(({ name }) => name), rate: plan.load.rate };
  const gates = plan.gates.map((source) => judge(parseGate(source, context), result));
  return { ...result, gates, verdict: verdictOf({ interrupted, validity: result.validity, gates }) };
}
