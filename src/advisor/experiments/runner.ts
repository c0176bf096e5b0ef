import type { Plan, Result, ZipfireError } from '../../core/index.js';

/** Runs a plan and gives its result. Handed in by the command line: this room does not import the engine. */
export type Runner = (plan: Plan) => Promise<Result>;

/** One way to set things up. The first arm of an experiment is what the others are compared with. */
export interface Arm {
  readonly name: string;
  /** As a report may show them. */
  readonly settings: Readonly<Record<string, string>>;
  /** For the service, as they are; empty: as it was started first. */
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments behind those of its command line. */
  readonly args: readonly string[];
  readonly plan: Plan;
}

/** The service does not run under the setting of an arm: it ended, or was never ready. In a line, with where to look. */
export class ArmFailure extends Error {
  /** In full. */
  readonly error: ZipfireError;

  constructor(error: ZipfireError) {
    const [what = ''] = error.message.split(/; |\n/, 1);
    super(`${what}${error.hint === undefined ? '' : `; ${error.hint}`}`);
    this.error = error;
  }
}

/** A figure of a run, and which way is better. */
export interface Figure<Run> {
  /** `qps`, `p99` … */
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly unit: 'perSec' | 'us' | 'share';
  /** Null: the run does not have it. */
  readonly of: (run: Run) => number | null;
}

export type Objective = Figure<Result>;

/** What is kept of a run of an arm. */
export interface Trial {
  readonly qps: number;
  readonly p99Us: number | null;
  readonly errorRate: number;
  /** Of the objective. */
  readonly value: number | null;
  /** Whether the constraints were met; null: there are none. No data is not met. */
  readonly met: boolean | null;
  /** Why it says nothing of the target; empty when it does. */
  readonly invalid: readonly string[];
  /** What bends it, though it falls on all arms alike. */
  readonly caveats: readonly string[];
}

/** An arm and what was measured of it. */
export interface ArmTrials {
  readonly arm: Arm;
  readonly trials: readonly Trial[];
  /** Why it was given up before the others; null: it was not. */
  readonly left: string | null;
}
