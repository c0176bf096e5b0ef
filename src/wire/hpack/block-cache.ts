/** Entries: more than the kinds of response one service gives, few enough to stay in the CPU's cache. */
const ENTRIES = 128;
/** Longer blocks are decoded every time. */
const MAX_BLOCK = 512;

/**
 * Header blocks that were seen before, and what they mean.
 *
 * A block that neither reads nor changes the dynamic table means the same on every connection and at any time.
 * With SETTINGS_HEADER_TABLE_SIZE = 0 acknowledged every block is of this kind, and a service answers with few
 * different ones, so nearly every response is decoded by one comparison of bytes. Direct-mapped by a hash over
 * all bytes; a collision costs a decoding and no more. Share one cache between the connections of a worker:
 * it takes 64 KiB. Bounded; never throws.
 *
 * @typeParam Head what a block was decoded into; all users of a cache decode with the same limits
 */
export class BlockCache<Head> {
  readonly #lengths = new Int32Array(ENTRIES);
  readonly #hashes = new Int32Array(ENTRIES);
  readonly #heads: (Head | undefined)[] = new Array(ENTRIES).fill(undefined);
  readonly #bytes = new Uint8Array(ENTRIES * MAX_BLOCK);
  readonly #known = new DataView(this.#bytes.buffer);
  /** A view of the buffer read last: reading words through it is one instruction, through Buffer a dozen. */
  #source: DataView = this.#known;
  #sourceOf: Uint8Array | null = null;
  #hash = 0;
  /** The entry that was found or made last. */
  #last = 0;

  /** What `block[from, to)` was decoded into, or null. */
  find(block: Uint8Array, from: number, to: number): Head | null {
    const length = to - from;
    if (length > MAX_BLOCK) return null;
    this.#view(block);
    // What came last mostly comes again: then the comparison is all there is to do.
    const last = this.#last;
    if (this.#lengths[last] === length && this.#equals(last * MAX_BLOCK, from, to))
      return this.#heads[last] ?? null;
    const hash = this.#hashOf(from, to);
    const entry = hash & (ENTRIES - 1);
    if (this.#lengths[entry] !== length || this.#hashes[entry] !== hash) return null;
    if (!this.#equals(entry * MAX_BLOCK, from, to)) return null;
    this.#last = entry;
    return this.#heads[entry] ?? null;
  }

  /**
   * Keeps `head` for the block that `find` was asked for last and did not know.
   * @returns a head that the cache has no use for and the caller may fill anew: the one that had to make room, or
   *   `head` itself when the block is too long to keep; undefined when there is none
   */
  keep(block: Uint8Array, from: number, to: number, head: Head): Head | undefined {
    const length = to - from;
    if (length > MAX_BLOCK) return head;
    const entry = this.#hash & (ENTRIES - 1);
    this.#bytes.set(block.subarray(from, to), entry * MAX_BLOCK);
    this.#lengths[entry] = length;
    this.#hashes[entry] = this.#hash;
    const evicted = this.#heads[entry];
    this.#heads[entry] = head;
    this.#last = entry;
    return evicted;
  }

  #view(block: Uint8Array): void {
    if (block === this.#sourceOf) return;
    this.#sourceOf = block;
    this.#source = new DataView(block.buffer, block.byteOffset, block.byteLength);
  }

  #hashOf(from: number, to: number): number {
    const words = this.#source;
    let hash = to - from;
    let at = from;
    for (const last = to - 4; at <= last; at += 4)
      hash = Math.imul(hash ^ words.getInt32(at, true), 0x9e3779b1);
    for (; at < to; at++) hash = Math.imul(hash ^ words.getUint8(at), 0x9e3779b1);
    // A product's low bits depend on low bits only; the index is taken from them.
    hash ^= hash >>> 15;
    this.#hash = hash;
    return hash;
  }

  #equals(knownFrom: number, from: number, to: number): boolean {
    const words = this.#source;
    const known = this.#known;
    let at = from;
    let other = knownFrom;
    for (const last = to - 4; at <= last; at += 4, other += 4)
      if (words.getInt32(at, true) !== known.getInt32(other, true)) return false;
    for (; at < to; at++, other++) if (words.getUint8(at) !== known.getUint8(other)) return false;
    return true;
  }
}
