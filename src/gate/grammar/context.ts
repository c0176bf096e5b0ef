import type { Protocol } from '../metric.js';

/** What a gate is read against, so that a mistyped name is found before anything is sent. */
export interface GateContext {
  /** Names of the operations of the run. */
  readonly operations: readonly string[];
  /** Those of them that are sequences, which a rate counts; undefined when not known yet. */
  readonly sequences?: readonly string[] | undefined;
  /** Requests per second asked for; null for a closed loop, undefined when not known yet. */
  readonly rate?: number | null | undefined;
  /** What the run sends; undefined when not known yet. */
  readonly protocol?: Protocol | undefined;
  /** The longest that a window can be measured; undefined when not known yet, or not bounded by time. */
  readonly durationSec?: number | undefined;
}
