import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Argv } from 'yargs';
import {
  advise as adviseOn,
  type Gathered,
  type Looked,
  loadArtifacts,
  loadFacts,
  type Suppression,
  saveArtifacts,
} from '../advisor/index.js';
import { ExitCode, escapeText, type Plan, type Result, usageError } from '../core/index.js';
import { readFileBounded, redactUrl } from '../profile/index.js';
import { experimentFlags, readExperimentFlags } from './advise/experiment-flags.js';
import {
  adviceFlags,
  readFailingSeverities,
  readSourceFlags,
  readWatchMs,
  type SourceFlags,
  usualAdviseFlags,
} from './advise/flags.js';
import { exitCodeOfAdvice, readAdviceOutputs, writeAdvice } from './advise/report.js';
import { gatherAround } from './advise/sources.js';
import { planOf, readTargets } from './advise/targets.js';
import { callFlags, planOfCall } from './call-flags.js';
import type { Command } from './command.js';
import { addFlags, readFlagValues } from './flag-table.js';
import { onInterrupt, runShown } from './measure/measure.js';
import { planContext } from './plan-context.js';
import { addLoadFlags, loadFlagNames, readRunFlags } from './run-flags.js';

const MOST_ARTIFACT_BYTES = 2 ** 28;

/** `zipfire advise`: what is wrong with a service, how sure that is, and what to paste. */
export const advise: Command = {
  usage: 'advise [targets..]',
  flagNames: [adviceFlags, experimentFlags, callFlags].flatMap(Object.keys).concat(loadFlagNames),
  usualFlags: usualAdviseFlags,
  builder: (yargs: Argv) =>
    addLoadFlags(
      addFlags(yargs, { 'Advise:': adviceFlags, 'Experiments:': experimentFlags, 'Call:': callFlags }),
    )
      .positional('targets', {
        type: 'string',
        array: true,
        describe: 'a URL or a profile to load, and files and folders to read',
      })
      .epilogue(`Examples:
  its files:           zipfire advise deploy/ go.mod cmd/
  its connections:     zipfire advise http://127.0.0.1:8080/ --probe --lb-idle 60s --idle-limit 75s
  it under load:       zipfire advise http://127.0.0.1:8080/ -c 64 --pid $(pgrep -n server)
  under its own load:  zipfire advise --pid 4711 --metrics http://127.0.0.1:8080/metrics -d 60s
  a setting's worth:   zipfire advise http://127.0.0.1:8080/ --exec ./server --vary GOGC=100,200
  of gRPC:             zipfire advise grpc://127.0.0.1:50051 --call kv.v1.KV/Get`),
  run: async (argv): Promise<ExitCode> => {
    const values = readFlagValues(argv, { ...adviceFlags, ...experimentFlags });
    const failing = readFailingSeverities(values['failOn']);
    const outputs = readAdviceOutputs(values);
    const { interrupted = false, ...looked } = await gather(argv, values);
    const { artifacts } = values;
    if (typeof artifacts === 'string') await save(artifacts, looked);
    const advice = adviseOn(looked);
    await writeAdvice(advice, outputs, false);
    return interrupted ? ExitCode.interrupted : exitCodeOfAdvice(advice, failing);
  },
};

interface MaybeInterrupted extends Looked {
  /** Ended by hand, before all was seen. */
  readonly interrupted?: boolean;
}

async function gather(
  argv: Readonly<Record<string, unknown>>,
  values: Readonly<Record<string, unknown>>,
): Promise<MaybeInterrupted> {
  const words = Array.isArray(argv['targets']) ? argv['targets'].map(String) : [];
  const { from } = values;
  const experiments = readExperimentFlags(values);
  if (typeof from === 'string') {
    const { artifacts: _, ...sources } = readSourceFlags(values);
    const other = Object.entries(sources).find(([, source]) => source !== null && !isEmpty(source));
    if (words.length > 0 || experiments !== null || other !== undefined)
      throw usageError(
        '--from judges what was gathered, and gathers nothing',
        'leave targets, --files, --metrics, --expvar, --pid, --probe and experiments out',
      );
    return load(from);
  }
  const targets = readTargets(words);
  const given = readSourceFlags(values);
  const sources = { ...given, files: [...given.files, ...targets.files] };
  const flags = readRunFlags(argv);
  const called = await planOfCall(argv, targets.load, flags, {
    context: planContext(),
    example: 'zipfire advise grpc://127.0.0.1:50051 --call package.Service/Method',
  });
  if (targets.load === null) {
    if (experiments === null) return watch(sources, argv);
    throw usageError(
      'experiments need a load',
      'give a URL or a profile: zipfire advise http://127.0.0.1:8080/ …',
    );
  }
  const plan = called ?? (await planOf(targets.load, flags, planContext()));
  const quiet = argv['quiet'] === true;
  if (argv['probeOnly'] === true) {
    if (experiments !== null)
      throw usageError('--probe-only sends no load', 'leave it out, or the experiments');
    return probeAlone(plan, sources, quiet);
  }
  if (experiments !== null) {
    const { gatherAndTry } = await import('./advise/experiments.js');
    const { result, gathered, ...rest } = await gatherAndTry(plan, sources, experiments, quiet);
    return { ...withLoad(plan, result, gathered), ...rest };
  }
  const run = () => runShown(plan, quiet);
  const { value: result, gathered } = await gatherAround(sources, plan, run, quiet);
  return withLoad(plan, result, gathered);
}

