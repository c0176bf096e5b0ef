import type { Program } from './message.js';

/** Who sends how many messages in a call. */
export type MethodKind = 'unary' | 'serverStreaming' | 'clientStreaming' | 'bidiStreaming';

/** A gRPC call as a plan asks for it. */
export interface GrpcCall {
  /** `kv.v1.KV/Get`, as given. */
  readonly method: string;
  /** Where a file gives the method, for errors; absent otherwise, and once it is compiled. */
  readonly methodAt?: string;
  readonly data: CallData;
  /** Compress what is sent, each message on its own. */
  readonly gzip: boolean;
  readonly stream: StreamPlan;
  /** What the call became once the schema was there; null until then. Workers get compiled calls only. */
  readonly compiled: CompiledCall | null;
}

/** What a call sends, and what it is called in errors: a flag, a file, or a place in a profile. */
export type CallData =
  /** One message as proto3 JSON, or a list of them; a template. */
  | { readonly kind: 'json'; readonly text: string; readonly name: string }
  /** Serialized messages, base64. */
  | { readonly kind: 'binary'; readonly base64: string; readonly name: string };

/** What a call with a stream does, where the data does not say. */
export interface StreamPlan {
  /** Between two messages sent in one call; 0: as fast as the windows allow. */
  readonly intervalMs: number;
  /**
   * Messages of one call; null: each of the data once (sent), or as many as come (received). Where the client
   * streams, so many are sent, the data going round; where only the server does, the call is ended after so many.
   */
  readonly messages: number | null;
  /** After so long the client ends what it sends, or cancels a call in which only the server streams; null: never. */
  readonly durationMs: number | null;
  /** Each message sent draws values of its own; else a call draws once, for all of its messages. */
  readonly freshValues: boolean;
}

/** Where the schema of a plan's calls comes from. Neither files nor protosets: server reflection. */
export interface SchemaSource {
  readonly protoFiles: readonly string[];
  readonly importPaths: readonly string[];
  readonly protosets: readonly string[];
  /** Metadata of the reflection calls. */
  readonly reflectMetadata: readonly (readonly [name: string, value: string])[];
}

/** What all gRPC calls of a plan share. */
export interface GrpcPlan {
  readonly schema: SchemaSource;
  /** Larger responses are refused: RESOURCE_EXHAUSTED. */
  readonly maxMessageBytes: number;
  /** The schema as a FileDescriptorSet, base64, when messages take it at each call; else null. */
  readonly types: string | null;
}

/** A call whose method was found and whose messages were compiled. */
export interface CompiledCall {
  readonly kind: MethodKind;
  /** `/kv.v1.KV/Get` */
  readonly path: string;
  /** Never empty, but where the client streams. */
  readonly messages: readonly CompiledMessage[];
  /** The holes that the messages count: hole i is `holes[i]`. */
  readonly holes: readonly CallHole[];
  /** What templates may say about the method, by name: `methodName`, also in the metadata. */
  readonly names: Readonly<Record<string, string>>;
}

export interface CompiledMessage {
  /** Full name of its type. */
  readonly type: string;
  readonly program: Program;
  /** Whether rendering takes the schema: some part of it is built anew from JSON for each hit, which is slower. */
  readonly dynamic: boolean;
}

/** A hole as it was written. */
export interface CallHole {
  readonly name: string;
  readonly args: readonly string[];
  readonly source: string;
}
