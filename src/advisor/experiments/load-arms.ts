import { type Load, type Plan, parseCount, usageError } from '../../core/index.js';
import type { Arm } from './runner.js';

/** What of a load can be an experiment; see `loadVariants`. */
const loadExperiments = ['keepalive', 'http2', 'connections', 'streams'] as const;
export type LoadExperiment = (typeof loadExperiments)[number];

export interface AskedExperiment {
  readonly name: LoadExperiment;
  /** Of a sweep; empty: a quarter and four times what it is. */
  readonly values: readonly number[];
}

/** Arms beside the load as it is, or why there are none. */
export type Variants =
  | { readonly base: Readonly<Record<string, string>>; readonly arms: readonly Arm[] }
  | { readonly why: string };

const MOST_CONNECTIONS = 4096;
const MOST_STREAMS = 1000;
/** Streams that a client puts on a connection before it makes another: what most servers allow at least. */
const USUAL_STREAMS = 100;

/** `keepalive`, `connections=8,64`, `all`; again for more. @throws ZipfireError `usage` */
export function parseExperiments(texts: readonly string[]): AskedExperiment[] {
  const asked = new Map<LoadExperiment, AskedExperiment>();
  for (const text of texts.flatMap(splitNames)) {
    const [name = '', list] = text.split('=', 2);
    const names = name === 'all' ? loadExperiments : loadExperiments.filter((each) => each === name);
    const takesValues = name === 'connections' || name === 'streams';
    if (names.length === 0 || (list !== undefined && !takesValues))
      throw usageError(
        `--experiment: expected ${loadExperiments.join(', ')} or all`,
        '--experiment keepalive, or --experiment connections=8,64,256',
      );
    const values = (list ?? '').split(/[,\s]+/).filter((value) => value !== '');
    const most = name === 'streams' ? MOST_STREAMS : MOST_CONNECTIONS;
    const counts = values.map(parseCount);
    if (counts.some((count) => count < 1 || count > most))
      throw usageError(`--experiment ${name}: from 1 to ${most}`);
    for (const each of names) asked.set(each, { name: each, values: counts });
  }
  return [...asked.values()];
}

/** `keepalive,http2` are two; the commas of `connections=8,64` are its own. */
function splitNames(text: string): string[] {
  return text.split(/,(?=[a-z])/).map((part) => part.trim());
}

/**
 * The load with one thing changed. As many requests are in flight as before wherever that can be, so that what is
 * compared is the connections and not how much is asked for at once; over HTTP/1.1 more connections are more at once.
 *
 * @param protocol that the load spoke: `http/1.1`, `h2` …
 */
export function loadVariants(asked: AskedExperiment, plan: Plan, protocol: string | null): Variants {
  const { load } = plan;
  if (load.stages ?? load.connectionStages ?? load.concurrencyStages)
    return { why: 'the load changes over time, so its parts cannot be compared' };
  if (load.driver === 'undici' && asked.name !== 'connections')
    return { why: `it needs the driver wire, and the load uses ${load.driver}` };
  if (load.driver === 'grpc' && (asked.name === 'keepalive' || asked.name === 'http2'))
    return { why: 'gRPC is spoken over HTTP/2 alone, on connections that are kept' };
  const multiplexed = protocol !== null && protocol !== 'http/1.1';
  switch (asked.name) {
    case 'keepalive':
      if (multiplexed) return { why: 'the load runs over HTTP/2, which keeps its connections' };
      return two('keepalive', plan, load.keepAlive ? 'on' : 'off', load.keepAlive ? 'off' : 'on', {
        keepAlive: !load.keepAlive,
        pipeline: 1,
      });
    case 'http2':
      return versions(plan, multiplexed);
    case 'connections':
      return sweep('connections', asked.values, load.connections, MOST_CONNECTIONS, (connections) =>
        variant(plan, {
          connections,
          workers: Math.min(load.workers, connections),
          ...(multiplexed
            ? { streams: clamp((load.connections * load.streams) / connections, MOST_STREAMS) }
            : {}),
        }),
      );
    case 'streams':
      if (!multiplexed) return { why: 'the load runs over HTTP/1.1, which has no streams' };
      // Calls in flight in all say how many each connection has.
      return sweep('streams', asked.values, streamsOf(load), MOST_STREAMS, (streams) =>
        variant(plan, { streams, concurrency: null }),
      );
  }
}

function streamsOf({ concurrency, connections, streams }: Load): number {
  return concurrency === null ? streams : Math.ceil(concurrency / connections);
}

/** As clients do: HTTP/1.1 takes a connection for each request in flight, HTTP/2 one for each worker. */
function versions(plan: Plan, multiplexed: boolean): Variants {
  const { load } = plan;
  if (!load.keepAlive) return { why: 'the load closes each connection, which HTTP/2 does not' };
  if (multiplexed) {
    const connections = Math.min(MOST_CONNECTIONS, load.connections * load.streams);
    return two('http', plan, 'HTTP/2', 'HTTP/1.1', { http: '1', connections, pipeline: 1 });
  }
  const inFlight = load.connections * load.pipeline;
  const connections = Math.min(load.connections, Math.max(load.workers, Math.ceil(inFlight / USUAL_STREAMS)));
  return two('http', plan, 'HTTP/1.1', 'HTTP/2', {
    http: '2',
    connections,
    streams: clamp(inFlight / connections, MOST_STREAMS),
  });
}

function two(name: string, plan: Plan, is: string, other: string, change: Partial<Load>): Variants {
  return { base: { [name]: is }, arms: [armOf({ [name]: other }, variant(plan, change))] };
}

function sweep(
  name: string,
  given: readonly number[],
  is: number,
  most: number,
  planOf: (value: number) => Plan,
): Variants {
  const wanted = given.length > 0 ? given : [Math.round(is / 4), 4 * is];
  const values = [...new Set(wanted.map((value) => clamp(value, most)))].filter((value) => value !== is);
  if (values.length === 0) return { why: `there is no other number of ${name} to try` };
  return {
    base: { [name]: String(is) },
    arms: values.map((value) => armOf({ [name]: String(value) }, planOf(value))),
  };
}

function armOf(settings: Readonly<Record<string, string>>, plan: Plan): Arm {
  return { name: nameOf(settings), settings, environment: {}, args: [], plan };
}

/** `GOMAXPROCS=2 GOGC=100` */
export function nameOf(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

function variant(plan: Plan, change: Partial<Load>): Plan {
  return { ...plan, load: { ...plan.load, ...change } };
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(1, Math.round(value)));
}
