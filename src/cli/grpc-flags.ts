import type { Argv } from 'yargs';
import { usageError } from '../core/index.js';
import type { GrpcFlags } from '../profile/index.js';
import { reportFormats } from '../report/formats.js';
import {
  addFlags,
  camelCase,
  type Flag,
  type FlagGroups,
  flag,
  givenTwice,
  list,
  readFlagValues,
  text,
} from './flag-table.js';
import { outputFlags } from './run-flags.js';

export const grpcExamples = `Examples:
  zipfire grpc 127.0.0.1:50051 --call kv.v1.KV/Get -d '{"key":"{{key}}"}' --keys zipf:n=1e6
  zipfire grpc 127.0.0.1:50051 --call kv.v1.KV/Put -D put.json --proto kv.proto -R 5k -z 30s
  zipfire grpc --config ghz.json --gate 'p99 < 50ms'     what ghz was run with, and a verdict`;

const call: Record<string, Flag> = {
  call: text('method: package.Service/Method'),
  data: text('message as JSON, a template, or a list of them; @file, @- is stdin', { alias: 'd' }),
  'data-file': text('the same from a file', { alias: 'D' }),
  binary: flag('serialized messages from stdin', { alias: 'b' }),
  'binary-file': text('serialized messages from a file', { alias: 'B' }),
  metadata: text('metadata as JSON; values are templates', { alias: 'm' }),
  'metadata-file': text('the same from a file', { alias: 'M' }),
  header: list("metadata 'name: value'; again for more", { alias: 'H' }),
  feed: list('rows for {{row.column}}: users.csv, users.jsonl:random, name=file'),
  trace: text('share of the calls that carry a W3C traceparent: 1%'),
  templates: flag('--no-templates sends {{ and }} as they are'),
  gzip: flag('compress what is sent', { alias: 'e' }),
  timeout: text('of a call, which the server is told [10s]', { alias: 't' }),
  'max-message-bytes': text('largest response [4MiB]'),
};

const schema: Record<string, Flag> = {
  proto: list('.proto file; again for more. Without it and --protoset: reflection'),
  'import-path': list('folders that imports are in, commas between', { alias: 'i' }),
  protoset: list('compiled schema; again for more'),
  'reflect-metadata': text('metadata of the reflection calls, as JSON'),
};

const streams: Record<string, Flag> = {
  'stream-interval': text('between two messages that a call sends [0]'),
  'stream-call-count': text('messages of one call'),
  'stream-call-duration': text('after so long a call sends no more'),
  'stream-dynamic-messages': flag('each message draws values of its own'),
};

const load: Record<string, Flag> = {
  concurrency: text('calls in flight in all [50]', { alias: 'c' }),
  connections: text('connections that they share [1]'),
  'connection-stages': text("connections in use over time: 'step:4..128+4/10s'"),
  'concurrency-stages': text("calls in flight over time: 'ramp:10..200/1m'"),
  workers: text('worker threads [one a core, at most one a connection]'),
  duration: text('length of the measured window, 30s or 2m [10s]', { alias: 'z' }),
  requests: text('number of calls, in place of a duration', { alias: 'n' }),
  rate: text('calls per second of an open loop, 20k; without it a closed loop', { alias: 'R' }),
  stages: text("the rate over time: 'ramp:1k..20k/2m,const:20k/30s'"),
  arrivals: text('spacing of an open loop: constant or poisson'),
  keys: list('key distribution for {{key}}: zipf:n=1e6,alpha=1.2, uniform:n=1e6, …'),
  warmup: text('time before the window that no figure holds'),
  repeat: text('runs of the measured window, merged'),
  seed: text('what everything random follows from [1]'),
  grace: text('how long calls may still end after the last was sent [the time-out]'),
};

const connection: Record<string, Flag> = {
  tls: flag('speak TLS; implied by grpcs:// and by the flags of certificates'),
  plaintext: flag('', { hidden: true }),
  insecure: flag('accept any certificate', { alias: 'k' }),
  cacert: text('file of the certificates to trust (PEM)'),
  cert: text('file of the client certificate (PEM)'),
  key: text('file of the key of the client certificate (PEM)'),
  servername: text('name for SNI and the certificate check'),
  authority: text('what :authority says'),
  'connect-timeout': text('for a connection to be made [5s]'),
  keepalive: text('send a PING when nothing came for so long; without an answer the connection is given up'),
  'lb-strategy': text('over the addresses of the target: pick_first or round_robin'),
  config: text('config file of ghz, JSON or YAML; flags go before it'),
};

