import os from 'node:os';
import type { Argv } from 'yargs';
import { type Found, searchRate, sweepConnections } from '../capacity/index.js';
import {
  type CapacityResult,
  ExitCode,
  escapeText,
  formatSpan,
  type Plan,
  usageError,
} from '../core/index.js';
import { isProfilePath, planFromFlags, redactPlan, runsOfProfile } from '../profile/index.js';
import { slotsText } from '../report/capacity-sentence.js';
import { isCallTarget, planOfCall } from './call-flags.js';
import { CapacityBench } from './capacity/bench.js';
import {
  addCapacityFlags,
  type CapacityFlags,
  capacityFlagNames,
  readCapacityFlags,
  usualCapacityFlags,
} from './capacity/flags.js';
import { stepGates } from './capacity/gates.js';
import { limitOf } from './capacity/limit.js';
import { machineWarnings } from './capacity/machine.js';
import { writeCapacity } from './capacity/report.js';
import type { Command } from './command.js';
import { gateOnBaseline, refuseGate } from './measure/judged-run.js';
import { checkOutputFiles } from './output-files.js';
import { planContext } from './plan-context.js';
import { describeTool } from './tool.js';
import { watcherOf } from './watch/signal-flags.js';

/** What an open loop begins with, where nothing is said. */
const FIRST_CONNECTIONS = 64;
const MOST_CONNECTIONS = 1024;
const LONGEST_WARMUP_MS = 1000;

const examples = `The flags of a run that say what is sent are taken too: zipfire run --help

Examples:
  zipfire capacity 'http://127.0.0.1:8080/kv/{{key}}' --keys zipf:n=1e6 --gate 'p99 < 50ms'
  zipfire capacity hot.yaml --from 1k --to 50k --at-least 20k --out capacity.json
  zipfire capacity grpc://127.0.0.1:50051 --call kv.v1.KV/Get -d '{"key":"a"}'
  zipfire capacity http://127.0.0.1:8080/ --sweep connections -c 1..256`;

/** `zipfire capacity`: the highest rate that meets the gates, or what connections make of the throughput. */
export const capacity: Command = {
  usage: 'capacity <target>',
  flagNames: capacityFlagNames,
  usualFlags: usualCapacityFlags,
  builder: (yargs: Argv) =>
    addCapacityFlags(yargs)
      .positional('target', {
        type: 'string',
        describe: 'URL, which may hold {{key}}, a profile (.yaml), or grpc:// with --call',
      })
      .epilogue(examples),
  run: async (argv: Readonly<Record<string, unknown>>): Promise<ExitCode> => {
    const flags = readCapacityFlags(argv);
    checkOutputFiles(flags.outputs);
    const target = String(argv['target']);
    const plan = await compiled(await readPlan(target, flags, argv), flags.quiet);
    // A profile says how many connections it has; so do flags.
    const { connections, concurrency } = flags.run;
    const choosesConnections = !isProfilePath(target) && (connections ?? concurrency) === undefined;
    refuseGate(gateOnBaseline(plan), 'zipfire run --baseline base.json has one');
    const startedAt = new Date().toISOString();
    const machine = machineWarnings(os.loadavg()[0] ?? 0, os.availableParallelism());
    const names = plan.operations.flatMap(({ name, partOf }) =>
      partOf === undefined ? [name] : [name, partOf],
    );
    names.push(...(plan.sequences ?? []).map(({ name }) => name));
    const gates = stepGates(plan.gates, names, !flags.sweep);
    const watcher = await watcherOf(flags.signals);
    const bench = new CapacityBench(
      flags.quiet,
      (count) => slotsText({ plan: { load: plan.load } }, count),
      watcher,
    );
    bench.tell({ kind: 'stage', text: howLong(flags) });
    const found = await search(plan, { ...flags, choosesConnections }, gates.gates, bench).finally(() =>
      bench.close(),
    );
    const { error, ...document } = found;
    const result: CapacityResult = {
      schema: 'zipfire.capacity/1',
      tool: describeTool(),
      startedAt,
      name: plan.name,
      plan: redactPlan(plan),
      ...document,
      ...(watcher === undefined ? {} : { limit: limitOf(found, bench) }),
      warnings: [...machine, ...gates.warnings, ...document.warnings],
    };
    // With nothing measured there is nothing to keep, and the error says it all.
    if (error !== undefined && result.steps.length === 0) throw error;
    await writeCapacity(result, flags.outputs);
    if (error !== undefined) throw error;
    return exitCodeOf(result, flags.atLeast);
  },
};