/** What the target answers to probes, and what files say: no load, and nothing that watches one. */
async function probeAlone(plan: Plan, sources: SourceFlags, quiet: boolean): Promise<MaybeInterrupted> {
  const none = { ...sources, metrics: null, expvar: null, pid: null };
  const { gathered, interrupted } = await gatherAround(none, plan, async () => {}, quiet, true);
  // Of a load that there is none of.
  const { generator: _, ...facts } = gathered.facts;
  // A server that does not speak HTTP/2 was asked for its settings all the same.
  const { http2Settings: __, ...others } = gathered.failed;
  return {
    target: redactUrl(plan.target.url),
    gathered: { facts, failed: facts.probe?.http2 === false ? others : gathered.failed },
    suppressions: suppressionsOf(plan),
    ...(interrupted ? { notes: ['probing was ended by hand: what was asked until then is judged'] } : {}),
    interrupted,
  };
}

/** Puts the load's own figures with the rest. */
export function withLoad(plan: Plan, result: Result, gathered: Gathered): Looked {
  const target = redactUrl(plan.target.url);
  // A probe of HTTP/2 that was not needed after all is no failure.
  const { http2Settings: _, ...others } = gathered.failed;
  const failed = result.connections.protocol === 'http/1.1' ? others : gathered.failed;
  return {
    target,
    gathered: { facts: { ...gathered.facts, load: loadFacts(plan, result, target) }, failed },
    suppressions: suppressionsOf(plan),
  };
}

/** Without a load of ours: files alone, or a process under whatever load it has. */
async function watch(
  sources: SourceFlags,
  argv: Readonly<Record<string, unknown>>,
): Promise<MaybeInterrupted> {
  if (sources.probe !== null)
    throw usageError('--probe: no target', 'zipfire advise http://127.0.0.1:8080/ --probe');
  const lives = [sources.metrics, sources.expvar, sources.pid].some((source) => source !== null);
  if (!lives && sources.files.length === 0)
    throw usageError(
      'give a URL, a profile, files or folders',
      'zipfire advise deploy/, or zipfire advise http://127.0.0.1:8080/ --metrics http://127.0.0.1:8080/metrics',
    );
  const watchMs = lives ? readWatchMs(argv['duration']) : 0;
  const { signal, work, undo } = waiting(watchMs);
  if (lives && argv['quiet'] !== true)
    process.stderr.write(`watching for ${watchMs / 1000} s; -d changes that, and Ctrl-C ends it\n`);
  const { gathered } = await gatherAround(sources, null, work, true).finally(undo);
  const shown = [sources.metrics, sources.expvar].flatMap((url) => (url === null ? [] : [redactUrl(url)]));
  const process_ = sources.pid === null ? [] : [`process ${sources.pid}`];
  const target = [...sources.files, ...shown, ...process_].join(', ');
  const notes = signal.aborted ? ['the watch was ended by hand: it was shorter than asked for'] : [];
  return { target, gathered, suppressions: [], notes, interrupted: signal.aborted };
}

/** Waits, until Ctrl-C at the most: what was seen by then is judged. */
function waiting(ms: number) {
  const controller = new AbortController();
  const { signal } = controller;
  return {
    signal,
    work: () => delay(ms, undefined, { signal }).catch(() => {}), // it ends early by the signal alone
    undo: onInterrupt(controller, () => {}),
  };
}

function suppressionsOf({ ignore = {} }: Plan): Suppression[] {
  return Object.entries(ignore).map(([id, reason]) => ({
    id,
    reason,
    path: null,
    by: `advise.ignore.${id} of the profile`,
  }));
}

/** @throws ZipfireError `usage` */
export async function save(folder: string, looked: Looked): Promise<void> {
  await saveArtifacts(folder, looked).catch((error: Error) => {
    throw usageError(`--artifacts: ${escapeText(error.message)}`, 'choose a folder that can be written');
  });
}

function isEmpty(source: unknown): boolean {
  return Array.isArray(source) && source.length === 0;
}

/** @throws ZipfireError `usage` */
function load(folder: string): Looked {
  try {
    return loadArtifacts(folder, (path) => {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      // A pipe would be waited for, and a device has no end.
      if (!stats.isFile()) throw new Error(`${path} is not a file`);
      return new TextDecoder().decode(readFileBounded(path, MOST_ARTIFACT_BYTES));
    });
  } catch (error) {
    throw usageError(
      `--from: ${escapeText(error instanceof Error ? error.message : String(error))}`,
      'gather again: zipfire advise … --artifacts folder',
    );
  }
}
