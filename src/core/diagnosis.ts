/** What was seen of the target along the timeline of a run: `result.signals`. */
export interface TargetSignals {
  /** The process looked at (`--pid`), with all its descendants; of several the first. Null: none. */
  readonly pid: number | null;
  /** How many these were at most. */
  readonly processes: number;
  /** The metrics page (`--scrape`), without secrets; null: none. */
  readonly page: string | null;
  /** `node`, `java`, `nginx`, …; null where it is not known. */
  readonly runtime: string | null;
  /** CPUs that the process may use: those allowed to it, or the tightest quota above it; null: not known. */
  readonly cpuLimit: number | null;
  /** What was looked for and not seen, and why. */
  readonly missing: readonly MissingSignal[];
  /** One for each second of the timeline, in its order. */
  readonly seconds: readonly SignalSecond[];
  readonly cost: SignalCost;
}

export interface MissingSignal {
  readonly signal: string;
  readonly why: string;
}

/** What looking on took from the generator's machine. */
export interface SignalCost {
  /** CPU time of the coordinator's thread in looks; metrics pages and perf's own process are not in it. */
  readonly busyMs: number;
  /** The same over the time looked on, in [0, 1]: a share of one core. */
  readonly share: number;
  readonly looks: number;
  /** How far apart looks were at the end: they are spaced out when they cost too much. */
  readonly everyMs: number;
}

/** A second of the target. Null: not known for this second. Times are milliseconds within the second. */
export interface SignalSecond extends Readonly<Record<SignalName, number | null>> {
  /** As in the timeline. */
  readonly t: number;
}

/**
 * - `cpuCores` CPU time a second; `busiestThread` the same of the thread that used the most
 * - `wantedCpu` the share of the second for which a thread ran or waited for a CPU, of the one that did so the most
 * - `quietMs` in which the process used less than a quarter of its usual CPU
 * - `runQueueMs` that runnable threads waited for a CPU, their sum
 * - `voluntaryPerSec`, `involuntaryPerSec` context switches
 * - `throttledMs` that the cgroup kept its tasks from running, their CPUs' sum; `throttledShare` of its periods
 * - `gcMs` of pauses by the collector, as its page counts them, or as the threads of a JVM tell; `gcCpuMs` of CPU time in it
 * - `cacheMissRatio` misses over references, [0, 1]
 * - `rttMs` of the connections to the target, smoothed, in steps of some 10 ms; `retransmits` of this machine's TCP
 */
export const signalNames = [
  'cpuCores',
  'busiestThread',
  'wantedCpu',
  'quietMs',
  'runQueueMs',
  'voluntaryPerSec',
  'involuntaryPerSec',
  'throttledMs',
  'throttledShare',
  'residentBytes',
  'gcMs',
  'gcCpuMs',
  'cacheMissRatio',
  'rttMs',
  'retransmits',
] as const;
export type SignalName = (typeof signalNames)[number];

/** What ails a run, as far as its figures show. */
export type Pattern =
  | 'generator-limit'
  | 'cpu-throttling'
  | 'gc-pause'
  | 'cpu-saturation'
  | 'memory-bandwidth'
  | 'network-jitter'
  | 'lock-or-queue'
  | 'unknown';

/** What a run's timeline and its target's signals say together: `result.diagnosis`. */
export interface Diagnosis {
  /** The strongest first; empty: nothing stands out. */
  readonly patterns: readonly FoundPattern[];
  /** Seconds whose tail stands out, in time order: by P99, or in a closed loop by a stall that the rate fell by. */
  readonly spikes: readonly Spike[];
  /** Stretches of 200 ms and more in which responses should have come in and none did; in time order. */
  readonly stalls: readonly FoundStall[];
  /** The three figures in the seconds of the spikes, against the others; null without spikes. */
  readonly reading: ThreeFigures | null;
  /** Seconds of the timeline that were judged; those at the start of a run without warm-up are not. */
  readonly judgedSeconds: number;
  /** Why nothing was judged; absent where it was. */
  readonly why?: string;
}

export interface FoundPattern {
  readonly pattern: Pattern;
  /** In the seconds of spikes, or in most of the run. */
  readonly scope: 'spikes' | 'throughout';
  /** Seconds of the timeline that it explains; of `throughout` none are listed. */
  readonly seconds: readonly number[];
  /** One sentence with the figures. */
  readonly summary: string;
  readonly evidence: readonly SignalEvidence[];
}

/** A figure in the seconds in question, beside the same in the others. */
export interface SignalEvidence {
  readonly signal:
    | SignalName
    | 'p99Us'
    | 'maxUs'
    | 'qps'
    | 'latenessP99Us'
    | 'eventLoopUtilization'
    /** Of a stall in which no response came; and of the generator's own threads. */
    | 'stallMs'
    | 'generatorStillMs'
    | 'inFlight';
  /** Median over the seconds in question. */
  readonly during: number;
  /** Median over the other seconds, or the limit it is held against; null: neither. */
  readonly baseline: number | null;
  /** The chance of a coincidence as close as this, where that was tested. */
  readonly p: number | null;
}

/** What a second does not show: where within it nothing was answered. */
export interface FoundStall {
  /** When it began: seconds of the timeline, to a tenth. */
  readonly t: number;
  /** To a tenth of a second, and closer where the responses that waited tell. */
  readonly ms: number;
  readonly cause: Pattern;
}

export interface Spike {
  /** As in the timeline. */
  readonly t: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** What P99 is in other seconds. */
  readonly usualUs: number;
  /** Patterns that explain this second; `unknown` alone where none does. */
  readonly causes: readonly Pattern[];
  /** Signals out of their usual range in this second, whether or not they explain it. */
  readonly coincided: readonly SignalName[];
}

export type Direction = 'up' | 'level' | 'down' | 'not-known';

export interface ThreeFigures {
  readonly p99: Direction;
  readonly qps: Direction;
  readonly cacheMisses: Direction;
  /** What these three stand for by themselves, in words. */
  readonly means: string;
}
