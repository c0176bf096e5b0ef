import { GrpcStatus } from '../../core/index.js';
import { MAX_KEY_BYTES, MAX_TTL_MS } from '../keyspace.js';
import type { Service } from '../service.js';
import type { Entry } from '../store.js';
import { answer, type Exchange, type Handlers, respond, type Send } from './handler.js';
import type {
  DeleteRequest,
  DeleteResponse,
  GetRequest,
  GetResponse,
  KV,
  PutRequest,
  PutResponse,
  SyncRequest,
  SyncResponse,
  WatchRequest,
  WatchResponse,
} from './kv.js';
import { Failure, fail } from './status.js';

const MAX_INTERVAL_MS = 60_000;

type Parts = Pick<Service, 'keyspace' | 'keyLog' | 'delays'>;

/** The methods of kv.v1.KV. */
export function kvHandlers(service: Parts): Handlers<typeof KV> {
  return {
    Get: answer((request) => get(service, request)),
    Put: answer((request) => put(service, request)),
    Delete: answer((request) => remove(service, request)),
    Watch: respond((request, call, send) => watch(service, request, call, send)),
    BatchPut: (call, send) => {
      let written = 0;
      let bytes = 0;
      return {
        message: (request) => {
          const response = put(service, request);
          if (response instanceof Failure) {
            call.finish(fail(response.code, `request ${written + 1}: ${response.message}`));
          } else {
            written++;
            bytes += request.value.length;
          }
        },
        end: () => {
          send({ written, bytes });
          call.finish();
        },
      };
    },
    Sync: (call, send) => ({
      message: (request) => send(sync(service, request)),
      end: () => call.finish(),
    }),
  };
}

function get(service: Parts, { key }: GetRequest): GetResponse | Failure {
  const wrong = checkKey(service, key);
  if (wrong !== null) return wrong;
  const { keyspace } = service;
  const entry = keyspace.find(key);
  const etag = keyspace.etagOf(entry);
  return etag === null ? fail('NOT_FOUND', 'no such key') : { value: keyspace.valueOf(key, entry), etag };
}

function put(service: Parts, { key, value, ttlMs }: PutRequest): PutResponse | Failure {
  const wrong = checkKey(service, key);
  if (wrong !== null) return wrong;
  if (ttlMs < 0 || ttlMs > MAX_TTL_MS) {
    return fail('INVALID_ARGUMENT', `ttl_ms is 0 for ever, or at most ${MAX_TTL_MS} (30 days)`);
  }
  const { keyspace } = service;
  if (value.length > keyspace.maxValueBytes) {
    return fail('RESOURCE_EXHAUSTED', `the value is larger than ${keyspace.maxValueBytes} bytes`);
  }
  const result = keyspace.put(key, value, ttlMs === 0 ? Number.POSITIVE_INFINITY : ttlMs);
  if (result === 'full') return fail('RESOURCE_EXHAUSTED', 'the store is full');
  return { created: result === 'created', etag: keyspace.find(key)?.etag ?? '' };
}

/** Where every key has a value, every key can be deleted. */
function remove(service: Parts, { key }: DeleteRequest): DeleteResponse | Failure {
  const wrong = checkKey(service, key);
  if (wrong !== null) return wrong;
  const existed = service.keyspace.delete(key);
  return existed || service.keyspace.generates ? { existed } : fail('NOT_FOUND', 'no such key');
}

function sync(service: Parts, request: SyncRequest): Partial<SyncResponse> {
  const failure = (why: Failure) => ({ failure: { code: GrpcStatus[why.code], message: why.message } });
  if (request.get !== undefined) {
    const response = get(service, request.get);
    return response instanceof Failure ? failure(response) : { get: response };
  }
  if (request.put !== undefined) {
    const response = put(service, request.put);
    return response instanceof Failure ? failure(response) : { put: response };
  }
  if (request.delete !== undefined) {
    const response = remove(service, request.delete);
    return response instanceof Failure ? failure(response) : { delete: response };
  }
  return failure(fail('INVALID_ARGUMENT', 'the request has no operation'));
}

/** Sends the state of a key, so often or for ever, and never more than the client takes. */
function watch(service: Parts, request: WatchRequest, call: Exchange, send: Send<WatchResponse>): void {
  const { key, count, intervalMs } = request;
  const wrong = checkKey(service, key) ?? checkWatch(request);
  if (wrong !== null) {
    call.finish(wrong);
    return;
  }
  let number = 0;
  const next = () => {
    call.onDrain = null;
    while (call.isOpen) {
      if (call.isFull) {
        call.onDrain = next;
        return;
      }
      send({ number: ++number, ...stateOf(service, key, service.keyspace.find(key)) });
      if (number === count) {
        call.finish();
      } else if (intervalMs > 0) {
        service.delays.after(intervalMs * 1e6, next);
        return;
      }
    }
  };
  next();
}

function stateOf({ keyspace }: Parts, key: string, entry: Entry | undefined): Partial<WatchResponse> {
  const etag = keyspace.etagOf(entry);
  return etag === null ? { exists: false } : { exists: true, value: keyspace.valueOf(key, entry), etag };
}

function checkWatch({ count, intervalMs }: WatchRequest): Failure | null {
  if (count < 0) return fail('INVALID_ARGUMENT', 'count is 0 or more');
  if (intervalMs >= 0 && intervalMs <= MAX_INTERVAL_MS) return null;
  return fail('INVALID_ARGUMENT', `interval_ms is 0 to ${MAX_INTERVAL_MS}`);
}

/** Every request that names a key comes by here, so here its key is recorded. */
function checkKey({ keyLog }: Parts, key: string): Failure | null {
  if (key.length === 0 || key.length > MAX_KEY_BYTES) {
    return fail('INVALID_ARGUMENT', `key is 1 to ${MAX_KEY_BYTES} bytes`);
  }
  keyLog?.record(key);
  return null;
}
