import { usageError } from '../../core/index.js';
import { isRecord } from '../records.js';
import { kindOf, scalarText } from '../schema-parts.js';
import { jsonOfYaml } from './data.js';
import type { GrpcBooleanFlag, GrpcListFlag, GrpcTextFlag } from './flags.js';

export type ConfigFlag = GrpcTextFlag | GrpcListFlag | GrpcBooleanFlag;

/** A key of ghz's config: the flag that it is, or why there is none. */
export type ConfigKey = {
  /** Values that say nothing: those that ghz writes where nothing is set. */
  readonly unset?: readonly unknown[];
} & (
  | { readonly flag: ConfigFlag | 'target' | 'ignored'; readonly read: (raw: unknown) => unknown }
  | { readonly refused: string; readonly hint?: string }
);

const zero = { unset: [0, '0', '0s'] };
const text = (flag: ConfigFlag | 'target'): ConfigKey => ({ flag, read: scalarText });
const number = (flag: ConfigFlag): ConfigKey => ({ ...text(flag), ...zero });
const boolean = (flag: ConfigFlag | 'ignored', value = true): ConfigKey => ({
  flag,
  unset: [false],
  read: (raw) => {
    if (raw === true || raw === 'true') return value;
    throw usageError(`expected true or false, read ${kindOf(raw)}`);
  },
});
const list = (flag: ConfigFlag): ConfigKey => ({
  flag,
  read: (raw) => (Array.isArray(raw) ? raw.map(scalarText) : [scalarText(raw)]),
});
const map = (flag: ConfigFlag): ConfigKey => ({
  flag,
  read: (raw) => {
    if (isRecord(raw)) return JSON.stringify(raw);
    throw usageError(`expected names and values, read ${kindOf(raw)}`);
  },
});
const output: ConfigKey = {
  unset: ['summary'],
  refused: 'reports are asked for by flags',
  hint: '--out result.json, and others: zipfire grpc --help',
};

/** Every key of ghz's config. */
export const configKeys: Readonly<Record<string, ConfigKey>> = {
  host: text('target'),
  proto: list('proto'),
  protoset: list('protoset'),
  'import-paths': list('importPath'),
  call: text('call'),
  cacert: text('cacert'),
  cert: text('cert'),
  key: text('key'),
  cname: text('servername'),
  skipTLS: boolean('skipTLS'),
  insecure: boolean('plaintext'),
  authority: text('authority'),
  async: boolean('async'),
  rps: number('rate'),
  'load-schedule': text('loadSchedule'),
  'load-start': number('loadStart'),
  'load-step': number('loadStep'),
  'load-end': number('loadEnd'),
  'load-step-duration': number('loadStepDuration'),
  'load-max-duration': number('loadMaxDuration'),
  concurrency: text('concurrency'),
  'concurrency-schedule': text('concurrencySchedule'),
  'concurrency-start': number('concurrencyStart'),
  'concurrency-step': number('concurrencyStep'),
  'concurrency-end': number('concurrencyEnd'),
  'concurrency-step-duration': number('concurrencyStepDuration'),
  'concurrency-max-duration': number('concurrencyMaxDuration'),
  total: text('requests'),
  duration: number('duration'),
  'max-duration': number('maxDuration'),
  'duration-stop': text('durationStop'),
  timeout: text('timeout'),
  connections: text('connections'),
  'connect-timeout': text('connectTimeout'),
  keepalive: number('keepalive'),
  'lb-strategy': {
    flag: 'lbStrategy',
    // As ghz's own pages have it.
    read: (raw) => (raw === 'first_pick' ? 'pick_first' : scalarText(raw)),
  },
  cpus: number('cpus'),
  'enable-compression': boolean('gzip'),
  'max-recv-message-size': text('maxMessageBytes'),
  'max-send-message-size': { flag: 'ignored', read: scalarText },
  data: { flag: 'data', read: jsonOfYaml },
  'data-file': text('dataFile'),
  'binary-file': text('binaryFile'),
  metadata: map('metadata'),
  'metadata-file': text('metadataFile'),
  'reflect-metadata': map('reflectMetadata'),
  'stream-interval': number('streamInterval'),
  'stream-call-duration': number('streamCallDuration'),
  'stream-call-count': number('streamCallCount'),
  'stream-dynamic-messages': boolean('streamDynamicMessages'),
  'disable-template-functions': boolean('templates', false),
  'disable-template-data': boolean('templates', false),
  output,
  format: output,
  skipFirst: { ...zero, refused: 'what is left out is a time here', hint: 'use --warmup 2s' },
  'count-errors': boolean('ignored'),
  name: text('name'),
  tags: map('tags'),
  debug: { refused: 'the log is asked for by a flag', hint: '--debug calls.jsonl' },
};
