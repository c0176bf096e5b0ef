import type { SlowTrace } from '../core/index.js';
import type { Tracer } from './trace.js';

/** Traces that a result names. */
const MOST = 10;
const NOT_TRACED = -1;

/** A trace that is kept; `operation` is an index of the plan's operations. */
export type KeptTrace = Omit<SlowTrace, 'operation'> & { readonly operation: number };

/** The slowest traced requests of one stretch on one worker. */
export class SlowTraces {
  readonly #tracer: Tracer;
  /** Hits in flight by ticket, where they are traced. */
  readonly #hits: Float64Array;
  /** The slowest so far, the slowest first. */
  readonly #kept: KeptTrace[] = [];
  /** Faster ones are not kept, ns. */
  #leastNs = 0;

  /** @param slots of the driver */
  constructor(tracer: Tracer, slots: number) {
    this.#tracer = tracer;
    this.#hits = new Float64Array(slots).fill(NOT_TRACED);
  }

  sent(ticket: number, hit: number): void {
    this.#hits[ticket] = this.#tracer.isTraced(hit) ? hit : NOT_TRACED;
  }

  /** @param responseNs from the intended start */
  outcome(ticket: number, operation: number, status: number, responseNs: number): void {
    const hit = this.#hits[ticket] as number;
    if (hit === NOT_TRACED || responseNs < this.#leastNs) return;
    const kept = this.#kept;
    const us = responseNs / 1e3;
    const index = kept.findIndex((other) => other.us < us);
    kept.splice(index < 0 ? kept.length : index, 0, {
      traceId: this.#tracer.traceId(hit),
      us,
      operation,
      status,
    });
    if (kept.length > MOST) kept.pop();
    if (kept.length === MOST) this.#leastNs = (kept.at(-1) as KeptTrace).us * 1e3;
  }

  get slowest(): readonly KeptTrace[] {
    return this.#kept;
  }
}

/** The slowest of several workers and repeats. */
export function slowestOf(all: readonly KeptTrace[]): KeptTrace[] {
  return all.toSorted((a, b) => b.us - a.us).slice(0, MOST);
}
