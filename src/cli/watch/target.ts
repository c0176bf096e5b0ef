import os from 'node:os';
import { type Plan, type Result, type SecondsListener, type Slices, usageError } from '../../core/index.js';
import { diagnose } from '../../diagnose/index.js';
import type { RunProgress } from '../../engine/index.js';
import { pidsOfPort, TargetWatch } from '../../observe/index.js';
import { redactUrl } from '../../profile/index.js';
import type { SignalFlags } from './signal-flags.js';

/** Looks at the target while a run goes on, and adds to its result what was seen. */
export interface TargetWatcher {
  readonly start: (plan: Plan) => Promise<void>;
  readonly progress: (progress: RunProgress) => void;
  readonly seconds: SecondsListener;
  readonly stop: () => Promise<void>;
  /** With its signals, and what was seen within its seconds; slices are null where it was not looked at. */
  readonly seen: (result: Result) => { readonly result: Result; readonly slices: Slices | null };
  /** With signals and diagnosis. */
  readonly complete: (result: Result) => Result;
}

/** @throws ZipfireError `usage` where no process listens on the port */
export function watchTarget({ pid, pidOfPort: port, scrape }: SignalFlags): TargetWatcher {
  const pids = pid === null ? (port === null ? [] : listenersOn(port)) : [pid];
  const page = scrape === null ? null : { url: scrape, shown: redactUrl(scrape) };
  let watch: TargetWatch | null = null;
  const see = (result: Result) => {
    if (watch === null) return { result, slices: null };
    const { signals, slices } = watch.seen(
      result.timeline.map(({ t }) => t),
      result.runs.map(({ durationSec }) => durationSec),
    );
    return { result: { ...result, signals }, slices };
  };
  return {
    start: async ({ target }) => {
      watch = new TargetWatch({
        pids,
        page,
        port: target.socketPath === null ? target.port : null,
        hostCpus: os.cpus().length,
      });
      await watch.start();
    },
    progress: ({ stage, repeat }) => {
      if (stage === 'measure') watch?.windowBegins(repeat);
    },
    stop: async () => {
      await watch?.stop();
    },
    seconds: {
      second: (second) => watch?.seconds.second(second),
      repeatEnds: (durationSec) => watch?.seconds.repeatEnds(durationSec),
    },
    seen: see,
    complete: (given) => {
      const { result, slices } = see(given);
      return result.signals === undefined ? result : { ...result, diagnosis: diagnose(result, slices) };
    },
  };
}

function listenersOn(port: number): readonly number[] {
  const found = pidsOfPort(port);
  if (found.length > 0) return found;
  throw usageError(
    `--pid-of-port: no process that we may look at listens on port ${port}`,
    'run as its user or as root, or name it: --pid',
  );
}