/** Every flag of `zipfire grpc` that its help has, by heading. */
export const grpcFlagGroups: FlagGroups = {
  'Call:': { ...call, ...schema, ...streams },
  'Load:': load,
  'Connection:': connection,
  'Result:': outputFlags,
};

const scheduleFlags = ['load', 'concurrency'].flatMap((what) =>
  ['schedule', 'start', 'step', 'end', 'step-duration', 'max-duration'].map((part) => `${what}-${part}`),
);

/** ghz's flags that are read as ghz means them. */
const asInGhz: Record<string, Flag> = {
  skipTLS: flag('', { hidden: true }),
  async: flag('', { hidden: true }),
  'duration-stop': text('', { hidden: true }),
  cpus: text('', { hidden: true }),
  'max-duration': text('', { hidden: true, alias: 'x' }),
  ...Object.fromEntries(scheduleFlags.map((name) => [name, text('', { hidden: true })])),
};

/** ghz's names of flags that are called otherwise here. */
const otherNames: Readonly<Record<string, string>> = {
  r: 'rate',
  rps: 'rate',
  total: 'requests',
  'import-paths': 'import-path',
  cname: 'servername',
  'enable-compression': 'gzip',
  'max-recv-message-size': 'max-message-bytes',
};

const noTemplates = ['disable-template-functions', 'disable-template-data'];

/** ghz's flags that ask for what is so anyway. */
const withoutEffect: Record<string, Flag> = {
  'count-errors': flag('', { hidden: true }),
  'max-send-message-size': text('', { hidden: true }),
};

const reports = `reports have a flag each: ${reportFormats.map((format) => `--${format.flag}`).join(', ')}`;
/** ghz's flags that are refused, and what to do instead. */
const refused: Readonly<Record<string, readonly [why: string, hint?: string]>> = {
  output: ['is not how reports are asked for here', reports],
  o: ['is not how reports are asked for here', reports],
  format: ['is not how reports are asked for here', reports],
  O: ['is not how reports are asked for here', reports],
  skipFirst: ['what is left out is a time here', 'use --warmup 2s'],
};

const flags = Object.assign({}, ...Object.values(grpcFlagGroups), asInGhz) as Readonly<Record<string, Flag>>; // of tables of flags

/** Names of the flags of `zipfire grpc` that help shows, without dashes. */
export const grpcFlagNames = Object.keys(flags);

/** Flags of `zipfire grpc` that are used most: what its help shows unasked. */
export const usualGrpcFlags = [
  'call',
  'data',
  'metadata',
  'timeout',
  'proto',
  'concurrency',
  'connections',
  'duration',
  'requests',
  'rate',
  'keys',
  'tls',
  'insecure',
  'config',
  'gate',
  'out',
  'html',
  'quiet',
];

/** Declares every flag of `zipfire grpc`, ghz's among them. */
export function addGrpcFlags(yargs: Argv): Argv {
  addFlags(yargs, grpcFlagGroups).options(asInGhz).options(withoutEffect);
  for (const [name, own] of Object.entries(otherNames)) {
    const { alias: _, ...options } = flags[own] as Flag; // the table names flags that there are
    yargs.option(name, { ...options, describe: '', hidden: true });
  }
  for (const name of noTemplates) yargs.option(name, flag('', { hidden: true }));
  for (const name of Object.keys(refused)) yargs.option(name, text('', { hidden: true }));
  return yargs;
}

/**
 * The flags as `profile` takes them.
 * @throws ZipfireError `usage` for a flag of ghz that is not understood, and one that is given twice
 */
export function readGrpcFlags(argv: Readonly<Record<string, unknown>>): GrpcFlags {
  for (const [name, [why, hint]] of Object.entries(refused)) {
    if (argv[name] !== undefined) throw usageError(`${dashed(name)} ${why}`, hint);
  }
  const values = readFlagValues(argv, flags);
  for (const [name, own] of Object.entries(otherNames)) {
    const value = argv[name];
    if (value === undefined) continue;
    const given = values[camelCase(own)];
    const several = flags[own]?.array === true;
    if (!several && (given !== undefined || Array.isArray(value))) throw givenTwice(own);
    values[camelCase(own)] = several ? [given ?? [], value].flat() : value;
  }
  if (noTemplates.some((name) => argv[name] === true)) values['templates'] = false;
  return values as GrpcFlags;
}

function dashed(name: string): string {
  return `${name.length === 1 ? '-' : '--'}${name}`;
}
