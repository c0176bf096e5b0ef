import type { Plan, Result } from '../core/index.js';

/** What a search works with: load, time, and somebody who looks on. No clock and no engine inside. */
export interface Bench {
  /** Runs a plan and judges it by its gates. A run that was ended by hand has the verdict `interrupted`. */
  measure(plan: Plan): Promise<Result>;
  /** Monotonic. */
  nowMs(): number;
  /** Resolves after so long, or when it is all to end. */
  wait(ms: number): Promise<void>;
  /** Whether it is all to end, by hand. */
  stopped(): boolean;
  /** Hears what is done, before it is done and after. */
  tell(event: CapacityEvent): void;
}

export type CapacityEvent =
  | { readonly kind: 'stage'; readonly text: string }
  | {
      readonly kind: 'run';
      readonly rate: number | null;
      readonly connections: number;
      /** Of the step, from 1. */
      readonly run: number;
      readonly why: string;
    }
  | {
      readonly kind: 'judged';
      readonly achieved: number;
      readonly p99Us: number | null;
      readonly verdict: string;
      readonly why: string | null;
    };
