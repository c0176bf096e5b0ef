import type { HpackDecoder } from '../hpack/index.js';
import { ErrorCode, FRAME_HEADER, INITIAL_WINDOW } from './constants.js';
import type { FrameSink } from './frame-sink.js';
import { pingFrame, rstStreamFrame, settingsAck, windowUpdateFrame } from './frame-writer.js';
import { ResetBy, type SessionHandler } from './handler.js';
import type { IdleGuard } from './idle-guard.js';
import type { SessionOptions } from './options.js';
import type { Outbox } from './outbox.js';
import type { ResponseHead } from './response-head.js';
import type { ResponseHeads } from './response-heads.js';
import type { Sender } from './sender.js';
import { type Stream, WAITING } from './stream.js';

/** The parts of a session that its receiving half works with. */
export interface ReceiverParts {
  readonly handler: SessionHandler;
  readonly options: SessionOptions;
  readonly heads: ResponseHeads;
  readonly outbox: Outbox;
  readonly guard: IdleGuard;
  readonly sender: Sender;
  readonly streams: readonly Stream[];
  /** Ends the session. */
  readonly fail: (code: number, reason: string) => void;
}

/** Debug data of a GOAWAY that is handed on. */
const MAX_DEBUG = 256;

/** The responses of a session: what each frame means for its stream, RFC 9113 §5 to §8. */
export class Receiver implements FrameSink {
  readonly #handler: SessionHandler;
  readonly #heads: ResponseHeads;
  readonly #decoder: HpackDecoder;
  readonly #outbox: Outbox;
  readonly #guard: IdleGuard;
  readonly #sender: Sender;
  readonly #streams: readonly Stream[];
  readonly #fail: (code: number, reason: string) => void;
  readonly #tableSize: number;
  readonly #streamWindow: number;
  readonly #connectionWindow: number;
  /** The window that streams have for now: the server may not have seen our SETTINGS yet. */
  #allowed: number;
  #settingsAcked = false;
  /** DATA bytes, with padding, that were not given back to the connection's window. */
  #uncredited = 0;
  /** The stream of the DATA frame under way; null when its content goes nowhere. */
  #current: Stream | null = null;
  /** Whether the DATA frame under way had content. */
  #hadContent = false;
  /** Answers to pings that are still to come. */
  pongsDue = 0;
  #lastGoaway = Number.POSITIVE_INFINITY;

  constructor(parts: ReceiverParts) {
    const { options } = parts;
    this.#handler = parts.handler;
    this.#heads = parts.heads;
    this.#decoder = parts.heads.newDecoder();
    this.#outbox = parts.outbox;
    this.#guard = parts.guard;
    this.#sender = parts.sender;
    this.#streams = parts.streams;
    this.#fail = parts.fail;
    this.#tableSize = options.headerTableSize;
    this.#streamWindow = options.streamWindow;
    this.#connectionWindow = Math.max(INITIAL_WINDOW, options.connectionWindow);
    this.#allowed = Math.max(INITIAL_WINDOW, options.streamWindow);
  }

  headers(
    streamId: number,
    endStream: boolean,
    bytes: Buffer,
    from: number,
    to: number,
    wireBytes: number,
  ): void {
    // Decoded also when the stream is gone: the next block may build on it, §4.3.
    const head = this.#heads.read(this.#decoder, bytes, from, to);
    if (head === null) {
      this.#fail(ErrorCode.compressionError, `HPACK: ${this.#heads.fault}`);
      return;
    }
    const stream = this.#sender.open.get(streamId);
    if (stream === null) {
      this.#onClosed(streamId, 'HEADERS');
      return;
    }
    stream.wireBytes += wireBytes;
    if (stream.remoteEnded)
      this.#breach(stream, ErrorCode.streamClosed, 'HEADERS after the end of the response');
    else if (stream.headSeen) this.#trailers(stream, head, endStream);
    else this.#response(stream, head, endStream);
  }

