/**
 * The key-value store: strings of bytes (one char, 0–255, a byte) in memory, bounded in keys and in bytes.
 * Keys are kept in the order in which they were last written; that is the order of eviction.
 */
export interface Entry {
  readonly value: string;
  /** A strong entity tag, quotes included; never given twice, not even by a later store. */
  readonly etag: string;
  /** When the entry is gone, on the store's clock; Infinity for never. */
  readonly expiresMs: number;
}

export interface StoreLimits {
  readonly maxKeys: number;
  /** Keys, values and `ENTRY_OVERHEAD` for each entry. */
  readonly maxStoredBytes: number;
  readonly whenFull: 'evict' | 'refuse';
}

export type PutResult = 'created' | 'replaced' | 'full';

/** What the bookkeeping of an entry is reckoned at; about what V8 takes for it. */
export const ENTRY_OVERHEAD = 128;

/** Expired entries looked for at each write. */
const SWEEP = 2;

export class Store {
  readonly #limits: StoreLimits;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, Entry>();
  /** The keys with a time to live, the least recently looked at first. */
  readonly #expiring = new Set<string>();
  readonly #epoch: string;
  #versions = 0;
  #bytes = 0;
  #evictions = 0;

  /** @param nowMs milliseconds since 1970; a test hands in its own */
  constructor(limits: StoreLimits, nowMs: () => number = Date.now) {
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#epoch = Math.floor(nowMs()).toString(36);
  }

  /** Entries held; expired ones count until a read or a sweep meets them. */
  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get evictions(): number {
    return this.#evictions;
  }

  get(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || entry.expiresMs === Number.POSITIVE_INFINITY) return entry;
    if (entry.expiresMs > this.#nowMs()) return entry;
    this.delete(key);
    return undefined;
  }

  /** @param ttlMs time to live; Infinity for ever */
  put(key: string, value: string, ttlMs = Number.POSITIVE_INFINITY): PutResult {
    this.#sweep();
    const old = this.get(key);
    const growth = sizeOf(key, value) - (old === undefined ? 0 : sizeOf(key, old.value));
    if (!this.#hasRoom(old === undefined ? 1 : 0, growth)) {
      if (this.#limits.whenFull === 'refuse' || sizeOf(key, value) > this.#limits.maxStoredBytes)
        return 'full';
    }
    // Written last: deleted first, so that the map's order is the order of the writes.
    this.delete(key);
    while (!this.#hasRoom(1, sizeOf(key, value))) this.#evictOldest();
    this.#entries.set(key, {
      value,
      etag: `"${this.#epoch}-${++this.#versions}"`,
      expiresMs: this.#nowMs() + ttlMs,
    });
    if (ttlMs !== Number.POSITIVE_INFINITY) this.#expiring.add(key);
    this.#bytes += sizeOf(key, value);
    return old === undefined ? 'created' : 'replaced';
  }

  /** Whether there was something to delete. */
  delete(key: string): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#entries.delete(key);
    this.#expiring.delete(key);
    this.#bytes -= sizeOf(key, entry.value);
    return entry.expiresMs > this.#nowMs();
  }

  #hasRoom(keys: number, bytes: number): boolean {
    return (
      this.#entries.size + keys <= this.#limits.maxKeys && this.#bytes + bytes <= this.#limits.maxStoredBytes
    );
  }

  #evictOldest(): void {
    for (const oldest of this.#entries.keys()) {
      this.delete(oldest);
      this.#evictions++;
      return;
    }
  }

  /** Looks at a few keys that may have expired, so that those nobody reads go too, at a bounded cost. */
  #sweep(): void {
    let looked = 0;
    for (const key of this.#expiring) {
      if (looked++ === SWEEP) return;
      this.#expiring.delete(key);
      if (this.get(key) !== undefined) this.#expiring.add(key);
    }
  }
}

function sizeOf(key: string, value: string): number {
  return key.length + value.length + ENTRY_OVERHEAD;
}
