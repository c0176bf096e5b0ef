import type { Argv } from 'yargs';
import type { RunFlags } from '../profile/index.js';
import { reportFormats } from '../report/formats.js';
import { addFlags, type Flag, type FlagGroups, flag, list, readFlagValues, text } from './flag-table.js';
import { watchFlagTable } from './watch/flags.js';

export const runExamples = `Examples:
  closed loop, as wrk:      zipfire http://127.0.0.1:8080/kv/user_1 -c 64 -d 30s
  open loop, skewed keys:   zipfire 'http://127.0.0.1:8080/kv/{{key}}' --keys zipf:n=1e6,alpha=1.2 -R 20k
  a load gate for CI:       zipfire run hot.yaml --gate 'p99 < 50ms' --out result.json`;

const load: Record<string, Flag> = {
  connections: text('connections in all [10]', { alias: 'c' }),
  workers: text('worker threads [one a core]', { alias: ['t', 'threads'] }),
  duration: text('length of the measured window, 30s or 2m [10s]', { alias: 'd' }),
  requests: text('number of requests, in place of a duration', { alias: 'n' }),
  rate: text('requests per second of an open loop, 20k; without it a closed loop', { alias: 'R' }),
  stages: text("the rate over time: 'ramp:1k..20k/2m,const:20k/30s'"),
  arrivals: text('spacing of an open loop: constant or poisson'),
  keys: list(
    'key distribution for {{key}}: zipf:n=1e6,alpha=1.2, uniform:n=1e6, hotspot:n=1e6,hot=50,share=0.7',
  ),
  warmup: text('time before the window that no figure holds'),
  repeat: text('runs of the measured window, merged'),
  seed: text('what everything random follows from [1]'),
  pipeline: text('requests in flight on one HTTP/1.1 connection'),
  streams: text('requests in flight on one HTTP/2 connection'),
  'connection-stages': text("connections in use over time: 'step:4..128+4/10s'"),
  'concurrency-stages': text("requests in flight over time: 'ramp:10..200/1m'"),
  concurrency: text('calls in flight in all, of a profile of gRPC calls'),
};

const request: Record<string, Flag> = {
  method: text('method; POST with a body', { alias: 'X' }),
  feed: list('rows for {{row.column}}: users.csv, users.jsonl:random, name=file'),
  header: list("header line 'Name: value'; again for more", { alias: 'H' }),
  body: text('body, a template; @file for the bytes of a file', { alias: 'b' }),
  script: text('module (.mjs, .js, .ts) that makes or judges requests', { alias: 's' }),
  target: text('URL that a script as the input loads, unless it exports one'),
  trace: text('share of the requests that carry a W3C traceparent: 1%'),
  timeout: text('from the send to the last byte of the response [10s]'),
  grace: text('how long responses may still come in after the last send [the time-out]'),
};

const replay: Record<string, Flag> = {
  replay: text('send the requests of a log again: access log, JSON lines or CSV, gzipped or not; - is stdin'),
  speed: text('as logged, or so many times as fast; max: as fast as the responses come [1]'),
  loop: flag('begin the log again at its end, until the duration is over'),
  'replay-methods': text('methods to send, GET,POST or all [GET,HEAD]'),
  'replay-format': text('access, jsonl or csv [found out]'),
  'replay-fields': text('where the parts of a request stand: path=uri,time=ts,method=verb'),
};

const connection: Record<string, Flag> = {
  'connect-timeout': text('for a connection to be made [5s]'),
  'lb-strategy': text('over the addresses of the target: pick_first or round_robin'),
  keepalive: flag('keep connections open; --no-keepalive opens one for each request'),
  http1: flag('speak HTTP/1.1'),
  http2: flag('speak HTTP/2; without TLS too, as to h2c:// targets'),
  insecure: flag('accept any certificate', { alias: 'k' }),
  cacert: text('file of the certificates to trust (PEM)'),
  cert: text('file of the client certificate (PEM)'),
  key: text('file of the key of the client certificate (PEM)'),
  servername: text('name for SNI and the certificate check'),
  'unix-socket': text('connect to this socket, whatever host the URL names'),
  driver: text('wire (fast) or undici (a full client)'),
  redirects: text('redirects to follow (undici)'),
  proxy: text('URL of an HTTP proxy (undici)'),
  decompress: flag('ask for compressed responses and decompress them (undici)'),
  cookies: flag('keep cookies and send them, those of each connection by itself'),
};

/** What a run's result becomes; `zipfire grpc` has the same. */
export const outputFlags: Record<string, Flag> = {
  gate: list(
    "verdict on a figure: 'p99 < 50ms', 'p99 < 50ms in every 10s window', 'p99 <= 1.15 x baseline', 'burn(99.9%, 1h) < 2', 'abort when errors > 5% in a 10s window'; again for more; exit 3 if one fails",
  ),
  baseline: text('compare with this result (JSON) when done, as zipfire compare does; --repeat both'),
  'fail-on': text(
    'regression: exit 3 when a figure is proven worse than the baseline or, of a matrix, than its own; 5 when invalid',
  ),
  ...Object.fromEntries(reportFormats.map((format) => [format.flag, text(format.description)])),
  github: flag('in GitHub Actions: annotations of what failed, and the summary of the step'),
  ...watchFlagTable,
  debug: text('log of each request and connection to this file: JSON lines, 64 MiB at most'),
  quiet: flag('no progress on stderr', { alias: 'q' }),
  name: text('name of the run, for reports'),
  tags: text('what to tell it apart by, as JSON: \'{"env":"staging"}\''),
};

/** Taken because wrk takes it: it asks for what is always shown. */
const wrk: Record<string, Flag> = {
  latency: flag('', { hidden: true }),
};

/** Every flag of `run`, by the heading of its help. */
export const runFlagGroups: FlagGroups = {
  'Load:': load,
  'Request:': request,
  'Replay:': replay,
  'Connection:': connection,
  'Result:': outputFlags,
};

/** Flags of `run` that are used most: what its help shows unasked. */
export const usualRunFlags = [
  'connections',
  'duration',
  'requests',
  'rate',
  'stages',
  'keys',
  'method',
  'header',
  'body',
  'timeout',
  'http2',
  'insecure',
  'gate',
  'out',
  'html',
  'quiet',
];

/** Declares every flag of `run`. */
export function addRunFlags(yargs: Argv): Argv {
  return addFlags(yargs, runFlagGroups).options(wrk);
}

const flags = Object.assign({}, ...Object.values(runFlagGroups), wrk) as Readonly<Record<string, Flag>>; // of tables of flags

/** Of `advise`: what makes the load. */
const loadGroups: FlagGroups = { 'Load:': load, 'Request:': request, 'Connection:': connection };

/** Declares the flags that make a load, without those of its result. */
export function addLoadFlags(yargs: Argv): Argv {
  return addFlags(yargs, { ...loadGroups, 'Result:': { quiet: outputFlags['quiet'] as Flag } }); // it is in the table above
}

export const loadFlagNames = Object.values(loadGroups).flatMap((group) => Object.keys(group));

/** Names of all flags of `run`, without dashes. */
export const runFlagNames = Object.keys(flags);

/** The flags as `profile` takes them: camel case, and one value where one is meant. */
export function readRunFlags(argv: Readonly<Record<string, unknown>>): RunFlags {
  return readFlagValues(argv, flags) as RunFlags;
}
