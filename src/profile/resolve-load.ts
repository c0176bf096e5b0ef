import type { ClientOptions, Load } from '../core/index.js';
import { defaults } from './defaults.js';
import type { Problems } from './problems.js';
import { pathOf, type SettingName, type Settings } from './settings.js';
import { autoWorkers } from './workers.js';

/** The load that settings ask for, defaults filled in. */
export function resolveLoad(settings: Partial<Settings>, cores: number): Load {
  const connections = settings.connections ?? defaults.connections;
  const rate = settings.rate ?? null;
  const workers = settings.workers ?? 'auto';
  const client: ClientOptions = {
    maxRedirects: settings.redirects ?? 0,
    proxy: settings.proxy ?? null,
    decompress: settings.decompress ?? false,
  };
  const load: Load = {
    connections,
    workers: workers === 'auto' ? autoWorkers({ connections, rate, cores }) : workers,
    rate,
    arrivals: settings.arrivals ?? 'constant',
    pipeline: settings.pipeline ?? 1,
    streams: settings.streams ?? 1,
    concurrency: null,
    driver: settings.driver ?? 'wire',
    http: settings.http ?? 'auto',
    keepAlive: settings.keepAlive ?? true,
    timeoutMs: settings.timeoutMs ?? defaults.timeoutMs,
    connectTimeoutMs: settings.connectTimeoutMs ?? defaults.connectTimeoutMs,
    client,
  };
  return load;
}

/** Values that are well each, and contradict each other. */
export function checkLoad(load: Load, settings: Partial<Settings>, problems: Problems): void {
  const { connections, client } = load;
  const complain = (name: SettingName, message: string, hint?: string) =>
    problems.add(pathOf(name), message, hint);
  if (load.workers > connections) {
    const hint = `set connections to ${load.workers} or more, or workers to ${connections} or fewer`;
    complain('workers', `${load.workers} workers cannot share ${connections} connections`, hint);
  }
  if (settings.arrivals !== undefined && load.rate === null) {
    complain('arrivals', 'a closed loop has no arrivals', 'set a rate');
  }
  if (!load.keepAlive && load.pipeline > 1) {
    complain('pipeline', 'a connection that carries one request has no pipeline', 'leave keepAlive on');
  }
  if (load.http === '2' && load.pipeline > 1) {
    complain('pipeline', 'pipelining is HTTP/1.1; HTTP/2 has streams', 'use streams');
  }
  if (load.http === '1' && load.streams > 1) {
    complain('streams', 'streams are HTTP/2; HTTP/1.1 has pipelining', 'use pipeline');
  }
  if (load.driver === 'wire') {
    const hint = 'set driver to undici';
    if (client.maxRedirects > 0) complain('redirects', 'the wire driver does not follow redirects', hint);
    if (client.proxy !== null) complain('proxy', 'the wire driver does not use proxies', hint);
    if (client.decompress) complain('decompress', 'the wire driver does not decompress', hint);
  }
}
