import type { Plan, Result } from '../../core/index.js';

/** What the load itself measured, and what it was asked to be. */
export interface LoadFacts {
  /** Without secrets. */
  readonly target: string;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly connections: number;
  readonly workers: number;
  /** Requests that may be in flight on one connection. */
  readonly slots: number;
  readonly concurrency: number | null;
  readonly rate: number | null;
  readonly keepAlive: boolean;
  /** Whether connections, requests in flight or the rate change over time. */
  readonly staged: boolean;
  readonly result: Pick<
    Result,
    'summary' | 'timeline' | 'connections' | 'errorKinds' | 'faults' | 'generator' | 'validity'
  >;
}

/** @param target the URL without secrets */
export function loadFacts(plan: Plan, result: Result, target: string): LoadFacts {
  const { load } = plan;
  const { summary, timeline, connections, errorKinds, faults, generator, validity } = result;
  const multiplexed = connections.protocol !== null && connections.protocol !== 'http/1.1';
  return {
    target,
    host: plan.target.host,
    port: plan.target.port,
    tls: plan.target.tls !== null,
    connections: load.connections,
    workers: load.workers,
    slots: multiplexed ? load.streams : load.pipeline,
    concurrency: load.concurrency,
    rate: load.rate,
    keepAlive: load.keepAlive,
    staged:
      load.stages !== undefined ||
      load.connectionStages !== undefined ||
      load.concurrencyStages !== undefined,
    result: { summary, timeline, connections, errorKinds, faults, generator, validity },
  };
}
