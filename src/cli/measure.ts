import { ExitCode, type Plan, type Result } from '../core/index.js';
import { type Measurement, runPlan } from '../engine/index.js';
import { exitCodeOf, judge, parseGate, verdictOf } from '../gate/index.js';
import { redactPlan } from '../profile/index.js';
import { renderPlan } from '../report/index.js';
import { terminalOptions } from './console.js';
import { type Outputs, writeOutputs } from './outputs.js';
import { ProgressView } from './progress.js';
import { describeTool } from './tool.js';

/** Runs a plan in front of somebody: progress, Ctrl-C, reports, exit code. */
export async function measure(plan: Plan, outputs: Outputs, quiet: boolean): Promise<ExitCode> {
  if (!quiet) process.stderr.write(`${renderPlan(plan, terminalOptions(process.stderr))}\n`);
  const result = complete(plan, await runWatched(plan, quiet));
  await writeOutputs(result, outputs);
  return exitCodeOf(result);
}

/** The first Ctrl-C ends the run and keeps what was measured; a second one ends the process. */
async function runWatched(plan: Plan, quiet: boolean): Promise<Measurement> {
  const view = quiet ? null : new ProgressView(plan);
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) {
      view?.done();
      process.exit(ExitCode.interrupted);
    }
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  try {
    return await runPlan(plan, {
      signal: controller.signal,
      onProgress: (progress) => view?.update(progress),
    });
  } finally {
    view?.done();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

/** Adds what the engine does not know: who measured, the plan as it may be shown, and what the gates say. */
function complete(plan: Plan, { interrupted, ...measured }: Measurement): Result {
  const result: Result = {
    ...measured,
    tool: describeTool(),
    plan: redactPlan(plan),
    gates: [],
    verdict: 'pass',
  };
  const context = { operations: plan.operations.map(({ name }) => name), rate: plan.load.rate };
  const gates = plan.gates.map((source) => judge(parseGate(source, context), result));
  return { ...result, gates, verdict: verdictOf({ interrupted, validity: result.validity, gates }) };
}
