/**
 * What a parser makes of the bytes. Frames are checked one by one (lengths, padding, whether a stream id is
 * allowed or needed, the order of CONTINUATION); what they mean for streams is left to the sink. From within
 * any call the sink may stop the parser, and nothing more is called then.
 */
export interface FrameSink {
  /**
   * A whole header block, `bytes[from, to)`.
   * @param wireBytes of its frames, their headers included
   */
  headers(
    streamId: number,
    endStream: boolean,
    bytes: Buffer,
    from: number,
    to: number,
    wireBytes: number,
  ): void;
  /** A DATA frame begins. @param length of its payload with padding, which is what flow control counts */
  dataStart(streamId: number, length: number): void;
  /** A piece of the DATA frame that began last, never empty; padding left out. */
  data(bytes: Buffer, from: number, to: number): void;
  /** The DATA frame that began last is over. */
  dataEnd(endStream: boolean): void;
  rstStream(streamId: number, code: number): void;
  /** The payload, `bytes[from, to)`, is a multiple of six bytes; empty in an acknowledgement. */
  settings(ack: boolean, bytes: Buffer, from: number, to: number): void;
  /** Eight bytes from `from`. */
  ping(ack: boolean, bytes: Buffer, from: number): void;
  /** Debug data: `bytes[from, to)`. */
  goaway(lastStreamId: number, code: number, bytes: Buffer, from: number, to: number): void;
  /** Stream 0 is the connection. @param increment 0 to 2^31 − 1 */
  windowUpdate(streamId: number, increment: number): void;
  /** A whole PUSH_PROMISE, whatever it promises: it is never allowed to us. */
  pushPromise(): void;
  /** PRIORITY, or a frame of an unknown type, its payload skipped. */
  ignored(type: number): void;
  /** The connection must end with this error code. Nothing is parsed after it. */
  frameError(code: number, reason: string): void;
}
