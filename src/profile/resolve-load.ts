import type { ClientOptions, Load } from '../core/index.js';
import { defaults } from './defaults.js';
import { callsInFlight, checkGrpcLoad } from './grpc/load.js';
import type { Problems } from './problems.js';
import { isTimedReplay } from './replay/resolve.js';
import { pathOf, type SettingName, type Settings } from './settings.js';
import { checkStages, inFlightOnEach } from './stages/check.js';
import { mostWorkers, ratesOf, stagedConnections, stagesOf } from './stages/resolve.js';
import type { ParsedTarget } from './target.js';
import { autoWorkers } from './workers.js';

/** What a load depends on besides its settings. */
interface LoadContext {
  readonly cores: number;
  /** Whether it is of gRPC calls. */
  readonly grpc: boolean;
  readonly scheme: ParsedTarget['scheme'] | undefined;
}

/** The load that settings ask for, defaults filled in. */
export function resolveLoad(settings: Partial<Settings>, { cores, grpc, scheme }: LoadContext): Load {
  const protocol = {
    pipeline: settings.pipeline ?? 1,
    http: grpc || scheme === 'h2c' ? '2' : (settings.http ?? 'auto'),
    keepAlive: settings.keepAlive ?? true,
  } as const;
  const inFlight = grpc ? callsInFlight(settings) : requestsInFlight(settings, protocol);
  const { connections } = inFlight;
  const { mean: rate, peak } = ratesOf(settings);
  const workers = settings.workers ?? 'auto';
  const client: ClientOptions = {
    maxRedirects: settings.redirects ?? 0,
    proxy: settings.proxy ?? null,
    decompress: settings.decompress ?? false,
  };
  return {
    ...inFlight,
    ...protocol,
    workers:
      workers === 'auto'
        ? autoWorkers({
            connections: mostWorkers(settings, connections),
            // Few logs need more than one.
            rate: isTimedReplay(settings) ? 1 : peak,
            cores,
          })
        : workers,
    rate,
    ...stagesOf(settings),
    arrivals: settings.arrivals ?? 'constant',
    driver: grpc ? 'grpc' : (settings.driver ?? 'wire'),
    timeoutMs: settings.timeoutMs ?? defaults.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs ?? defaults.connectTimeoutMs,
    ...(settings.pingAfterMs === undefined ? {} : { pingAfterMs: settings.pingAfterMs }),
    ...(settings.lbStrategy === undefined ? {} : { lbStrategy: settings.lbStrategy }),
    client,
  };
}

function requestsInFlight(
  settings: Partial<Settings>,
  protocol: Pick<Load, 'http' | 'keepAlive' | 'pipeline'>,
): Pick<Load, 'connections' | 'streams' | 'concurrency'> {
  const streams = settings.streams ?? 1;
  const staged = stagedConnections(settings, inFlightOnEach({ ...protocol, streams }));
  return {
    connections: settings.connections ?? staged ?? defaults.connections,
    streams,
    concurrency: null,
  };
}

/** Values that are well each, and contradict each other. */
export function checkLoad(
  load: Load,
  settings: Partial<Settings>,
  target: ParsedTarget | undefined,
  problems: Problems,
): void {
  const { connections } = load;
  const complain = (name: SettingName, message: string, hint?: string) =>
    problems.add(pathOf(name), message, hint);
  if (load.workers > connections) {
    const hint = `set connections to ${load.workers} or more, or workers to ${connections} or fewer`;
    complain('workers', `${load.workers} workers cannot share ${connections} connections`, hint);
  }
  if (settings.arrivals !== undefined && load.rate === null) {
    complain('arrivals', 'a closed loop has no arrivals', 'set a rate');
  }
  checkStages(load, settings, complain);
  if (load.driver === 'grpc') checkGrpcLoad(load, settings, problems);
  else checkHttpLoad(load, settings, target, complain);
}

type Complain = (name: SettingName, message: string, hint?: string) => void;

function checkHttpLoad(
  load: Load,
  settings: Partial<Settings>,
  target: ParsedTarget | undefined,
  complain: Complain,
): void {
  const { client } = load;
  const inClear = target !== undefined && !target.tls;
  if (!load.keepAlive && load.pipeline > 1) {
    complain('pipeline', 'a connection that carries one request has no pipeline', 'leave keepAlive on');
  }
  if (load.http === '2' && load.pipeline > 1) {
    complain('pipeline', 'pipelining is HTTP/1.1; HTTP/2 has streams', 'use streams');
  }
  if (load.http === '1' && load.streams > 1) {
    complain('streams', 'streams are HTTP/2; HTTP/1.1 has pipelining', 'use pipeline');
  }
  if (load.http === 'auto' && load.streams > 1 && load.pipeline > 1) {
    complain('pipeline', 'streams are HTTP/2, and pipelining is HTTP/1.1', 'choose one of them');
  }
  if (load.http === 'auto' && load.streams > 1 && inClear) {
    const hint = 'ask for HTTP/2, --http2 or an h2c:// target, or use pipeline';
    complain('streams', 'streams are HTTP/2, and http:// is HTTP/1.1', hint);
  }
  if (target?.scheme === 'h2c' && settings.http === '1') {
    complain('http', 'h2c:// is HTTP/2, without TLS', 'use http:// for HTTP/1.1');
  }
  if (load.http === '2' && inClear && load.driver === 'undici') {
    complain('driver', 'undici speaks HTTP/2 over TLS alone', 'set driver to wire, or use https://');
  }
  const isHttp1 = load.http === '1' || (load.http === 'auto' && inClear);
  if (load.pingAfterMs !== undefined && (isHttp1 || load.driver === 'undici')) {
    complain('pingAfterMs', 'PINGs are of HTTP/2 by the wire driver', 'ask for HTTP/2, or leave it out');
  }
  if (load.lbStrategy !== undefined && load.driver === 'undici') {
    complain('lbStrategy', 'the undici driver has one address', 'set driver to wire, or leave it out');
  }
  if (load.driver === 'wire') {
    const hint = 'set driver to undici';
    if (client.maxRedirects > 0) complain('redirects', 'the wire driver does not follow redirects', hint);
    if (client.proxy !== null) complain('proxy', 'the wire driver does not use proxies', hint);
    if (client.decompress) complain('decompress', 'the wire driver does not decompress', hint);
  }
}
