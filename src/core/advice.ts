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

/** Settings compared under load. */
export interface Experiment {
  readonly name: string;
  readonly arms: readonly ExperimentArm[];
  /** The name of the arm that is proven best; `~` when none is. */
  readonly verdict: string;
  readonly p: number | null;
}

/** One value a run, in the order in which they were run. */
export interface ExperimentArm {
  readonly name: string;
  readonly qps: readonly number[];
  readonly p99Us: readonly (number | null)[];
}
