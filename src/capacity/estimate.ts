import type { Bench } from './bench.js';
import type { Runner } from './runner.js';

/** What a closed loop says before the search: a place to begin, and how many connections are enough. */
export interface Estimate {
  /** Successful responses per second at saturation; null: none came. */
  readonly rate: number | null;
  readonly connections: number;
}

export interface EstimateOptions {
  readonly connections: number;
  /** More than these are not tried; as many as `connections` where they are given. */
  readonly mostConnections: number;
  readonly measureMs: number;
}

/** A service that takes this many times its time at rest has a queue: more connections would only lengthen it. */
const QUEUES = 2;

/**
 * Runs closed loops with ever more connections until the service answers slower than at rest. An open loop then has
 * twice as many as the service can be kept busy with, and none of its requests waits for a connection.
 *
 * @throws Halt
 */
export async function estimate(runner: Runner, bench: Bench, options: EstimateOptions): Promise<Estimate> {
  let { connections } = options;
  for (;;) {
    bench.tell({ kind: 'stage', text: `closed loop with ${connections} in flight, for a first estimate` });
    const { summary } = await runner.closedLoop(connections, options.measureMs);
    const rate = summary.ok > 0 ? (summary.qps * summary.ok) / Math.max(1, summary.completed) : null;
    const meanUs = summary.latencyUs.service.mean;
    const queues = meanUs === null || runner.idle === null || meanUs >= QUEUES * runner.idle.meanUs;
    if (queues || 2 * connections > options.mostConnections) return { rate, connections };
    connections *= 2;
  }
}