/** Runs that a search of a rate takes where nothing disagrees: a bracket, a bisection, both ends confirmed, and a curve. */
const USUAL_RUNS = 25;
/** Of a run besides its time: workers start, connections open and close, the service rests. */
const BESIDES_MS = 750;

function howLong({ stepMs, warmupMs, maxTimeMs, repeat, sweep, counts }: CapacityFlags): string {
  const runMs = stepMs + warmupOf(stepMs, warmupMs) + BESIDES_MS;
  const runs = sweep ? counts.length * repeat : Math.max(10, Math.round((USUAL_RUNS * repeat) / 3));
  const some = formatSpan(Math.round((runs * runMs) / 1000));
  return `${sweep ? runs : `some ${runs}`} runs of ${formatSpan(stepMs / 1000)}: about ${some}, ${formatSpan(maxTimeMs / 1000)} at most (--max-time); Ctrl-C ends it and keeps what was found`;
}

/** Null: a fifth of the step, a second at most. */
function warmupOf(stepMs: number, givenMs: number | null): number {
  return givenMs ?? Math.min(LONGEST_WARMUP_MS, stepMs / 5);
}

function search(
  plan: Plan,
  flags: CapacityFlags & { readonly choosesConnections: boolean },
  gates: readonly string[],
  bench: CapacityBench,
): Promise<Found> {
  const cores = os.availableParallelism();
  const given = flags.run.workers !== undefined;
  const { stepMs, coolDownMs, maxTimeMs, repeat } = flags;
  const common = {
    measureMs: stepMs,
    warmupMs: warmupOf(stepMs, flags.warmupMs),
    gates,
    coolDownMs,
    maxTimeMs,
    repeat,
  };
  if (flags.sweep) {
    const mostWorkers = given ? plan.load.workers : cores;
    return sweepConnections(plan, { ...common, mostWorkers, connections: flags.counts }, bench);
  }
  // A worker of an open loop spins: one core is left to the target and the kernel.
  const mostWorkers = given ? plan.load.workers : Math.max(plan.load.workers, cores - 1);
  const { precision, from, to } = flags;
  const mostConnections = flags.choosesConnections ? MOST_CONNECTIONS : null;
  const confirm = 2 * repeat - 1;
  return searchRate(plan, { ...common, mostWorkers, precision, from, to, confirm, mostConnections }, bench);
}

/** A plan with a rate and a length, which each step replaces by its own: gates are read against them. */
async function readPlan(
  target: string,
  flags: CapacityFlags,
  argv: Readonly<Record<string, unknown>>,
): Promise<Plan> {
  const run = { ...flags.run, rate: '1k', duration: `${flags.stepMs}ms` };
  const called = await planOfCall(argv, isProfilePath(target) ? null : target, run, {
    context: planContext(),
    example: 'zipfire capacity grpc://127.0.0.1:50051 --call package.Service/Method',
  });
  if (called !== null) return called;
  if (!isProfilePath(target)) {
    if (isCallTarget(target))
      throw usageError(
        `${escapeText(target)} is a gRPC target`,
        'name a method: --call package.Service/Method',
      );
    return planFromFlags(target, { connections: String(FIRST_CONNECTIONS), ...run }, planContext());
  }
  const runs = await runsOfProfile(target, run, planContext());
  if (runs.kind === 'matrix')
    throw usageError('a matrix has no one capacity', 'name a profile of a single run');
  const { stages, connectionStages, concurrencyStages } = runs.plan.load;
  if (stages ?? connectionStages ?? concurrencyStages)
    throw usageError(
      'a profile with stages has no one rate',
      'take the stages out: capacity sets the load itself',
    );
  return runs.plan;
}

async function compiled(plan: Plan, quiet: boolean): Promise<Plan> {
  if (plan.grpc === undefined) return plan;
  return (await import('./measure/compile-plan.js')).compilePlan(plan, plan.grpc, quiet);
}

/** 5 where what was found is not the service's: a bound is no capacity. */
function exitCodeOf({ ended, valid, low, high }: CapacityResult, atLeast: number | null): ExitCode {
  if (ended === 'interrupted') return ExitCode.interrupted;
  if (ended === 'floor') return ExitCode.gateFailed;
  if (atLeast !== null && ended !== 'unstable') {
    if (low !== null && low >= atLeast) return ExitCode.pass;
    return high !== null && high <= atLeast ? ExitCode.gateFailed : ExitCode.invalid;
  }
  return valid ? ExitCode.pass : ExitCode.invalid;
}
