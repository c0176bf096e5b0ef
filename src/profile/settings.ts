import type {
  DriverName,
  LbStrategy,
  LevelStage,
  Load,
  RateStage,
  ReplayFields,
  ReplayFormat,
} from '../core/index.js';
import { readReplayFields, readReplayMethods, readSpeed } from './replay/kinds.js';
import {
  boolean,
  bytes,
  choice,
  count,
  duration,
  readPart,
  readProxy,
  readRate,
  readWorkers,
  type Setting,
  text,
} from './setting-kinds.js';
import { concurrencyStages, connectionStages, rateStages } from './stages/kinds.js';
import { parseStages } from './stages/parse.js';
import { parseTags, type Tags } from './tags.js';

/**
 * Every single value that a run can be given, by a flag or in a profile. Absent means: take the default.
 * Files are paths as given; whoever reads the profile or the flags makes them relative to the right folder.
 */
export interface Settings {
  readonly name: string;
  readonly tags: Tags;
  readonly seed: number;
  readonly script: string;
  readonly connections: number;
  readonly workers: number | 'auto';
  readonly rate: number;
  readonly stages: readonly RateStage[];
  readonly arrivals: Load['arrivals'];
  readonly pipeline: number;
  readonly streams: number;
  readonly concurrency: number;
  readonly connectionStages: readonly LevelStage[];
  readonly concurrencyStages: readonly LevelStage[];
  readonly driver: DriverName;
  readonly http: Load['http'];
  readonly keepAlive: boolean;
  readonly timeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly pingAfterMs: number;
  readonly lbStrategy: LbStrategy;
  readonly redirects: number;
  readonly proxy: string;
  readonly decompress: boolean;
  readonly cookies: boolean;
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly insecure: boolean;
  readonly serverName: string;
  readonly unixSocket: string;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly requests: number;
  readonly repeat: number;
  readonly graceMs: number;
  readonly traceShare: number;
  readonly authority: string;
  readonly maxMessageBytes: number;
  readonly replayFile: string;
  /** Null: as fast as the responses come. */
  readonly speed: number | null;
  readonly loop: boolean;
  readonly replayMethods: readonly string[];
  readonly replayFormat: ReplayFormat;
  readonly replayFields: ReplayFields;
}

export type SettingName = keyof Settings;

