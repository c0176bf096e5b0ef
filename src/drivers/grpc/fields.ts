import type { HeaderText, Target, Text } from '../../core/index.js';
import { encodeTimeout } from '../../wire/grpc/index.js';
import type { TemplateField } from '../../wire/hpack/index.js';
import { authorityOf, isSensitive, isSentAsGiven } from '../http2/fields.js';

/** What the head of a call says. */
export interface CallHead {
  /** `/kv.v1.KV/Get` */
  readonly path: Text;
  /** Names in any case; values of `-bin` names are base64 already. */
  readonly metadata: readonly HeaderText[];
  /** The deadline that the server is told. */
  readonly timeoutMs: number;
  /** Whether the messages sent are compressed. */
  readonly gzip: boolean;
}

/** "grpc-", language and variant, version: the form that the protocol suggests. */
const USER_AGENT = 'grpc-node-zipfire/1';

/** Fields that metadata can replace. */
const DEFAULTS: readonly (readonly [name: string, value: string])[] = [
  ['content-type', 'application/grpc'],
  ['user-agent', USER_AGENT],
];

/** Fields that say how messages are sent, which this client does. */
const OWN = new Set(['grpc-timeout', 'grpc-encoding', 'grpc-accept-encoding']);

/**
 * The fields of a call in the order of gRPC "PROTOCOL-HTTP2", Requests: what defines the call, then its metadata.
 * All but the path and the metadata are the same for every call.
 */
export function callFields(target: Target, { path, metadata, timeoutMs, gzip }: CallHead): TemplateField[] {
  const given = metadata.map(({ name, value }) => ({ name: name.toLowerCase(), value }));
  const names = new Set(given.map(({ name }) => name));
  const fixed = (name: string, value: string): TemplateField => ({ name, value: [value] });
  return [
    fixed(':method', 'POST'),
    fixed(':scheme', target.tls === null ? 'http' : 'https'),
    { name: ':path', value: path },
    { name: ':authority', value: authorityOf(metadata, target) },
    fixed('te', 'trailers'),
    ...DEFAULTS.filter(([name]) => !names.has(name)).map(([name, value]) => fixed(name, value)),
    fixed('grpc-timeout', encodeTimeout(timeoutMs)),
    ...(gzip ? [fixed('grpc-encoding', 'gzip'), fixed('grpc-accept-encoding', 'gzip')] : []),
    ...given
      .filter(({ name }) => isSentAsGiven(name) && !OWN.has(name))
      .map(({ name, value }) => ({ name, value, sensitive: isSensitive(name) })),
  ];
}
