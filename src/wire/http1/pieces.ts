const NOTHING = Buffer.alloc(0);
const FIRST_BYTES = 1024;
/** A larger buffer is given back when its head is done: most heads are not cut, most are small. */
const KEPT_BYTES = 4096;

/** Puts a head together that reads have cut. The caller bounds what is added. */
export class Pieces {
  /** The pieces are bytes[0,length). */
  bytes = NOTHING;
  length = 0;

  add(buf: Buffer, from: number, to: number): void {
    const length = this.length + to - from;
    if (length > this.bytes.length) {
      const bytes = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, length, this.bytes.length * 2));
      this.bytes.copy(bytes, 0, 0, this.length);
      this.bytes = bytes;
    }
    buf.copy(this.bytes, this.length, from, to);
    this.length = length;
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES) this.bytes = NOTHING;
  }
}
