import type { Load, Plan } from '../core/index.js';

/** Requests per second that one worker of an open loop is given before another is taken. */
const RATE_PER_WORKER = 50_000;

/** What a step asks for. */
export interface Ask {
  /** Requests per second; null is a closed loop. */
  readonly rate: number | null;
  /** Connections; of gRPC, where `concurrency` says how many calls are in flight, those calls. */
  readonly connections: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly requests?: number;
  readonly gates: readonly string[];
  /** Workers at most. */
  readonly mostWorkers: number;
}

/**
 * The plan of a step. The warm-up has the step's own rate: it opens the connections, and shows whether a queue grows.
 *
 * @param plan without stages
 */
export function planAt(plan: Plan, ask: Ask): Plan {
  const { rate, connections, warmupMs, measureMs, requests = null, gates, mostWorkers } = ask;
  const byCalls = plan.load.concurrency !== null;
  const sockets = byCalls ? Math.min(plan.load.connections, connections) : connections;
  const wanted = rate === null ? mostWorkers : Math.max(plan.load.workers, Math.ceil(rate / RATE_PER_WORKER));
  return {
    ...plan,
    load: {
      ...plan.load,
      rate,
      ...(byCalls ? { concurrency: connections, connections: sockets } : { connections }),
      arrivals: rate === null ? 'constant' : plan.load.arrivals,
      workers: Math.max(1, Math.min(wanted, mostWorkers, sockets)),
    },
    phases: {
      ...plan.phases,
      warmupMs,
      measure: { durationMs: measureMs, requests },
      repeat: 1,
    },
    gates,
  };
}

/** What `Ask.connections` is of the plan itself. */
export function widthOf({ load }: Plan): number {
  return load.concurrency ?? load.connections;
}

/** Once is enough: what is written stays. */
export function withoutPrefill(plan: Plan): Plan {
  return { ...plan, phases: { ...plan.phases, prefill: null } };
}

/** Requests that may be in flight at once. */
export function slotsOf({
  connections,
  streams,
  pipeline,
  concurrency,
  driver,
  http,
  keepAlive,
}: Load): number {
  if (concurrency !== null) return concurrency;
  if (driver === 'grpc' || http === '2') return connections * streams;
  return connections * (keepAlive ? pipeline : 1);
}
