import { ErrorCode, Flag, FRAME_HEADER, FrameType } from './constants.js';
import { prefixOf, sizeFault, streamFault } from './frame-check.js';
import type { FrameSink } from './frame-sink.js';
import { HeaderBlock } from './header-block.js';

export interface FrameLimits {
  /** The SETTINGS_MAX_FRAME_SIZE announced. */
  readonly maxFrameSize: number;
  /** Bound of a compressed header block over all its frames, bytes. */
  readonly maxBlockSize: number;
  /** Bound of the CONTINUATION frames of one block. */
  readonly maxContinuations: number;
}

/** `HTTP`, read as the head of a frame: what a server that knows no HTTP/2 says to our preface. */
const HTT = 0x485454;
const P = 0x50;

const PADDING_FAULT = 'padding longer than its frame';

/** What the next bytes are: a frame's header, a payload taken whole, parts of DATA, or a payload to skip. */
const Part = { header: 0, whole: 1, padLength: 2, data: 3, padding: 4, skip: 5 } as const;
type Part = (typeof Part)[keyof typeof Part];

/**
 * Cuts a connection's bytes into frames, RFC 9113 §4 and §6, wherever the reads cut them. A frame that lies
 * whole in the bytes given is read where it lies; one that doesn't is gathered, except DATA, which is handed on
 * in pieces. Never throws; keeps at most one frame and one header block.
 */
export class FrameParser {
  readonly #sink: FrameSink;
  readonly #maxFrameSize: number;
  readonly #block: HeaderBlock;
  #stopped = false;
  #first = true;
  #part: Part = Part.header;
  // The frame under way.
  #length = 0;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  /** Bytes still to come of the part under way. */
  #left = 0;
  #padding = 0;
  /** A header or payload that a read cut, and how much of it is there. */
  #gathered: Buffer = Buffer.allocUnsafeSlow(64);
  #filled = 0;

  constructor(sink: FrameSink, limits: FrameLimits) {
    this.#sink = sink;
    this.#maxFrameSize = limits.maxFrameSize;
    this.#block = new HeaderBlock(limits.maxBlockSize, limits.maxContinuations);
  }

  /** Takes no more bytes, and drops the rest of those being read. */
  stop(): void {
    this.#stopped = true;
  }

