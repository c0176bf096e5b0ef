import type { Starter } from '../service/index.js';
import type { Request } from './plan-session.js';
import type { Objective, Runner } from './runner.js';
import type { SessionEvent } from './session.js';

export interface ExperimentOptions extends Request {
  readonly objective: Objective;
  /** Whether somebody said what counts: then arms race for it, and nothing else stands in their way. */
  readonly isAsked: boolean;
  /** Of each run. */
  readonly armMs: number;
  readonly warmupMs: number;
  /** Runs of each arm; null: enough to prove something. */
  readonly repeats: number | null;
  readonly minEffect: number;
  /** Gates that an arm has to meet. */
  readonly constraints: readonly string[];
}

/** What experiments are run with. */
export interface Laboratory {
  readonly run: Runner;
  /** Starts the service for each arm; null: it runs already, and is left alone. */
  readonly starter: Starter | null;
  readonly stopped: () => boolean;
  readonly tell: (event: SessionEvent | { readonly text: string }) => void;
}
