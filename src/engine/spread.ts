import type { DriverOptions, Load } from '../core/index.js';
import { connectionShare } from './share.js';

/**
 * A load whose connections reach every address. A gRPC client that goes round robin has a connection to each address,
 * however few channels it was asked for: so the calls in flight are shared out over as many connections as there are
 * addresses, if there were to be fewer.
 */
export function spreadOver(load: Load, addresses: readonly string[]): Load {
  const isRound = load.lbStrategy === 'round_robin' && load.driver === 'grpc';
  if (!isRound || load.connectionStages !== undefined || load.connections >= addresses.length) return load;
  const inFlight = load.concurrency ?? load.connections * load.streams;
  const connections = Math.min(addresses.length, inFlight);
  const streams = Math.ceil(inFlight / connections);
  return { ...load, connections, streams, concurrency: connections * streams === inFlight ? null : inFlight };
}

/** Which addresses the connections of a worker go to: all workers' together go round the list once and again. */
export function addressShare(
  list: readonly string[],
  { connections, lbStrategy }: Load,
  { worker, workers }: { readonly worker: number; readonly workers: number },
): NonNullable<DriverOptions['addresses']> {
  if (lbStrategy !== 'round_robin') return { list, first: 0, step: 0 };
  let first = 0;
  for (let before = 0; before < worker; before++) first += connectionShare(connections, before, workers);
  return { list, first, step: 1 };
}