export const settings: { readonly [K in SettingName]: Setting<Settings[K]> } = {
  name: {
    ...text('Name of the run, for reports. Default: the file name, or the host of the URL.'),
    path: ['name'],
    flag: '--name',
    examples: ['hot-update'],
  },
  tags: {
    path: ['tags'],
    flag: '--tags',
    about: 'What a run is told apart by later: names and values, which its result shows.',
    kind: 'text',
    examples: ['{"env": "staging"}'],
    read: parseTags,
  },
  seed: {
    ...count(
      0,
      2 ** 32 - 1,
      'Everything random follows from it: two runs of one seed send the same. Default 1.',
    ),
    path: ['seed'],
    flag: '--seed',
    examples: [1],
  },
  script: {
    ...text(
      'A module of JavaScript or TypeScript that makes or judges requests; in a profile relative to it. See docs/script.md.',
    ),
    path: ['script'],
    flag: '--script',
    examples: ['script.mjs'],
  },
  connections: {
    ...count(1, 1_000_000, 'Connections in all, shared out over the workers. Default 10; of gRPC calls 1.'),
    path: ['load', 'connections'],
    flag: '--connections',
    examples: [64],
  },
  workers: {
    path: ['load', 'workers'],
    flag: '--workers',
    about:
      'Worker threads. auto: one a core for a closed loop; one for each 50k/s of an open loop, a core left free.',
    kind: 'count',
    choices: ['auto'],
    examples: ['auto', 4],
    read: readWorkers,
  },
  rate: {
    path: ['load', 'rate'],
    flag: '--rate',
    about: 'Requests per second of an open loop. Left out: a closed loop, as fast as the responses come.',
    kind: 'rate',
    examples: ['20k/s', 100],
    read: readRate,
  },
  stages: {
    path: ['load', 'stages'],
    flag: '--stages',
    about:
      'The rate of an open loop over time, in place of `rate`: stages one behind the other, the last rate goes on. The measurement lasts as long as they do, unless it says otherwise.',
    kind: 'text',
    examples: ['ramp:1k..20k/2m,const:20k/30s'],
    read: (text) => parseStages(text, rateStages),
  },
  connectionStages: {
    path: ['load', 'connectionStages'],
    flag: '--connection-stages',
    about: 'How many of the connections are used, over time: opened as the number rises, closed as it falls.',
    kind: 'text',
    examples: ['step:4..128+4/10s'],
    read: (text) => parseStages(text, connectionStages),
  },
  concurrencyStages: {
    path: ['load', 'concurrencyStages'],
    flag: '--concurrency-stages',
    about: 'How many requests may be in flight in all, over time.',
    kind: 'text',
    examples: ['ramp:10..200/1m'],
    read: (text) => parseStages(text, concurrencyStages),
  },
  arrivals: {
    ...choice(['constant', 'poisson'], 'How an open loop spaces its requests. Default constant.'),
    path: ['load', 'arrivals'],
    flag: '--arrivals',
  },
  pipeline: {
    ...count(1, 1024, 'Requests in flight on one HTTP/1.1 connection. Default 1.'),
    path: ['load', 'pipeline'],
    flag: '--pipeline',
    examples: [1, 16],
  },
  streams: {
    ...count(1, 10_000, 'Requests in flight on one HTTP/2 connection. Default 1.'),
    path: ['load', 'streams'],
    flag: '--streams',
    examples: [1, 32],
  },
  concurrency: {
    ...count(1, 1_000_000, 'gRPC calls in flight in all, shared out over the connections. Default 50.'),
    path: ['load', 'concurrency'],
    flag: '--concurrency',
    examples: [50],
  },
  driver: {
    ...choice(
      ['wire', 'undici'],
      'wire is the fast one; undici is a full client: redirects, proxies, decompression. Default wire.',
    ),
    path: ['load', 'driver'],
    flag: '--driver',
  },
  http: {
    ...choice(['auto', '1', '2'], 'Version of HTTP. Default auto.'),
    path: ['load', 'http'],
    flag: '--http1, --http2',
  },
  keepAlive: {
    ...boolean('Whether connections carry more than one request. Default true.'),
    path: ['load', 'keepAlive'],
    flag: '--no-keepalive',
  },
  timeoutMs: {
    ...duration(1e-3, 'From the send of a request to the end of its response. Default 10s.'),
    path: ['load', 'timeout'],
    flag: '--timeout',
    examples: ['10s'],
  },
  connectTimeoutMs: {
    ...duration(1e-3, 'For a connection to be established. Default 5s.'),
    path: ['load', 'connectTimeout'],
    flag: '--connect-timeout',
    examples: ['5s'],
  },
  pingAfterMs: {
    ...duration(
      10,
      'An HTTP/2 connection on which nothing came for so long is sent a PING; without an answer within as long (1s at least, 20s at most) it is given up. Default: none is sent.',
    ),
    path: ['load', 'pingAfter'],
    flag: '--keepalive',
    examples: ['30s'],
  },
  lbStrategy: {
    ...choice(
      ['pick_first', 'round_robin'],
      'How connections take the addresses of the target: all the first that accepts, or each the next. A connection that cannot be made goes on to the next address. Default: the first that accepts, for the whole run.',
    ),
    path: ['load', 'lbStrategy'],
    flag: '--lb-strategy',
  },
  redirects: {
    ...count(0, 100, 'Redirects to follow, by the undici driver. Default 0: a redirect is a response.'),
    path: ['load', 'redirects'],
    flag: '--redirects',
    examples: [0, 5],
  },
  proxy: {
    path: ['load', 'proxy'],
    flag: '--proxy',
    about: 'URL of an HTTP proxy, for the undici driver.',
    kind: 'text',
    examples: ['http://127.0.0.1:3128'],
    read: readProxy,
  },
  decompress: {
    ...boolean('Ask for compressed responses and decompress them, by the undici driver. Default false.'),
    path: ['load', 'decompress'],
    flag: '--decompress',
  },
  cookies: {
    ...boolean(
      'Each user, which is a connection, keeps the cookies it is given and sends them. Default false.',
    ),
    path: ['load', 'cookies'],
    flag: '--cookies',
  },
  caFile: {
    ...text('File of the certificates to trust (PEM), relative to the profile.'),
    path: ['tls', 'ca'],
    flag: '--cacert',
    examples: ['ca.pem'],
  },
  certFile: {
    ...text('File of the client certificate (PEM), relative to the profile.'),
    path: ['tls', 'cert'],
    flag: '--cert',
    examples: ['client.pem'],
  },
  keyFile: {
    ...text('File of the key of the client certificate (PEM), relative to the profile.'),
    path: ['tls', 'key'],
    flag: '--key',
    examples: ['client-key.pem'],
  },
  insecure: {
    ...boolean('Accept any certificate. Default false.'),
    path: ['tls', 'insecure'],
    flag: '--insecure',
  },
  serverName: {
    ...text('Name to send by SNI and to check the certificate against. Default: the host of the target.'),
    path: ['tls', 'serverName'],
    flag: '--servername',
    examples: ['api.internal'],
  },
  unixSocket: {
    ...text('Connect to this unix socket in place of the host of the URL.'),
    path: [],
    flag: '--unix-socket',
    examples: ['/run/app.sock'],
  },
  warmupMs: {
    ...duration(0, 'Load before the measurement, in no figure of the result. Default 0.'),
    path: ['phases', 'warmup'],
    flag: '--warmup',
    examples: ['5s'],
  },
  measureMs: {
    ...duration(1, 'Length of the measurement. Default 10s, or none when `requests` is given.'),
    path: ['phases', 'measure'],
    flag: '--duration',
    examples: ['30s'],
  },
  requests: {
    ...count(
      1,
      Number.MAX_SAFE_INTEGER,
      'Requests of the measurement; with `measure` too, the first bound met ends it.',
    ),
    path: ['phases', 'requests'],
    flag: '--requests',
    examples: [1_000_000],
  },
  repeat: {
    ...count(1, 1000, 'Times that the measurement runs. Default 1.'),
    path: ['phases', 'repeat'],
    flag: '--repeat',
    examples: [3],
  },
  graceMs: {
    ...duration(
      0,
      'How long responses may still come in after the last send. Default: the time-out, 30s at most.',
    ),
    path: ['phases', 'grace'],
    flag: '--grace',
    examples: ['10s'],
  },
  traceShare: {
    path: ['trace', 'share'],
    flag: '--trace',
    about:
      'Share of the requests that carry a W3C traceparent; the result names the slowest of them. Default none.',
    kind: 'share',
    examples: ['1%'],
    read: readPart,
  },
  authority: {
    ...text('What :authority says of gRPC calls. Default: host and port of the target.'),
    path: ['grpc', 'authority'],
    flag: '--authority',
    examples: ['api.internal:443'],
  },
  maxMessageBytes: {
    ...bytes(1, 2 ** 30, 'Largest response message of a gRPC call; a larger one ends it. Default 4MiB.'),
    path: ['grpc', 'maxMessageBytes'],
    flag: '--max-message-bytes',
    examples: ['16MiB'],
  },
  replayFile: {
    ...text(
      'A log whose requests are sent again: common or combined log format, JSON lines or CSV, gzipped or not; in a profile relative to it. See docs/replay.md.',
    ),
    path: ['replay', 'file'],
    flag: '--replay',
    examples: ['access.log'],
  },
  speed: {
    path: ['replay', 'speed'],
    flag: '--speed',
    about:
      'How many times as fast as they were logged the requests are sent; max: as fast as the responses come, in the order of the log. Default 1.',
    kind: 'count',
    choices: ['max'],
    examples: [1, 2, 'max'],
    read: readSpeed,
  },
  loop: {
    ...boolean('Whether the log begins again at its end. Default false: the run ends with it.'),
    path: ['replay', 'loop'],
    flag: '--loop',
  },
  replayMethods: {
    path: ['replay', 'methods'],
    flag: '--replay-methods',
    about: 'Methods of the log that are sent, or all. Default GET,HEAD: they change nothing.',
    kind: 'text',
    examples: ['GET,HEAD,POST', 'all'],
    read: readReplayMethods,
  },
  replayFormat: {
    ...choice(['auto', 'access', 'jsonl', 'csv'], 'What the lines of the log are. Default auto.'),
    path: ['replay', 'format'],
    flag: '--replay-format',
  },
  replayFields: {
    path: ['replay', 'fields'],
    flag: '--replay-fields',
    about:
      'Where the parts of a request stand in JSON lines (a.b within objects) or CSV (name, or number where there is no header): method, path, time, headers, body.',
    kind: 'text',
    examples: ['path=uri,time=ts'],
    read: readReplayFields,
  },
};

export const settingNames = Object.keys(settings) as SettingName[]; // the table has these keys and no others

/** Where a setting stands, as a path of `Problems`. */
export function pathOf(name: SettingName): readonly string[] {
  const { path, flag } = settings[name];
  return path.length > 0 ? path : [flag];
}