  #response(stream: Stream, head: ResponseHead, endStream: boolean): void {
    const { status } = head;
    const fault = head.fault ?? responseFault(status, endStream);
    if (fault !== null) this.#breach(stream, ErrorCode.protocolError, fault);
    else if (status < 200) this.#idle('informational responses');
    else this.#finalHead(stream, head, endStream);
  }

  #finalHead(stream: Stream, head: ResponseHead, endStream: boolean): void {
    const { status } = head;
    this.#guard.progress();
    stream.headSeen = true;
    const empty = stream.bodiless || status === 204 || status === 304;
    stream.expected = empty ? 0 : head.contentLength;
    const { id } = stream;
    this.#handler.onHeaders(stream.slot, head, endStream);
    // The handler may have cancelled it, and even used the slot again.
    if (endStream && stream.id === id) this.#finish(stream);
  }

  #trailers(stream: Stream, head: ResponseHead, endStream: boolean): void {
    const fault = head.fault ?? trailersFault(head.status, endStream);
    if (fault !== null) {
      this.#breach(stream, ErrorCode.protocolError, fault);
      return;
    }
    this.#guard.progress();
    const { id } = stream;
    this.#handler.onTrailers(stream.slot, head);
    if (stream.id === id) this.#finish(stream);
  }

  /** END_STREAM came. */
  #finish(stream: Stream): void {
    if (stream.expected >= 0 && stream.received !== stream.expected) {
      this.#breach(stream, ErrorCode.protocolError, 'content shorter than its content-length');
      return;
    }
    stream.remoteEnded = true;
    if (stream.localEnded) {
      this.#sender.release(stream);
      this.#handler.onEnd(stream.slot);
    } else this.#handler.onEarlyEnd(stream.slot);
  }

  dataStart(streamId: number, length: number): void {
    this.#hadContent = false;
    this.#uncredited += length;
    if (length > 0 && this.#uncredited > this.#connectionWindow) {
      this.#fail(ErrorCode.flowControlError, 'DATA beyond the window of the connection');
      return;
    }
    const stream = this.#sender.open.get(streamId);
    if (stream === null) {
      // Late content is no flood: after a cancel there may be megabytes of it on the way.
      if (this.#isIdleStream(streamId)) this.#fail(ErrorCode.protocolError, 'DATA on an idle stream');
      return;
    }
    stream.wireBytes += FRAME_HEADER + length;
    stream.uncredited += length;
    if (!stream.headSeen)
      this.#breach(stream, ErrorCode.protocolError, 'DATA before the head of the response');
    else if (stream.remoteEnded)
      this.#breach(stream, ErrorCode.streamClosed, 'DATA after the end of the response');
    else if (length > 0 && stream.uncredited > this.#allowed)
      this.#breach(stream, ErrorCode.flowControlError, 'DATA beyond the window of its stream');
    else this.#current = stream;
  }

  data(bytes: Buffer, from: number, to: number): void {
    this.#hadContent = true;
    const stream = this.#current;
    if (stream === null) return;
    this.#guard.progress();
    const left = stream.expected < 0 ? Number.POSITIVE_INFINITY : stream.expected - stream.received;
    const end = Math.min(to, from + left);
    stream.received += end - from;
    if (end > from) this.#handler.onData(stream.slot, bytes, from, end);
    // What is too much is told only after what is not, so that it makes no difference where reads cut.
    if (end < to && stream === this.#current)
      this.#breach(stream, ErrorCode.protocolError, 'content longer than its content-length');
  }

  dataEnd(endStream: boolean): void {
    if (this.#uncredited * 2 >= this.#connectionWindow) {
      this.#outbox.text += windowUpdateFrame(0, this.#uncredited);
      this.#uncredited = 0;
    }
    const stream = this.#current;
    this.#current = null;
    const useful = this.#hadContent || (endStream && stream !== null);
    if (!useful && !this.#idle('empty DATA frames')) return;
    if (stream === null) return;
    if (endStream) this.#finish(stream);
    else if (stream.uncredited > 0 && stream.uncredited * 2 >= this.#streamWindow) {
      this.#outbox.text += windowUpdateFrame(stream.id, stream.uncredited);
      stream.uncredited = 0;
    }
  }

  rstStream(streamId: number, code: number): void {
    const stream = this.#sender.open.get(streamId);
    if (stream === null) {
      this.#onClosed(streamId, 'RST_STREAM');
      return;
    }
    const { slot, remoteEnded } = stream;
    this.#sender.release(stream);
    // §8.1: a server may give its response and not care for the rest of the request.
    if (remoteEnded && code === ErrorCode.noError) this.#handler.onEnd(slot);
    else this.#handler.onReset(slot, code, ResetBy.peer, '');
  }

  settings(ack: boolean, bytes: Buffer, from: number, to: number): void {
    if (ack) this.#settingsAck();
    else if (this.#idle('SETTINGS frames')) this.#apply(bytes, from, to);
  }

  /** Applied first, then acknowledged, §6.5.3. */
  #apply(bytes: Buffer, from: number, to: number): void {
    const sender = this.#sender;
    const error = sender.applySettings(bytes, from, to, this.#streams);
    if (error !== ErrorCode.noError) this.#fail(error, sender.peer.reason);
    else if (this.#reply(settingsAck, 'SETTINGS frames')) {
      if (!sender.ready) {
        sender.ready = true;
        this.#handler.onReady();
      }
      if (!sender.leaving) sender.openWaiting();
    }
  }

  /** Our own settings are in force on the other side from here on. */
  #settingsAck(): void {
    if (this.#settingsAcked) {
      this.#idle('SETTINGS acknowledgements');
      return;
    }
    this.#settingsAcked = true;
    this.#allowed = this.#streamWindow;
    this.#decoder.setMaxTableSize(this.#tableSize);
  }

  ping(ack: boolean, bytes: Buffer, from: number): void {
    // What was asked for is no flood, however long nothing else comes.
    if (ack && this.pongsDue > 0) this.pongsDue--;
    else if (!this.#idle('PING frames')) return;
    const payload = bytes.toString('latin1', from, from + 8);
    if (ack) this.#handler.onPong(payload);
    else this.#reply(pingFrame(payload, true), 'PING frames');
  }

  goaway(lastStreamId: number, code: number, bytes: Buffer, from: number, to: number): void {
    if (!this.#idle('GOAWAY frames')) return;
    // A first GOAWAY may announce the last one and name the highest id there is, §6.8. It never rises.
    const last = Math.min(this.#lastGoaway, lastStreamId);
    this.#lastGoaway = last;
    this.#sender.leaving = true;
    this.#handler.onGoaway(last, code, bytes.toString('latin1', from, Math.min(to, from + MAX_DEBUG)));
    for (const stream of this.#streams) {
      if (stream.id !== WAITING && stream.id <= last) continue;
      this.#sender.release(stream);
      this.#handler.onReset(stream.slot, ErrorCode.refusedStream, ResetBy.goaway, 'the server is leaving');
    }
  }

  windowUpdate(streamId: number, increment: number): void {
    if (!this.#idle('WINDOW_UPDATE frames')) return;
    if (streamId === 0) this.#connectionUpdate(increment);
    else {
      const stream = this.#sender.open.get(streamId);
      if (stream !== null) this.#streamUpdate(stream, increment);
      else if (this.#isIdleStream(streamId))
        this.#fail(ErrorCode.protocolError, 'WINDOW_UPDATE on an idle stream');
    }
  }

  #connectionUpdate(increment: number): void {
    if (increment === 0) this.#fail(ErrorCode.protocolError, 'a WINDOW_UPDATE of 0');
    else if (!this.#sender.creditConnection(increment))
      this.#fail(ErrorCode.flowControlError, 'a window of the connection above 2^31 - 1');
  }

  #streamUpdate(stream: Stream, increment: number): void {
    if (increment === 0) this.#breach(stream, ErrorCode.protocolError, 'a WINDOW_UPDATE of 0');
    else if (!this.#sender.creditStream(stream, increment))
      this.#breach(stream, ErrorCode.flowControlError, 'a window of a stream above 2^31 - 1');
  }

  pushPromise(): void {
    this.#fail(ErrorCode.protocolError, 'PUSH_PROMISE, which was switched off');
  }

  ignored(): void {
    this.#idle('frames of unknown types');
  }

  frameError(code: number, reason: string): void {
    this.#fail(code, reason);
  }

  /** The response broke the protocol: the stream ends, the connection goes on (§5.4.2). */
  #breach(stream: Stream, code: number, reason: string): void {
    if (stream === this.#current) this.#current = null;
    this.#outbox.text += rstStreamFrame(stream.id, code);
    this.#sender.release(stream);
    this.#handler.onReset(stream.slot, code, ResetBy.session, reason);
  }

  /** A stream that is cancelled by the handler gets nothing more of the frame under way. */
  forget(stream: Stream): void {
    if (stream === this.#current) this.#current = null;
  }

  /** A frame on a stream that is not open: a late one (§5.1, closed) is dropped, one that was never opened ends all. */
  #onClosed(streamId: number, frames: string): void {
    if (this.#isIdleStream(streamId)) this.#fail(ErrorCode.protocolError, `${frames} on an idle stream`);
    else this.#idle(`${frames} on closed streams`);
  }

  /** Even ids would be the server's own streams, and it was never allowed one. */
  #isIdleStream(streamId: number): boolean {
    return streamId % 2 === 0 || streamId >= this.#sender.nextId;
  }

  /** Counts a frame that brings nothing forward. False: the session is over. */
  #idle(frames: string): boolean {
    if (this.#guard.spend()) return true;
    this.#fail(ErrorCode.enhanceYourCalm, `a flood of ${frames}`);
    return false;
  }

  #reply(frame: string, frames: string): boolean {
    if (this.#outbox.reply(frame)) return true;
    this.#fail(ErrorCode.enhanceYourCalm, `a flood of ${frames}`);
    return false;
  }
}

/** Why this can't be the head of a response, or null. */
function responseFault(status: number, endStream: boolean): string | null {
  if (status === 0) return 'a response without :status';
  if (status === 101) return 'status 101, which HTTP/2 does not have';
  if (status < 200 && endStream) return 'an informational response that ends the stream';
  return null;
}

function trailersFault(status: number, endStream: boolean): string | null {
  if (status !== 0) return 'trailers with :status';
  if (!endStream) return 'trailers that do not end the stream';
  return null;
}
