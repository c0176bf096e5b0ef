import type { Load, Plan } from '../core/index.js';

/** Calls on one connection, unless the plan has more: as many as any server should take (RFC 9113, section 6.5.2). */
const STREAMS = 100;
/** Requests per second that one worker of an open loop is given before another is taken. */
const RATE_PER_WORKER = 50_000;

/** What a step asks for. */
export interface Ask {
  /** Requests per second; null is a closed loop. */
  readonly rate: number | null;
  /** Connections; of gRPC the calls in flight, which share as many connections as they need. */
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
  const slots = isOfCalls(plan.load) ? spreadCalls(plan.load, connections) : { connections };
  const wanted = rate === null ? mostWorkers : Math.max(plan.load.workers, Math.ceil(rate / RATE_PER_WORKER));
  return {
    ...plan,
    load: {
      ...plan.load,
      rate,
      ...slots,
      arrivals: rate === null ? 'constant' : plan.load.arrivals,
      workers: Math.max(1, Math.min(wanted, mostWorkers, slots.connections)),
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
  return isOfCalls(load) ? slotsOf(load) : load.connections;
}

function isOfCalls({ driver, concurrency }: Load): boolean {
  return driver === 'grpc' || concurrency !== null;
}

/** The plan's own connections, and more where these would hold too many calls each. */
function spreadCalls(load: Load, calls: number): Pick<Load, 'connections' | 'streams' | 'concurrency'> {
  const needed = Math.ceil(calls / Math.max(STREAMS, load.streams));
  const connections = Math.min(calls, Math.max(load.connections, needed));
  const streams = Math.ceil(calls / connections);
  return { connections, streams, concurrency: calls === connections * streams ? null : calls };
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
