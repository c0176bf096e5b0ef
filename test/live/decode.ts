import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';

const require = createRequire(import.meta.url);
const { uncompress } = require('snappyjs') as { uncompress: (bytes: Uint8Array) => Uint8Array };
const proto = fileURLToPath(new URL('../../../test/live/remote-write.proto', import.meta.url));
const { Store } = loadSync(proto, { longs: Number, defaults: true })['prometheus.Receiver'] as unknown as {
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

export { uncompress };