  /** Parses `bytes[from, to)`. Nothing but copies is kept of it after the call. */
  feed(bytes: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to && !this.#stopped) {
      switch (this.#part) {
        case Part.header:
          at = this.#readHeader(bytes, at, to);
          break;
        case Part.whole:
          at = this.#readWhole(bytes, at, to);
          break;
        case Part.padLength:
          this.#padLength(bytes[at++] as number);
          break;
        case Part.data:
          at = this.#readData(bytes, at, to);
          break;
        default:
          at = this.#skip(at, to);
      }
    }
  }

  #fail(code: number, reason: string): true {
    this.#stopped = true;
    this.#sink.frameError(code, reason);
    return true;
  }

  #readHeader(bytes: Buffer, at: number, to: number): number {
    if (this.#filled === 0 && to - at >= FRAME_HEADER) {
      this.#begin(bytes, at);
      return at + FRAME_HEADER;
    }
    const next = this.#gather(bytes, at, to, FRAME_HEADER);
    if (this.#filled === FRAME_HEADER) {
      this.#filled = 0;
      this.#begin(this.#gathered, 0);
    }
    return next;
  }

  /** Copies towards `wanted` gathered bytes; returns where it stopped reading. */
  #gather(bytes: Buffer, at: number, to: number, wanted: number): number {
    const end = Math.min(to, at + wanted - this.#filled);
    bytes.copy(this.#gathered, this.#filled, at, end);
    this.#filled += end - at;
    return end;
  }

  /** A frame header lies at `at`. */
  #begin(bytes: Buffer, at: number): void {
    const length =
      ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
    this.#length = length;
    this.#type = bytes[at + 3] as number;
    this.#flags = bytes[at + 4] as number;
    this.#streamId = readUint32(bytes, at + 5) & 0x7fff_ffff;
    if (this.#refused()) return;
    if (this.#type === FrameType.data) this.#beginData(length);
    else if (this.#type > FrameType.continuation) this.#beginSkip(length);
    else if (length === 0) this.#dispatch(bytes, 0, 0);
    else this.#part = Part.whole;
  }

  /** Checks the frame header; true when it ended the connection. */
  #refused(): boolean {
    const length = this.#length;
    const type = this.#type;
    if (length > this.#maxFrameSize) {
      const http1 = this.#first && length === HTT && type === P;
      const reason = http1 ? 'an answer in HTTP/1' : 'a frame above the size allowed';
      return this.#fail(ErrorCode.frameSizeError, reason);
    }
    if (this.#first) {
      this.#first = false;
      if (type !== FrameType.settings || (this.#flags & Flag.ack) !== 0)
        return this.#fail(ErrorCode.protocolError, 'a connection that does not begin with SETTINGS');
    }
    const continues = type === FrameType.continuation;
    if (continues !== (this.#block.streamId !== 0) || (continues && this.#block.streamId !== this.#streamId))
      return this.#fail(
        ErrorCode.protocolError,
        'a header block interrupted, or continued without a beginning',
      );
    const misplaced = streamFault(type, this.#streamId);
    if (misplaced !== null) return this.#fail(ErrorCode.protocolError, misplaced);
    const missized = sizeFault(type, this.#flags, length);
    return missized !== null && this.#fail(ErrorCode.frameSizeError, missized);
  }

  #readWhole(bytes: Buffer, at: number, to: number): number {
    const length = this.#length;
    if (this.#filled === 0 && to - at >= length) {
      this.#part = Part.header;
      this.#dispatch(bytes, at, at + length);
      return at + length;
    }
    if (this.#gathered.length < length) this.#gathered = Buffer.allocUnsafeSlow(length);
    const next = this.#gather(bytes, at, to, length);
    if (this.#filled === length) {
      this.#filled = 0;
      this.#part = Part.header;
      this.#dispatch(this.#gathered, 0, length);
    }
    return next;
  }

  /** The whole payload of a frame that is not DATA: `bytes[from, to)`. */
  #dispatch(bytes: Buffer, from: number, to: number): void {
    const sink = this.#sink;
    const ack = (this.#flags & Flag.ack) !== 0;
    switch (this.#type) {
      case FrameType.headers:
        this.#headers(bytes, from, to);
        break;
      case FrameType.continuation:
        this.#fragment(bytes, from, to);
        break;
      case FrameType.rstStream:
        sink.rstStream(this.#streamId, readUint32(bytes, from));
        break;
      case FrameType.settings:
        sink.settings(ack, bytes, from, to);
        break;
      case FrameType.ping:
        sink.ping(ack, bytes, from);
        break;
      case FrameType.goaway: {
        const last = readUint32(bytes, from) & 0x7fff_ffff;
        sink.goaway(last, readUint32(bytes, from + 4), bytes, from + 8, to);
        break;
      }
      case FrameType.windowUpdate:
        sink.windowUpdate(this.#streamId, readUint32(bytes, from) & 0x7fff_ffff);
        break;
      case FrameType.pushPromise:
        sink.pushPromise();
        break;
      default:
        sink.ignored(this.#type);
    }
  }

  #headers(bytes: Buffer, from: number, to: number): void {
    const flags = this.#flags;
    const start = from + prefixOf(flags);
    const end = (flags & Flag.padded) !== 0 ? to - (bytes[from] as number) : to;
    const endStream = (flags & Flag.endStream) !== 0;
    if (end < start) this.#fail(ErrorCode.protocolError, PADDING_FAULT);
    else if ((flags & Flag.endHeaders) !== 0 && end - start <= this.#block.maxSize)
      this.#sink.headers(this.#streamId, endStream, bytes, start, end, FRAME_HEADER + this.#length);
    else {
      this.#block.begin(this.#streamId, endStream);
      this.#fragment(bytes, start, end);
    }
  }

  /** A part of a header block that is spread over frames. */
  #fragment(bytes: Buffer, from: number, to: number): void {
    const block = this.#block;
    if (!block.append(bytes, from, to, FRAME_HEADER + this.#length)) {
      this.#fail(ErrorCode.enhanceYourCalm, 'a header block too long, or in too many frames');
      return;
    }
    if ((this.#flags & Flag.endHeaders) === 0) return;
    const streamId = block.streamId;
    block.end();
    this.#sink.headers(streamId, block.endStream, block.bytes, 0, block.length, block.wireBytes);
  }

  #beginData(length: number): void {
    this.#padding = 0;
    this.#left = length;
    this.#part = (this.#flags & Flag.padded) !== 0 ? Part.padLength : Part.data;
    this.#sink.dataStart(this.#streamId, length);
    if (length === 0) this.#endData();
  }

  #padLength(padding: number): void {
    this.#left -= 1 + padding;
    this.#padding = padding;
    this.#part = Part.data;
    if (this.#left < 0) this.#fail(ErrorCode.protocolError, PADDING_FAULT);
    else if (this.#left === 0) this.#afterData();
  }

  #readData(bytes: Buffer, at: number, to: number): number {
    const end = Math.min(to, at + this.#left);
    this.#left -= end - at;
    this.#sink.data(bytes, at, end);
    if (this.#left === 0) this.#afterData();
    return end;
  }

  #afterData(): void {
    this.#part = Part.padding;
    this.#left = this.#padding;
    if (this.#padding === 0) this.#endData();
  }

  #endData(): void {
    this.#part = Part.header;
    if (!this.#stopped) this.#sink.dataEnd((this.#flags & Flag.endStream) !== 0);
  }

  #beginSkip(length: number): void {
    this.#part = Part.skip;
    this.#left = length;
    if (length === 0) this.#endSkip();
  }

  /** Passes over padding, or over a payload of an unknown type. */
  #skip(at: number, to: number): number {
    const end = Math.min(to, at + this.#left);
    this.#left -= end - at;
    if (this.#left > 0) return end;
    if (this.#part === Part.padding) this.#endData();
    else this.#endSkip();
    return end;
  }

  #endSkip(): void {
    this.#part = Part.header;
    this.#sink.ignored(this.#type);
  }
}

function readUint32(bytes: Buffer, at: number): number {
  return (
    (((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)) >>>
    0
  );
}
