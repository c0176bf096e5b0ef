import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseDurationMs } from '../core/index.js';
import { attempt } from './attempt.js';
import { readBody } from './body.js';
import { type Counters, Slot } from './counters.js';
import type { TargetOptions } from './options.js';
import { evaluatePreconditions, type Representation } from './preconditions.js';
import type { Responder } from './responder.js';
import type { Entry, Store } from './store.js';

const PREFIX = '/kv/';
const MAX_KEY_BYTES = 1024;
const MAX_TTL_MS = 30 * 24 * 3600e3;
const VALUE_TYPE = 'application/octet-stream';

export const keyValueMethods = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'] as const;

/**
 * The key of a request target: all between `/kv/` and the query, percent-decoded to bytes.
 * Null for another path, an empty key, one of more than 1,024 bytes or a malformed escape.
 */
export function keyOf(target: string): string | null {
  if (!target.startsWith(PREFIX)) return null;
  const query = target.indexOf('?', PREFIX.length);
  const raw = query < 0 ? target.slice(PREFIX.length) : target.slice(PREFIX.length, query);
  const key = raw.includes('%') ? decodePercent(raw) : raw;
  return key === null || key.length === 0 || key.length > MAX_KEY_BYTES ? null : key;
}

/** A value for a key that nobody wrote: the key and a space, over and over, cut to `size` bytes. */
export function generateValue(key: string, size: number): string {
  return `${key} `.repeat(Math.ceil(size / (key.length + 1))).slice(0, size);
}

/** The resource /kv/:key. */
export class KeyValue {
  readonly #store: Store;
  readonly #counters: Counters;
  readonly #respond: Responder;
  readonly #generates: boolean;
  readonly #generatedSize: number;
  readonly #generatedTag: string;
  readonly #maxValueBytes: number;

  constructor(options: TargetOptions, store: Store, counters: Counters, respond: Responder) {
    this.#store = store;
    this.#counters = counters;
    this.#respond = respond;
    this.#generates = options.missing === 'generate';
    this.#generatedSize = options.valueBytes;
    // A key's generated value never varies, so one tag does for all keys; the size may vary between two starts.
    this.#generatedTag = `"generated-${options.valueBytes}"`;
    this.#maxValueBytes = Math.min(options.maxValueBytes, options.maxBodyBytes);
  }

  /** @param target path and query; the path begins with /kv/ */
  serve(req: IncomingMessage, res: ServerResponse, target: string): void {
    const key = keyOf(target);
    if (key === null)
      this.#respond.text(req, res, 400, `a key is 1 to ${MAX_KEY_BYTES} bytes, percent-encoded`);
    else if (req.method === 'GET' || req.method === 'HEAD') this.#read(req, res, key);
    else if (req.method === 'DELETE') this.#delete(req, res, key);
    else this.#write(req, res, key, target);
  }

  /** The hot route: nothing here but what every GET needs. */
  #read(req: IncomingMessage, res: ServerResponse, key: string): void {
    const entry = this.#store.get(key);
    const etag = this.#etagOf(entry);
    if (req.headers['if-none-match'] !== undefined || req.headers['if-match'] !== undefined) {
      if (!this.#passes(req, res, entry, true)) return;
    }
    if (etag === null) {
      this.#respond.text(req, res, 404, 'no such key');
      return;
    }
    const value = entry === undefined ? generateValue(key, this.#generatedSize) : entry.value;
    this.#respond.send(req, res, 200, ['Content-Type', VALUE_TYPE, 'ETag', etag], value);
  }

  #write(req: IncomingMessage, res: ServerResponse, key: string, target: string): void {
    const ttlMs = ttlMsOf(req, target);
    if (ttlMs === null) {
      this.#respond.text(
        req,
        res,
        400,
        'ttl is a duration above 0 of at most 30 days: 30s, 500ms, or seconds',
      );
      return;
    }
    readBody(req, this.#maxValueBytes, (value) => {
      if (value === null) {
        this.#respond.tooLarge(req, res, this.#maxValueBytes);
        return;
      }
      // Judged here, in the turn that writes, so that of two writers with one tag only one wins.
      if (!this.#passes(req, res, this.#store.get(key), false)) return;
      const result = this.#store.put(key, value, ttlMs);
      this.#report();
      if (result === 'full') {
        this.#respond.text(req, res, 507, 'the store is full');
      } else {
        const etag = this.#store.get(key)?.etag ?? '';
        this.#respond.send(req, res, result === 'created' ? 201 : 204, ['ETag', etag], '');
      }
    });
  }

  /** Where every key has a value, every key can be deleted; where a key may be missing, that is 404. */
  #delete(req: IncomingMessage, res: ServerResponse, key: string): void {
    if (!this.#passes(req, res, this.#store.get(key), false)) return;
    const existed = this.#store.delete(key);
    this.#report();
    if (existed || this.#generates) this.#respond.send(req, res, 204, [], '');
    else this.#respond.text(req, res, 404, 'no such key');
  }

  /** Answers the request and gives false when a precondition keeps it from going on. */
  #passes(req: IncomingMessage, res: ServerResponse, entry: Entry | undefined, isRead: boolean): boolean {
    const current: Representation = { etag: this.#etagOf(entry), isWritten: entry !== undefined };
    switch (evaluatePreconditions(req.headers, current, isRead)) {
      case 'proceed':
        return true;
      case 'not-modified':
        this.#respond.send(req, res, 304, ['ETag', current.etag ?? ''], '');
        return false;
      case 'failed':
        this.#respond.text(req, res, 412, 'the precondition does not hold');
        return false;
    }
  }

  #etagOf(entry: Entry | undefined): string | null {
    if (entry !== undefined) return entry.etag;
    return this.#generates ? this.#generatedTag : null;
  }

  #report(): void {
    this.#counters.set(Slot.keys, this.#store.size);
    this.#counters.set(Slot.storedBytes, this.#store.bytes);
    this.#counters.set(Slot.evictions, this.#store.evictions);
  }
}

/** `?ttl=30s`, or the header TTL of RFC 8030 (seconds): milliseconds, Infinity for none, null for a wrong one. */
function ttlMsOf(req: IncomingMessage, target: string): number | null {
  const query = target.indexOf('?');
  const fromQuery = query < 0 ? null : new URLSearchParams(target.slice(query + 1)).get('ttl');
  const { ttl } = req.headers;
  const text = fromQuery ?? ttl;
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const ms =
    typeof text !== 'string' ? null : attempt(parseDurationMs, /^\d+$/.test(text) ? `${text}s` : text);
  return ms === null || ms <= 0 || ms > MAX_TTL_MS ? null : ms;
}

function decodePercent(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  return text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
