import { endianness } from 'node:os';
import { Framing, type Head } from './framing.js';

/** Distinct header blocks kept: a service under load answers in few ways, and changes Date once a second. */
const BLOCKS = 4;
/** Longer blocks are read again each time. */
const MAX_BLOCK_BYTES = 4096;
/**
 * When nothing repeats (a request id in every response), looking and keeping are wasted: after so many
 * misses in a row only the latest block is looked at, and few are kept, until one is found again.
 */
const MISSES_BEFORE_DOUBT = 8;
const KEEP_ONE_IN = 16;

const LITTLE_ENDIAN = endianness() === 'LE';

/** A header block seen before, and what it said. */
class RememberedHead implements Head {
  length = 0;
  status = 0;
  framing: Framing = Framing.none;
  bodyBytes = 0;
  persistent = false;
  #bytes = Buffer.alloc(0);
  #words = new Int32Array(0);
  /** Whole words in the block, and the last four bytes, which overlap the last whole word. */
  #wordCount = 0;
  #tail = 0;

  remember(buf: Buffer, from: number, to: number, head: Head): void {
    this.length = to - from;
    this.status = head.status;
    this.framing = head.framing;
    this.bodyBytes = head.bodyBytes;
    this.persistent = head.persistent;
    if (this.length > this.#bytes.length) {
      const memory = new ArrayBuffer(Math.min(2 ** Math.ceil(Math.log2(this.length)), MAX_BLOCK_BYTES));
      this.#bytes = Buffer.from(memory);
      this.#words = new Int32Array(memory);
    }
    buf.copy(this.#bytes, 0, from, to);
    this.#wordCount = this.length >> 2;
    this.#tail = LITTLE_ENDIAN
      ? this.#bytes.readInt32LE(this.length - 4)
      : this.#bytes.readInt32BE(this.length - 4);
  }

  /** Whether the block stands at `from` in the bytes of `view`; four words a step, wherever they lie. */
  equalsView(view: DataView, from: number, to: number): boolean {
    if (this.length === 0 || this.length > to - from) return false;
    if (view.getInt32(from + this.length - 4, LITTLE_ENDIAN) !== this.#tail) return false;
    const words = this.#words;
    const count = this.#wordCount;
    const whole = count & ~3;
    let at = from;
    for (let i = 0; i < whole; i += 4, at += 16) {
      const difference =
        (view.getInt32(at, LITTLE_ENDIAN) ^ words[i]!) |
        (view.getInt32(at + 4, LITTLE_ENDIAN) ^ words[i + 1]!) |
        (view.getInt32(at + 8, LITTLE_ENDIAN) ^ words[i + 2]!) |
        (view.getInt32(at + 12, LITTLE_ENDIAN) ^ words[i + 3]!);
      if (difference !== 0) return false;
    }
    for (let i = whole; i < count; i++, at += 4) {
      if (view.getInt32(at, LITTLE_ENDIAN) !== words[i]!) return false;
    }
    return true;
  }

  /** The same for bytes without a view. */
  equalsBytes(buf: Buffer, from: number, to: number): boolean {
    if (this.length === 0 || this.length > to - from) return false;
    return buf.compare(this.#bytes, 0, this.length, from, from + this.length) === 0;
  }
}

/**
 * Remembers the header blocks last seen, whole. A block that comes again, byte for byte, says what it
 * said before, so it is compared and not parsed: about a sixth of the work. Share one among all
 * parsers of a thread: their connections go to one service.
 */
export class HeadMemory {
  readonly #blocks: readonly RememberedHead[] = Array.from({ length: BLOCKS }, () => new RememberedHead());
  /** The block that was found or kept last is looked at first. */
  #latest = 0;
  #missesInARow = 0;
  #buf: Buffer | null = null;
  #view: DataView | null = null;

  /** The remembered block that begins at `from` and lies whole before `to`; null when none does. */
  find(buf: Buffer, from: number, to: number): RememberedHead | null {
    if (buf !== this.#buf) {
      this.#buf = buf;
      this.#view = null;
      return this.#search(buf, null, from, to);
    }
    // A view costs more than it saves on a buffer that is read once; this one is read again.
    this.#view ??= new DataView(buf.buffer, buf.byteOffset, buf.length);
    return this.#search(buf, this.#view, from, to);
  }

  #search(buf: Buffer, view: DataView | null, from: number, to: number): RememberedHead | null {
    const looks = this.#missesInARow > MISSES_BEFORE_DOUBT ? 1 : BLOCKS;
    for (let i = 0; i < looks; i++) {
      const index = (this.#latest + i) % BLOCKS;
      const block = this.#blocks[index]!;
      if (view === null ? block.equalsBytes(buf, from, to) : block.equalsView(view, from, to)) {
        this.#latest = index;
        this.#missesInARow = 0;
        return block;
      }
    }
    return null;
  }

  /** Remembers buf[from,to), a whole header block that was not found, in place of an older one. */
  keep(buf: Buffer, from: number, to: number, head: Head): void {
    if (to - from > MAX_BLOCK_BYTES) return;
    this.#missesInARow++;
    if (this.#missesInARow > MISSES_BEFORE_DOUBT && this.#missesInARow % KEEP_ONE_IN !== 0) return;
    this.#latest = (this.#latest + BLOCKS - 1) % BLOCKS;
    this.#blocks[this.#latest]!.remember(buf, from, to, head);
  }
}
