import type { Load } from '../../core/index.js';
import { levelRange } from '../../pace/index.js';
import { defaults } from '../defaults.js';
import type { Problems } from '../problems.js';
import { pathOf, type SettingName, type Settings } from '../settings.js';

/** As for HTTP/2: servers allow a hundred or a few. */
const MAX_STREAMS = 10_000;

/** The part of a load that says how many calls are in flight, and on what. */
type InFlight = Pick<Load, 'connections' | 'streams' | 'concurrency'>;

/**
 * Calls are shared out over the connections: as many streams on each as they take. Where they do not divide,
 * there are fewer calls in flight than streams.
 */
export function callsInFlight(settings: Partial<Settings>): InFlight {
  const { connectionStages, concurrencyStages } = settings;
  const connections =
    settings.connections ??
    (connectionStages === undefined ? undefined : levelRange(connectionStages).most) ??
    defaults.grpcConnections;
  if (connectionStages !== undefined) {
    // As many on each connection, however many there are.
    const streams = settings.streams ?? Math.ceil(defaults.grpcConcurrency / connections);
    return { connections, streams, concurrency: null };
  }
  if (settings.concurrency === undefined && settings.streams !== undefined) {
    return { connections, streams: settings.streams, concurrency: null };
  }
  const staged = concurrencyStages === undefined ? undefined : levelRange(concurrencyStages).most;
  const concurrency = settings.concurrency ?? Math.max(connections, staged ?? defaults.grpcConcurrency);
  const streams = settings.streams ?? Math.ceil(concurrency / connections);
  return { connections, streams, concurrency: concurrency === connections * streams ? null : concurrency };
}

/** What gRPC has no use for, and values that contradict each other. */
export function checkGrpcLoad(load: Load, settings: Partial<Settings>, problems: Problems): void {
  const complain = (name: SettingName, message: string, hint?: string) =>
    problems.add(pathOf(name), message, hint);
  const { connections, streams, concurrency } = load;
  if (concurrency !== null && concurrency < connections) {
    const hint = 'set it to the connections or more, or use fewer connections';
    complain('concurrency', `${concurrency} calls cannot use ${connections} connections`, hint);
  } else if (concurrency !== null && concurrency > connections * streams) {
    const most = connections * streams;
    complain(
      'concurrency',
      `${connections} connections of ${streams} streams carry ${most} calls`,
      'leave streams out',
    );
  }
  if (streams > MAX_STREAMS) {
    complain(
      'concurrency',
      `${streams} calls on each connection are more than ${MAX_STREAMS}`,
      'use more connections',
    );
  }
  if (settings.http === '1') complain('http', 'gRPC is spoken over HTTP/2', 'leave it out');
  if (settings.driver !== undefined)
    complain('driver', 'gRPC calls have a driver of their own', 'leave it out');
  if (load.pipeline > 1) complain('pipeline', 'pipelining is HTTP/1.1', 'use concurrency');
  if (!load.keepAlive) complain('keepAlive', 'gRPC calls share their connections', 'leave it out');
  const unusable = ['redirects', 'proxy', 'decompress'] as const;
  for (const name of unusable) {
    if (settings[name] !== undefined)
      complain(name, 'is for HTTP requests, and these are gRPC calls', 'leave it out');
  }
}
