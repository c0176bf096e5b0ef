/** zipfire.advice/1: what `zipfire advise` writes. Field names and meanings are a contract. */
export interface Advice {
  readonly schema: 'zipfire.advice/1';
  /** What was looked at: a URL, or paths. */
  readonly target: string;
  /**
   * `mend`: something is wrong. `fine`: everything that could be judged is right. `inconclusive`: a self-check failed
   * and nothing is wrong that does not rest on the load. `nothing-judged`: no rule had what it needs.
   */
  readonly verdict: 'mend' | 'fine' | 'inconclusive' | 'nothing-judged';
  /** Whether the generator was fit to judge the target; S01 to S07. */
  readonly selfChecks: readonly Finding[];
  /** What to do first stands first; then what passed, what could not be judged, what does not apply. */
  readonly findings: readonly Finding[];
  readonly experiments: readonly Experiment[];
  /** The settings that won, by name; empty when none was tried, or none is proven better. */
  readonly best: Readonly<Record<string, string>>;
  /** What the reader should know besides: an ignore that hides nothing, an artifact that could not be gathered. */
  readonly notes: readonly string[];
}

/** `notApplicable`, `inconclusive` and `error` are not passes. */
export type FindingStatus = 'pass' | 'fail' | 'notApplicable' | 'inconclusive' | 'error';
export type Severity = 'high' | 'medium' | 'low';
/** How sure: read in a file < seen in the live target < asked over the network < measured by an experiment. */
export type Confidence = 'static' | 'observed' | 'probed' | 'proven';

/** One judgement of one rule; a rule that looks at several places gives several. */
export interface Finding {
  /** Of the rule: `KA01`. */
  readonly id: string;
  /** What holds, or what does not: rules have a title for each. */
  readonly title: string;
  readonly status: FindingStatus;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** Figures and settings as seen; empty where there is nothing to show. */
  readonly evidence: Evidence;
  /** `deploy.yaml:12`, or a URL; absent where there is no one place. */
  readonly where?: string;
  /** Of a failure: what it does to the service. Of all others but `pass`: why nothing is said. */
  readonly why?: string;
  /** To paste; may have several lines. */
  readonly fix?: string;
  /** URL of what the rule rests on. */
  readonly source: string;
  readonly gain?: Gain;
  /** Why somebody wants it not to count. It is listed all the same. */
  readonly suppressed?: { readonly reason: string; readonly by: string };
  /**
   * Of a self-check that failed: what it puts in doubt. `latency`: times that the generator stamped. `contention`:
   * what a lack of CPU bends. Absent: everything that rests on the load.
   */
  readonly doubts?: 'latency' | 'contention';
  /** Ids of the failed self-checks that made it `inconclusive`. */
  readonly cappedBy?: readonly string[];
}

export type Evidence = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number)[]>
>;

/** What mending is worth. `low` and `high` hold the ratio with 95 % confidence; all but `ratio` are null when expected. */
export interface Gain {
  /** `qps`, `p99` … */
  readonly metric: string;
  /** New over old: 1.4 is 40 % more. */
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Runs of each arm. */
  readonly n: number | null;
  readonly p: number | null;
}

/** Settings compared under load. The first arm is what the others are compared with. */
export interface Experiment {
  readonly name: string;
  /** What arms are judged by: `qps`, `p99` … */
  readonly metric: string;
  readonly arms: readonly ExperimentArm[];
  readonly comparisons: readonly ArmComparison[];
  /** The name of the arm that is proven best; `~` when none is. */
  readonly verdict: string;
  /** Arms that are proven no worse than the one of the verdict: a tie. */
  readonly tied: readonly string[];
  /** Adjusted for all that was compared; of the verdict, or the least there is without one. */
  readonly p: number | null;
  /** Why it says nothing: runs that do not hold; empty when they do. */
  readonly invalid: readonly string[];
  /** What came of it, in a sentence. */
  readonly conclusion: string;
  /** Runs in an open loop, where throughput and p99 did not agree in a closed one; absent: they did. */
  readonly sameRate?: SameRateRuns;
}

/** The first arm and those that it did not agree on, all at one rate. */
export interface SameRateRuns {
  readonly rate: number;
  /** One value a run that holds. */
  readonly arms: readonly {
    readonly name: string;
    readonly qps: readonly number[];
    readonly p99Us: readonly (number | null)[];
  }[];
  /** Why the runs of an arm say nothing; empty when they do. */
  readonly invalid: readonly string[];
}

/** One value a run, in the order in which they were run. */
export interface ExperimentArm {
  readonly name: string;
  /** What makes it differ: `GOMAXPROCS` → `2`. Values of secrets are not shown. */
  readonly settings: Readonly<Record<string, string>>;
  readonly qps: readonly number[];
  readonly p99Us: readonly (number | null)[];
  /** Of the metric that decides. */
  readonly values: readonly (number | null)[];
  readonly errorRate: readonly number[];
  /** Runs that met the constraints; null where there are none. */
  readonly met: number | null;
  /** Why it was given up before the others; null: it was not. */
  readonly left: string | null;
}

/** An arm against the first one, by one metric. */
export interface ArmComparison {
  readonly arm: string;
  readonly metric: string;
  /** Of the medians, and the Hodges–Lehmann estimate with its interval; null where there is nothing to compare. */
  readonly medianRatio: number | null;
  readonly ratio: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** What the interval promises: below 0.95 where there are too few runs. */
  readonly confidence: number | null;
  /** Adjusted for all that was compared. */
  readonly p: number | null;
  readonly verdict: 'better' | 'worse' | '~';
}
