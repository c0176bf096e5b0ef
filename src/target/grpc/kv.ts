import {
  bidirectional,
  bool,
  bytes,
  clientStreaming,
  int32,
  int64,
  message,
  oneof,
  type ProtoFile,
  serverStreaming,
  string,
  submessage,
  unary,
  type Values,
} from './protobuf/index.js';

/** examples/proto/kv.proto, where every message and method is described. */

const GetRequest = message('kv.v1.GetRequest', { key: string(1) });
const GetResponse = message('kv.v1.GetResponse', { value: bytes(1), etag: string(2) });
const PutRequest = message('kv.v1.PutRequest', { key: string(1), value: bytes(2), ttlMs: int64(3) });
const PutResponse = message('kv.v1.PutResponse', { created: bool(1), etag: string(2) });
const DeleteRequest = message('kv.v1.DeleteRequest', { key: string(1) });
const DeleteResponse = message('kv.v1.DeleteResponse', { existed: bool(1) });
const WatchRequest = message('kv.v1.WatchRequest', { key: string(1), count: int64(2), intervalMs: int32(3) });
const WatchResponse = message('kv.v1.WatchResponse', {
  number: int64(1),
  exists: bool(2),
  value: bytes(3),
  etag: string(4),
});
const BatchPutResponse = message('kv.v1.BatchPutResponse', { written: int64(1), bytes: int64(2) });
const Failure = message('kv.v1.Failure', { code: int32(1), message: string(2) });
const SyncRequest = message('kv.v1.SyncRequest', {
  get: oneof('operation', submessage(1, GetRequest)),
  put: oneof('operation', submessage(2, PutRequest)),
  delete: oneof('operation', submessage(3, DeleteRequest)),
});
const SyncResponse = message('kv.v1.SyncResponse', {
  get: oneof('result', submessage(1, GetResponse)),
  put: oneof('result', submessage(2, PutResponse)),
  delete: oneof('result', submessage(3, DeleteResponse)),
  failure: oneof('result', submessage(4, Failure)),
});

export type GetRequest = Values<typeof GetRequest>;
export type GetResponse = Values<typeof GetResponse>;
export type PutRequest = Values<typeof PutRequest>;
export type PutResponse = Values<typeof PutResponse>;
export type DeleteRequest = Values<typeof DeleteRequest>;
export type DeleteResponse = Values<typeof DeleteResponse>;
export type WatchRequest = Values<typeof WatchRequest>;
export type WatchResponse = Values<typeof WatchResponse>;
export type SyncRequest = Values<typeof SyncRequest>;
export type SyncResponse = Values<typeof SyncResponse>;

export const KV = {
  name: 'kv.v1.KV',
  methods: {
    Get: unary(GetRequest, GetResponse),
    Put: unary(PutRequest, PutResponse),
    Delete: unary(DeleteRequest, DeleteResponse),
    Watch: serverStreaming(WatchRequest, WatchResponse),
    BatchPut: clientStreaming(PutRequest, BatchPutResponse),
    Sync: bidirectional(SyncRequest, SyncResponse),
  },
} as const;

export const kvFile: ProtoFile = {
  name: 'kv.proto',
  package: 'kv.v1',
  messages: [
    GetRequest,
    GetResponse,
    PutRequest,
    PutResponse,
    DeleteRequest,
    DeleteResponse,
    WatchRequest,
    WatchResponse,
    BatchPutResponse,
    SyncRequest,
    SyncResponse,
    Failure,
  ],
  services: [KV],
};
