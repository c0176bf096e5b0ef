/**
 * The header block that is being gathered from HEADERS and its CONTINUATION frames, RFC 9113 §4.3. Both its
 * size and the number of its frames are bounded: a block without an end is an old way to fill a memory.
 */
export class HeaderBlock {
  /** The stream of the block under way; 0 between blocks. */
  streamId = 0;
  endStream = false;
  /** Bytes of its frames, their headers included. */
  wireBytes = 0;
  length = 0;
  bytes: Buffer = Buffer.alloc(0);
  readonly maxSize: number;
  readonly #maxContinuations: number;
  #frames = 0;

  constructor(maxSize: number, maxContinuations: number) {
    this.maxSize = maxSize;
    this.#maxContinuations = maxContinuations;
  }

  begin(streamId: number, endStream: boolean): void {
    this.streamId = streamId;
    this.endStream = endStream;
    this.wireBytes = 0;
    this.length = 0;
    this.#frames = 0;
  }

  /** Adds one frame's fragment. False: the block went over a bound. */
  append(fragment: Buffer, from: number, to: number, wireBytes: number): boolean {
    const length = this.length + (to - from);
    if (length > this.maxSize || this.#frames++ > this.#maxContinuations) return false;
    if (length > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.min(this.maxSize, Math.max(1024, length * 2)));
      this.bytes.copy(grown, 0, 0, this.length);
      this.bytes = grown;
    }
    fragment.copy(this.bytes, this.length, from, to);
    this.length = length;
    this.wireBytes += wireBytes;
    return true;
  }

  end(): void {
    this.streamId = 0;
  }
}
