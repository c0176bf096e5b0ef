import type { TargetOptions } from './options.js';

/** What a value of an option may be. Bounds are inclusive and in the unit of the option's name. */
export type OptionType =
  | { readonly type: 'text' }
  /** A PEM text; a flag names the file that holds it. */
  | { readonly type: 'pem' }
  | { readonly type: 'latency' }
  | { readonly type: 'boolean' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'rate'; readonly min: number; readonly max: number }
  | { readonly type: 'share'; readonly min: 0; readonly max: 1 }
  | { readonly type: 'bytes'; readonly min: number; readonly max: number }
  /** Milliseconds. */
  | { readonly type: 'duration'; readonly min: number; readonly max: number };

/** One option of the target: the field, the flag that sets it, its type and what it does. */
export type TargetOption = OptionType & {
  readonly name: keyof TargetOptions;
  /** Without the dashes. */
  readonly flag: string;
  readonly group: 'Listen' | 'gRPC' | 'Store' | 'Behaviour' | 'Limits' | 'Stalls' | 'Connections';
  readonly description: string;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIB = 2 ** 20;

type Row = [name: keyof TargetOptions, flag: string, type: OptionType, description: string];

const integer = (min: number, max: number): OptionType => ({ type: 'integer', min, max });
const bytes = (min: number, max: number): OptionType => ({ type: 'bytes', min, max });
const duration = (max: number): OptionType => ({ type: 'duration', min: 0, max });
const rate = (max: number): OptionType => ({ type: 'rate', min: 0, max });
const choice = (...choices: string[]): OptionType => ({ type: 'choice', choices });
const share: OptionType = { type: 'share', min: 0, max: 1 };
const boolean: OptionType = { type: 'boolean' };
const text: OptionType = { type: 'text' };
const pem: OptionType = { type: 'pem' };

/** Every option of the target, in the order of its help. The defaults are in `defaultTargetOptions`. */
export const targetOptionTable: readonly TargetOption[] = [
  ...group('Listen', [
    ['host', 'host', text, 'address to listen on'],
    ['port', 'port', integer(0, 65_535), 'port to listen on; 0 takes a free one'],
    ['socketPath', 'unix-socket', text, 'unix socket to listen on instead'],
    ['tlsCert', 'tls-cert', pem, 'PEM file of the certificate; speaks TLS'],
    ['tlsKey', 'tls-key', pem, "PEM file of the certificate's key"],
  ]),
  ...group('gRPC', [
    ['grpcPort', 'grpc-port', integer(-1, 65_535), 'port to serve gRPC on as well; 0: a free one'],
    ['maxStreams', 'max-streams', integer(0, 2 ** 31 - 1), 'streams of a connection at once; 0: no limit'],
  ]),
  ...group('Store', [
    ['missing', 'missing', choice('generate', '404'), 'answer to a GET of a key never written'],
    ['valueBytes', 'value-bytes', bytes(0, MIB), 'size of a generated value'],
    ['maxKeys', 'max-keys', integer(1, 10_000_000), 'keys stored'],
    ['maxValueBytes', 'max-value', bytes(0, 64 * MIB), 'size of a value; larger is 413'],
    ['maxStoredBytes', 'max-stored', bytes(1024, 4096 * MIB), 'size of the whole store'],
    ['whenFull', 'when-full', choice('evict', 'refuse'), 'drop the oldest keys, or answer 507'],
    ['maxBodyBytes', 'max-body', bytes(0, 64 * MIB), 'size of any request body; larger is 413'],
    ['recordKeys', 'record-keys', boolean, 'count the requests of every key, for GET /log'],
  ]),
  ...group('Behaviour', [
    ['latency', 'latency', { type: 'latency' }, 'added latency: 10ms, exp:10ms, normal:10ms,2ms, …'],
    ['spin', 'spin', boolean, 'meet delays to microseconds; costs a core'],
    ['errorShare', 'errors', share, 'share of requests answered with 503'],
    ['resetShare', 'resets', share, 'share of connections reset in mid-response'],
    ['seed', 'seed', integer(0, 2 ** 32 - 1), 'decides which requests fail, and every latency'],
  ]),
  ...group('Limits', [
    ['rate', 'rate', rate(10_000_000), 'requests per second (token bucket); 0: no limit'],
    ['burst', 'burst', integer(0, 10_000_000), 'tokens in the bucket; 0: those of 10 ms'],
    ['concurrency', 'concurrency', integer(0, 1_000_000), 'requests served at once; 0: no limit'],
    ['overLimit', 'over-limit', choice('queue', 'refuse'), 'requests over a limit wait, or get 429 or 503'],
    ['maxPending', 'max-pending', integer(1, 1_000_000), 'requests held at once; more are 503'],
  ]),
  ...group('Stalls', [
    ['stallEveryMs', 'stall-every', duration(HOUR_MS), 'pause this often, from the first request on'],
    ['stallAtMs', 'stall-at', duration(HOUR_MS), 'pause once, this long after the first request'],
    ['stallForMs', 'stall-for', duration(MINUTE_MS), 'length of a pause'],
    ['stallKind', 'stall-kind', choice('queue', 'block'), 'hold the requests, or block the thread'],
  ]),
  ...group('Connections', [
    ['maxConnections', 'max-connections', integer(0, 1_000_000), 'open connections; 0: no limit'],
    [
      'requestsPerConnection',
      'requests-per-connection',
      integer(0, 1_000_000_000),
      'close after so many; 0: no limit, 1: no keep-alive',
    ],
    ['keepAliveIdleMs', 'keep-alive-idle', duration(24 * HOUR_MS), 'close an idle connection; 0: never'],
    ['tcpNoDelay', 'tcp-nodelay', boolean, "TCP_NODELAY; without it Nagle's algorithm is on"],
    ['splitWrites', 'split-writes', boolean, 'write head and body of a response apart'],
    ['closeGraceMs', 'close-grace', duration(10 * MINUTE_MS), 'time for requests in flight at the end'],
  ]),
];

function group(name: TargetOption['group'], rows: readonly Row[]): TargetOption[] {
  return rows.map(([field, flag, type, description]) => ({
    ...type,
    name: field,
    flag,
    group: name,
    description,
  }));
}
