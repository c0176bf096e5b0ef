import { parseCount, parseDurationMs, type Severity, usageError, ZipfireError } from '../../core/index.js';
import { type Flag, flag, list, text } from '../flag-table.js';
import { type ProbeFlags, probeFlags, readProbeFlags } from './probe-flags.js';

/** What is looked at besides the load; `run --advise` takes these too. */
const sourceFlags: Record<string, Flag> = {
  files: list('files and folders that describe it: manifests, Dockerfiles, configuration, source'),
  metrics: text('URL of its metrics page (Prometheus, OpenMetrics)'),
  expvar: text("URL of Go's expvar, usually /debug/vars"),
  pid: text('process of the service on this machine (Linux)'),
  artifacts: text('write what was gathered into this folder'),
  ...probeFlags,
};

export const adviceFlags: Record<string, Flag> = {
  ...sourceFlags,
  'probe-only': flag('probe, and send no load'),
  from: text('judge what --artifacts wrote there, and gather nothing'),
  out: text('write the advice as JSON; - is stdout'),
  html: text('write the advice as a page, one file that needs nothing else; - is stdout'),
  sarif: text('write the findings as SARIF 2.1.0, for a code host; - is stdout'),
  junit: text('write the findings as JUnit XML; - is stdout'),
  'fail-on': text('high, medium or low: exit 3 when there is a finding of this severity or above'),
};

/** What the help shows; those of the load and of experiments among them. */
export const usualAdviseFlags: readonly string[] = [
  'files',
  'metrics',
  'pid',
  'probe',
  'lb-idle',
  'out',
  'html',
  'sarif',
  'fail-on',
  'experiment',
  'exec',
  'vary',
  'objective',
  'subject-to',
  'connections',
  'duration',
  'rate',
  'keys',
];

/** What a run is advised by: the flags that say where to look. */
export const runAdviceFlags: Record<string, Flag> = {
  advise: flag('look at the service during the run, and say what to mend, as zipfire advise does'),
  advice: text('write the advice as JSON'),
  ...sourceFlags,
};

export interface SourceFlags {
  readonly files: readonly string[];
  readonly metrics: string | null;
  readonly expvar: string | null;
  readonly pid: number | null;
  readonly artifacts: string | null;
  /** Null: nothing is probed. */
  readonly probe: ProbeFlags | null;
}

/** @param values by name in camel case @throws ZipfireError `usage` */
export function readSourceFlags(values: Readonly<Record<string, unknown>>): SourceFlags {
  const { files, metrics, expvar, pid, artifacts } = values;
  return {
    files: Array.isArray(files) ? files.map(String) : [],
    metrics: typeof metrics === 'string' ? pageUrl('metrics', metrics) : null,
    expvar: typeof expvar === 'string' ? pageUrl('expvar', expvar) : null,
    pid: typeof pid === 'string' ? readPid(pid) : null,
    artifacts: typeof artifacts === 'string' ? artifacts : null,
    probe: readProbeFlags(values),
  };
}

const severities: readonly Severity[] = ['low', 'medium', 'high'];

/** The severities that fail the command; none without the flag. @throws ZipfireError `usage` */
export function readFailingSeverities(value: unknown): ReadonlySet<Severity> {
  if (value === undefined) return new Set();
  const at = severities.indexOf(value as Severity); // or none of them
  if (at < 0) throw usageError('--fail-on: expected high, medium or low', '--fail-on high');
  return new Set(severities.slice(at));
}

/** How long a service is watched that gets no load from here. */
export function readWatchMs(value: unknown): number {
  return typeof value === 'string' ? parseDurationMs(value) : 10_000;
}

function pageUrl(name: string, value: string): string {
  if (/^https?:\/\//i.test(value) && URL.canParse(value)) return value;
  throw usageError(
    `--${name}: expected a URL`,
    `--${name} http://127.0.0.1:8080/${name === 'expvar' ? 'debug/vars' : 'metrics'}`,
  );
}

function readPid(value: string): number {
  try {
    const pid = parseCount(value);
    if (pid > 0 && pid < 2 ** 31) return pid;
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
  }
  throw usageError('--pid: expected the number of a process', '--pid $(pgrep -n server)');
}
