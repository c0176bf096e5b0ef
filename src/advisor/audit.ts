import type { Confidence, Evidence, Finding, Gain, Severity } from '../core/index.js';
import type { FactName, Facts } from './facts.js';

/**
 * One rule: a pure function of what was gathered. One file and one line in `audits/index.ts` each; its page in
 * docs/rules is generated from it.
 *
 * @template N artifacts without which nothing can be said
 * @template U artifacts that are looked at where they are there
 */
export interface Audit<N extends FactName = FactName, U extends FactName = FactName> {
  /** `KA01`: never given to another rule. */
  readonly id: string;
  /** What holds when it passes: `The server keeps connections alive`. */
  readonly title: string;
  /** What is wrong when it fails: `The server closes after each request`. */
  readonly failureTitle: string;
  readonly severity: Severity;
  /** By what it is known. An outcome may know better. */
  readonly confidence: Confidence;
  /**
   * Whether what it says moves with the load. A generator that is not fit to judge makes it inconclusive; a setting
   * that is wrong stays wrong.
   */
  readonly underLoad: boolean;
  /**
   * What a lack of CPU does to what it looks at, where the generator takes some of the target's. `worsens`: a failure
   * may come of it, and a pass stands all the more; `eases`: the other way round; `neither`: both stand. Default: both
   * are in doubt.
   */
  readonly contention?: 'worsens' | 'eases' | 'neither';
  /** Whether it looks at times that the generator stamped. */
  readonly readsLatency?: boolean;
  readonly needs: readonly N[];
  readonly uses?: readonly U[];
  /** Of `uses`, artifacts of which it takes one at least. */
  readonly needsAny?: readonly U[];
  /** What it judges, by which threshold and why: a paragraph for the rule's page. */
  readonly doc: string;
  /** Where it holds, in words: `Go before 1.25`, `every version`. */
  readonly versions: string;
  /** What to do, for the rule's page; findings have one with the values filled in. */
  readonly fix: string;
  /** URL of what it rests on. */
  readonly source: string;
  /** Rules whose mending mends this too, or changes what it says: theirs come first. */
  readonly after?: readonly string[];
  /** The version guard: why it does not apply here, or null. */
  guard?(facts: Pick<Facts, N> & Partial<Pick<Facts, U>>): string | null;
  /** One outcome, or one for each place; none is "not applicable". Throws only by a defect, which is a finding. */
  run(facts: Pick<Facts, N> & Partial<Pick<Facts, U>>): Outcome | readonly Outcome[];
}

export type Outcome =
  | { readonly status: 'pass'; readonly evidence: Evidence; readonly where?: string }
  | Failure
  | {
      readonly status: 'notApplicable' | 'inconclusive';
      readonly why: string;
      readonly evidence: Evidence;
      readonly where?: string;
      /** Where it differs from the audit's. */
      readonly source?: string;
    };

export interface Failure {
  readonly status: 'fail';
  readonly evidence: Evidence;
  readonly why: string;
  readonly fix: string;
  /** `deploy.yaml:12` */
  readonly where?: string;
  /** Where these differ from the audit's. */
  readonly severity?: Severity;
  readonly confidence?: Confidence;
  readonly source?: string;
  readonly gain?: Gain;
  /** Of a self-check: what it puts in doubt. Default: everything that rests on the load. */
  readonly doubts?: NonNullable<Finding['doubts']>;
}

export function pass(evidence: Evidence = {}, where?: string): Outcome {
  return { status: 'pass', evidence, ...(where === undefined ? {} : { where }) };
}

export function fail(failure: Omit<Failure, 'status'>): Outcome {
  return { status: 'fail', ...failure };
}

/** The question does not arise here: another runtime, no limit to hold. */
export function notApplicable(why: string, evidence: Evidence = {}, where?: string): Outcome {
  return { status: 'notApplicable', why, evidence, ...(where === undefined ? {} : { where }) };
}

/** The question arises, and what was seen does not answer it. */
export function inconclusive(why: string, evidence: Evidence = {}, where?: string): Outcome {
  return { status: 'inconclusive', why, evidence, ...(where === undefined ? {} : { where }) };
}

/** Keeps the names of needs and uses, so that `run` sees those artifacts and no others. */
export function audit<const N extends FactName = never, const U extends FactName = never>(
  rule: Audit<N, U>,
): Audit<N, U> {
  return rule;
}
