import type { Facts } from '../facts.js';
import { gaugeOf, labelOf } from '../gather/metrics/series.js';
import { isAtLeast } from '../version.js';

/** What the runtime of a Go program is set to. */
export interface GoRuntime {
  /** `go1.25.3`; null: not said. */
  readonly version: string | null;
  readonly procs: number | null;
  /** GOMAXPROCS of the environment that it was started with. What Go takes for none (`0`, `1.5`) is none. */
  readonly pin: number | 'none' | 'unknown';
  /** Whether it follows the quota of its own cgroup by itself, where nothing turns that off; null: not known. */
  readonly followsQuota: boolean | null;
  /** Null: no limit is set, or it is not known: see `memoryLimitKnown`. */
  readonly memoryLimitBytes: number | null;
  readonly memoryLimitKnown: boolean;
  readonly gogc: number | null;
}

/** math.MaxInt64, as a float holds it, says that no limit is set. */
const NO_LIMIT = 2 ** 62;

type GoFacts = Partial<Pick<Facts, 'metrics' | 'process'>>;

/** As of https://go.dev/doc/go1.25#container-aware-gomaxprocs */
const FOLLOWS_SINCE = '1.25';

/** Null where nothing says that it is Go. Metrics say what is in force; the environment what it was started with. */
export function goRuntime({ metrics, process }: GoFacts): GoRuntime | null {
  const environment = process?.environment ?? {};
  const said = metrics === undefined ? null : labelOf(metrics, 'go_info', 'version');
  const gauge = (name: string) => (metrics === undefined ? null : gaugeOf(metrics, name));
  const procs = gauge('go_sched_gomaxprocs_threads') ?? pinnedProcs(environment['GOMAXPROCS']);
  const limit = gauge('go_gc_gomemlimit_bytes') ?? parseMemLimit(environment['GOMEMLIMIT']);
  // Whoever starts a service may have these for another one.
  const isOther = process != null && process.runtime !== null && said === null;
  const isGo =
    said !== null ||
    procs !== null ||
    limit !== null ||
    ['GOGC', 'GODEBUG'].some((name) => name in environment);
  if (!isGo || isOther) return null;
  return {
    version: said,
    procs,
    pin: pinOf(process),
    followsQuota: isAtLeast(said, FOLLOWS_SINCE),
    memoryLimitBytes: limit !== null && limit < NO_LIMIT ? limit : null,
    memoryLimitKnown: limit !== null,
    gogc: gauge('go_gc_gogc_percent') ?? integer(environment['GOGC']),
  };
}

function pinOf(process: GoFacts['process']): GoRuntime['pin'] {
  if (process === undefined || process.unreadable?.includes('environment')) return 'unknown';
  return pinnedProcs(process.environment['GOMAXPROCS']) ?? 'none';
}

/** The threads that a GOMAXPROCS asks for; null: Go passes over all but whole numbers above zero (`schedinit` in runtime/proc.go). */
export function pinnedProcs(text: string | undefined): number | null {
  return text !== undefined && /^\+?0*[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
}

function integer(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Threads that Go takes at least, so that one that blocks does not stop the collector. */
const FLOOR = 2;

/** Threads that Go would take for a quota of so many CPUs. */
export function procsFor(quotaCpus: number): number {
  return Math.max(FLOOR, Math.ceil(quotaCpus));
}

/** `512MiB`, `1073741824`, `off`; https://pkg.go.dev/runtime#hdr-Environment_Variables */
export function parseMemLimit(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (text === 'off') return NO_LIMIT;
  const [, digits, unit = 'B'] = /^(\d{1,19})(B|KiB|MiB|GiB|TiB)?$/.exec(text) ?? [];
  if (digits === undefined) return null;
  return Number(digits) * 2 ** (10 * ['B', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit));
}
