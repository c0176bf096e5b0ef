import * as grpc from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';

/** The service of the embedded target and of examples/go-target. */
export const kvProto = loadProto('../../../examples/proto/kv.proto');
export const healthProto = loadProto('../../../test/support/protos/health.proto');
export const reflectionV1Proto = loadProto('../../../test/support/protos/reflection-v1.proto');
export const reflectionV1AlphaProto = loadProto('../../../test/support/protos/reflection-v1alpha.proto');

function loadProto(path: string): PackageDefinition {
  return loadSync(new URL(path, import.meta.url).pathname, {
    longs: Number,
    enums: String,
    oneofs: true,
    defaults: true,
  });
}

type Method = grpc.MethodDefinition<object, object>;
export type Stream = grpc.ClientDuplexStream<object, object>;

/** How a call went: what came back, and its status. */
export interface Ended {
  readonly code: keyof typeof grpc.status;
  readonly details: string;
  readonly responses: readonly object[];
}

export interface CallOptions {
  readonly deadlineMs?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/**
 * A client of grpc-js, with one way to call for all kinds of methods: on the wire a unary call is a stream of
 * one message each way.
 */
export class GrpcClient {
  readonly #client: grpc.Client;
  readonly #protos: PackageDefinition;

  constructor(
    address: string,
    protos: PackageDefinition = kvProto,
    credentials = grpc.credentials.createInsecure(),
    options: grpc.ClientOptions = {},
  ) {
    this.#client = new grpc.Client(address, credentials, options);
    this.#protos = protos;
  }

  /** @param method `kv.v1.KV/Get` */
  open(method: string, { deadlineMs, metadata = {} }: CallOptions = {}): Stream {
    const { path, requestSerialize, responseDeserialize } = this.#find(method);
    const fields = new grpc.Metadata();
    for (const [name, value] of Object.entries(metadata)) fields.set(name, value);
    return this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, fields, {
      ...(deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs }),
    });
  }

  /** Sends the requests, and waits for the status. */
  call(method: string, requests: readonly object[], options?: CallOptions): Promise<Ended> {
    const stream = this.open(method, options);
    const ended = endOf(stream);
    for (const request of requests) stream.write(request);
    stream.end();
    return ended;
  }

  /** The one response of a call that went well. */
  async ask(method: string, request: object): Promise<object> {
    const { code, details, responses } = await this.call(method, [request]);
    const [response] = responses;
    if (code === 'OK' && responses.length === 1 && response !== undefined) return response;
    throw new Error(`${method}: ${code} ${details}, ${responses.length} responses`);
  }

  close(): void {
    this.#client.close();
  }

  #find(method: string): Method {
    const [service = '', name = ''] = method.split('/');
    const definition = this.#protos[service];
    const methods = definition as Readonly<Record<string, Method>> | undefined;
    return methods?.[name] ?? unknownMethod(method);
  }
}

/** Waits for the status of a call. */
export function endOf(stream: Stream): Promise<Ended> {
  const responses: object[] = [];
  stream.on('data', (response: object) => responses.push(response));
  // The status comes as well, and says the same.
  stream.on('error', () => {});
  return new Promise((resolve) => {
    stream.on('status', ({ code, details }: grpc.StatusObject) => {
      resolve({ code: grpc.status[code] as keyof typeof grpc.status, details, responses });
    });
  });
}

/** A method that no file declares, with messages of no field. */
function unknownMethod(method: string): Method {
  const empty = () => Buffer.alloc(0);
  return {
    path: `/${method}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: empty,
    requestDeserialize: () => ({}),
    responseSerialize: empty,
    responseDeserialize: () => ({}),
  };
}
