import { type Counters, Slot } from './counters.js';
import type { TargetOptions } from './options.js';
import { type Entry, type PutResult, Store } from './store.js';

/** Of a key, in bytes; at least 1. */
export const MAX_KEY_BYTES = 1024;
/** Of a time to live. */
export const MAX_TTL_MS = 30 * 24 * 3600e3;

/** The store, and what is said of keys that nobody wrote: the same for every protocol. */
export class Keyspace {
  /** Larger values are refused. */
  readonly maxValueBytes: number;
  /** A key that nobody wrote has a value. */
  readonly generates: boolean;
  readonly #store: Store;
  readonly #counters: Counters;
  readonly #generatedSize: number;
  readonly #generatedTag: string;

  constructor(options: TargetOptions, counters: Counters) {
    this.maxValueBytes = Math.min(options.maxValueBytes, options.maxBodyBytes);
    this.generates = options.missing === 'generate';
    this.#store = new Store(options);
    this.#counters = counters;
    this.#generatedSize = options.valueBytes;
    // A key's generated value never varies, so one tag does for all keys; the size may vary between two starts.
    this.#generatedTag = `"generated-${options.valueBytes}"`;
  }

  /** What was written; undefined when nobody did. */
  find(key: string): Entry | undefined {
    return this.#store.get(key);
  }

  /** @param entry what `find` gave; null for a key that is missing */
  etagOf(entry: Entry | undefined): string | null {
    if (entry !== undefined) return entry.etag;
    return this.generates ? this.#generatedTag : null;
  }

  /** @param entry what `find` gave for the key; a key that is missing has no value to ask for */
  valueOf(key: string, entry: Entry | undefined): string {
    return entry === undefined ? generateValue(key, this.#generatedSize) : entry.value;
  }

  /** @param ttlMs time to live; Infinity for ever */
  put(key: string, value: string, ttlMs: number): PutResult {
    const result = this.#store.put(key, value, ttlMs);
    this.#report();
    return result;
  }

  /** Whether there was something to delete. */
  delete(key: string): boolean {
    const existed = this.#store.delete(key);
    this.#report();
    return existed;
  }

  #report(): void {
    this.#counters.set(Slot.keys, this.#store.size);
    this.#counters.set(Slot.storedBytes, this.#store.bytes);
    this.#counters.set(Slot.evictions, this.#store.evictions);
  }
}

/** A value for a key that nobody wrote: the key and a space, over and over, cut to `size` bytes. */
export function generateValue(key: string, size: number): string {
  return `${key} `.repeat(Math.ceil(size / (key.length + 1))).slice(0, size);
}
