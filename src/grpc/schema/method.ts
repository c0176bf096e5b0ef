import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import type { MethodKind } from '../../core/index.js';

const kinds = {
  unary: 'unary',
  server_streaming: 'serverStreaming',
  client_streaming: 'clientStreaming',
  bidi_streaming: 'bidiStreaming',
} as const;

/** A method that can be called. */
export interface Method {
  /** `Get` */
  readonly name: string;
  /** `kv.v1.KV` */
  readonly service: string;
  /** `kv.v1.KV.Get` */
  readonly fullName: string;
  /** `/kv.v1.KV/Get`, the :path of its calls. */
  readonly path: string;
  readonly kind: MethodKind;
  /** Whether the client sends any number of messages. */
  readonly clientStreaming: boolean;
  /** Whether the server does. */
  readonly serverStreaming: boolean;
  readonly input: DescMessage;
  readonly output: DescMessage;
}

export function methodOf({ name, parent, methodKind, input, output }: DescMethod): Method {
  const kind = kinds[methodKind];
  return {
    name,
    service: parent.typeName,
    fullName: `${parent.typeName}.${name}`,
    path: `/${parent.typeName}/${name}`,
    kind,
    clientStreaming: kind === 'clientStreaming' || kind === 'bidiStreaming',
    serverStreaming: kind === 'serverStreaming' || kind === 'bidiStreaming',
    input,
    output,
  };
}
