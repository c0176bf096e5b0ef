import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseDurationMs } from '../core/index.js';
import { attempt } from './attempt.js';
import { readBody } from './body.js';
import { type Keyspace, MAX_KEY_BYTES, MAX_TTL_MS } from './keyspace.js';
import { evaluatePreconditions, type Representation } from './preconditions.js';
import type { Responder } from './responder.js';
import type { Entry } from './store.js';

const PREFIX = '/kv/';
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

/** The resource /kv/:key. */
export class KeyValue {
  readonly #keys: Keyspace;
  readonly #respond: Responder;

  constructor(keys: Keyspace, respond: Responder) {
    this.#keys = keys;
    this.#respond = respond;
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
    const entry = this.#keys.find(key);
    const etag = this.#keys.etagOf(entry);
    if (req.headers['if-none-match'] !== undefined || req.headers['if-match'] !== undefined) {
      if (!this.#passes(req, res, entry, true)) return;
    }
    if (etag === null) {
      this.#respond.text(req, res, 404, 'no such key');
      return;
    }
    const headers = ['Content-Type', VALUE_TYPE, 'ETag', etag];
    this.#respond.send(req, res, 200, headers, this.#keys.valueOf(key, entry));
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
    const { maxValueBytes } = this.#keys;
    readBody(req, maxValueBytes, (value) => {
      if (value === null) {
        this.#respond.tooLarge(req, res, maxValueBytes);
        return;
      }
      // Judged here, in the turn that writes, so that of two writers with one tag only one wins.
      if (!this.#passes(req, res, this.#keys.find(key), false)) return;
      const result = this.#keys.put(key, value, ttlMs);
      if (result === 'full') {
        this.#respond.text(req, res, 507, 'the store is full');
      } else {
        const etag = this.#keys.find(key)?.etag ?? '';
        this.#respond.send(req, res, result === 'created' ? 201 : 204, ['ETag', etag], '');
      }
    });
  }

  /** Where every key has a value, every key can be deleted; where a key may be missing, that is 404. */
  #delete(req: IncomingMessage, res: ServerResponse, key: string): void {
    if (!this.#passes(req, res, this.#keys.find(key), false)) return;
    const existed = this.#keys.delete(key);
    if (existed || this.#keys.generates) this.#respond.send(req, res, 204, [], '');
    else this.#respond.text(req, res, 404, 'no such key');
  }

  /** Answers the request and gives false when a precondition keeps it from going on. */
  #passes(req: IncomingMessage, res: ServerResponse, entry: Entry | undefined, isRead: boolean): boolean {
    const current: Representation = { etag: this.#keys.etagOf(entry), isWritten: entry !== undefined };
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
