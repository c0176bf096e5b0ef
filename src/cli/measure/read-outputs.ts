import { usageError } from '../../core/index.js';
import { reportFormats } from '../../report/formats.js';
import { checkOutputFiles } from '../output-files.js';
import { readWatchFlags, type WatchFlags } from '../watch/flags.js';

/** Where a run's reports go: a file for each format asked for, and the terminal unless stdout is taken. */
export interface Outputs {
  /** Path by format's flag; `-` is stdout. */
  readonly files: ReadonlyMap<string, string>;
  /** Whether to annotate a run of GitHub Actions, and add to its summary. */
  readonly github: boolean;
  /** File for the log of calls and connections; absent: none. */
  readonly debug?: string;
  /** Who looks on while the run goes on; absent: nobody. */
  readonly watch?: WatchFlags;
  /** What to compare the run with; absent: nothing. */
  readonly baseline?: BaselineFlags;
  /** `--fail-on` without a baseline: a matrix has one of its own. */
  readonly failOn?: unknown;
}

/** `--baseline` and `--fail-on` as given. */
export interface BaselineFlags {
  readonly path: string;
  readonly failOn: unknown;
}

/** Whether a report has stdout for itself. */
export function stdoutTaken({ files }: Outputs): boolean {
  return [...files.values()].includes('-');
}

/** @throws ZipfireError `usage` when two formats want one place, or one a file that cannot be written */
export function readOutputs(flags: Readonly<Record<string, unknown>>): Outputs {
  const files = new Map<string, string>();
  for (const { flag } of reportFormats) {
    const path = flags[flag];
    if (typeof path === 'string') files.set(flag, path);
  }
  const { baseline: path, 'fail-on': failOn, debug } = flags;
  checkOutputFiles(
    typeof debug === 'string' && debug !== '-' ? new Map([...files, ['debug', debug]]) : files,
  );
  const watch = readWatchFlags(flags);
  const common = {
    files,
    github: flags['github'] === true,
    ...(typeof debug === 'string' ? { debug } : {}),
    ...(watch === undefined ? {} : { watch }),
  };
  if (typeof path === 'string') return { ...common, baseline: { path, failOn } };
  return failOn === undefined ? common : { ...common, failOn };
}

/** @throws ZipfireError `usage` where a single run is to fail on a regression, and nothing is to compare it with */
export function refuseFailOnAlone({ failOn }: Outputs): void {
  if (failOn !== undefined)
    throw usageError('--fail-on: worse than what?', '--baseline base.json names a result to compare with');
}
