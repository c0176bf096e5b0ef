import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';

const require = createRequire(import.meta.url);
const { uncompress } = require('snappyjs') as { uncompress: (bytes: Uint8Array) => Uint8Array };
const protoOf = (name: string) => fileURLToPath(new URL(`../../../test/live/${name}`, import.meta.url));
const { Store } = loadSync(protoOf('remote-write.proto'), { longs: Number, defaults: true })[
  'prometheus.Receiver'
] as unknown as {
  Store: MethodDefinition<object, object>;
};

export interface WriteRequest {
  readonly timeseries: readonly {
    readonly labels: readonly { readonly name: string; readonly value: string }[];
    readonly samples: readonly { readonly value: number; readonly timestamp: number }[];
  }[];
  readonly metadata: readonly {
    readonly type: string | number;
    readonly metricFamilyName: string;
    readonly help: string;
  }[];
}

/** A body of remote write, read by protobufjs and snappyjs. */
export function decodeRemoteWrite(body: Buffer): WriteRequest {
  return Store.requestDeserialize(Buffer.from(uncompress(body))) as WriteRequest;
}

const { Export } = loadSync(protoOf('otlp.proto'), { longs: String })[
  'opentelemetry.Receiver'
] as unknown as {
  Export: MethodDefinition<object, object>;
};

/** A body of OTLP in protobuf, read by protobufjs, in the shape of its JSON. */
export function decodeOtlp(body: Buffer): object {
  return Export.requestDeserialize(body);
}

/** The answer of a receiver that did not take so many points. */
export function otlpAnswer(rejectedDataPoints: number): Buffer {
  return Export.responseSerialize({ partialSuccess: { rejectedDataPoints, errorMessage: 'too old' } });
}

export { uncompress };
