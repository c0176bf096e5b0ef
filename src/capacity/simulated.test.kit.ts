import { type Plan, type Result, type Summary, streamOf, uniform53 } from '../core/index.js';
import { parseGate } from '../gate/index.js';
import { judge } from '../gate/judge.js';
import { latency, result } from '../gate/result.test.kit.js';
import type { Bench, CapacityEvent } from './bench.js';
import type { RateOptions } from './search.js';

/** What a simulated service does with a load. */
export interface Reply {
  /** Of the requests due, those sent; below 1 the rest waited for a connection to the end. */
  readonly sentShare?: number;
  /** Responses per second. */
  readonly qps: number;
  readonly meanUs: number;
  readonly p99Us: number;
  readonly errorRate?: number;
  /** As in `Validity.reasons`. */
  readonly reasons?: readonly string[];
}

export interface Asked {
  readonly rate: number | null;
  readonly connections: number;
  /** Counts the runs from 0. */
  readonly run: number;
  /** In [0, 1). */
  readonly random: () => number;
}

export type Service = (asked: Asked) => Reply;

const WINDOW_SEC = 5;

/** A bench on which time passes as the runs say, and nothing else does. */
export class SimulatedBench implements Bench {
  readonly plans: Plan[] = [];
  readonly events: CapacityEvent[] = [];
  readonly #service: Service;
  readonly #seed: number;
  #ms = 0;
  #draws = 0;
  /** Number of the run that Ctrl-C comes in. */
  stopAt = Number.POSITIVE_INFINITY;

  constructor(service: Service, seed = 1) {
    this.#service = service;
    this.#seed = seed;
  }

  async measure(plan: Plan): Promise<Result> {
    const { rate, connections } = plan.load;
    const run = this.plans.push(plan) - 1;
    const random = () => uniform53(this.#seed, streamOf('simulated'), this.#draws++, 0);
    this.#ms += plan.phases.warmupMs + (plan.phases.measure.durationMs ?? 0) + 300;
    const reply = this.#service({ rate, connections, run, random });
    return resultOf(plan, reply);
  }

  nowMs(): number {
    return this.#ms;
  }

  async wait(ms: number): Promise<void> {
    this.#ms += ms;
  }

  stopped(): boolean {
    return this.plans.length > this.stopAt;
  }

  tell(event: CapacityEvent): void {
    this.events.push(event);
  }
}

function resultOf(
  { load, gates }: Plan,
  { qps, meanUs, p99Us, sentShare = 1, errorRate = 0, reasons = [] }: Reply,
) {
  const planned = Math.round((load.rate ?? qps) * WINDOW_SEC);
  const sent = Math.round(planned * sentShare);
  const errors = Math.round(sent * errorRate);
  const ok = sent - errors;
  const times = latency({ count: ok, mean: meanUs, p50: meanUs * 0.7, p99: p99Us });
  const summary: Partial<Summary> = {
    durationSec: WINDOW_SEC,
    planned,
    sent,
    ok,
    completed: sent,
    errors,
    unsent: planned - sent,
    qps,
    errorRate,
    targetRate: load.rate,
    latencyUs: {
      response: times,
      service: times,
      lateness: latency({ count: sent, p99: 5 }),
      failed: latency(),
    },
  };
  const missed =
    load.rate !== null && sentShare < 0.99 ? ['rate-missed: all connections were busy; more'] : [];
  const all = [...missed, ...reasons];
  const whole = result({ summary, validity: { valid: all.length === 0, reasons: all } });
  const judged = gates.map((source) => judge(parseGate(source, { operations: [], rate: load.rate }), whole));
  return { ...whole, gates: judged };
}

/** Answers at once up to a limit; beyond it the queue grows as long as the run lasts. */
export function sharpLimit(limit: number, serviceUs = 200): Service {
  return ({ rate, connections }) => {
    const possible = Math.min(limit, connections / (serviceUs / 1e6));
    if (rate !== null && rate <= possible) return { qps: rate, meanUs: serviceUs, p99Us: 2 * serviceUs };
    const inFlightUs = Math.max(serviceUs, (connections / possible) * 1e6);
    const sentShare = rate === null ? 1 : possible / rate;
    return { qps: possible, sentShare, meanUs: inFlightUs, p99Us: inFlightUs * 3 };
  };
}

/** As `zipfire capacity` searches where nothing is said. */
export const usualSearch: RateOptions = {
  warmupMs: 1000,
  measureMs: 5000,
  gates: ['errors < 0.1%', 'qps >= 99% of rate'],
  mostWorkers: 4,
  maxTimeMs: 600_000,
  coolDownMs: 10_000,
  repeat: 3,
  confirm: 5,
  precision: 0.02,
  from: null,
  to: null,
  mostConnections: 1024,
};
