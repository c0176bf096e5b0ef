import { BlockOpener } from './block-opener.js';
import { ErrorCode, INITIAL_WINDOW, PREFACE, Setting } from './constants.js';
import { FrameParser } from './frame-parser.js';
import { goawayFrame, pingFrame, rstStreamFrame, settingsFrame, windowUpdateFrame } from './frame-writer.js';
import { ResetBy, type SessionHandler } from './handler.js';
import { IdleGuard } from './idle-guard.js';
import { defaultSessionOptions, type SessionOptions } from './options.js';
import { Outbox } from './outbox.js';
import { Receiver } from './receiver.js';
import type { ResponseHeads } from './response-heads.js';
import { Sender } from './sender.js';
import { Stream, WAITING } from './stream.js';

/**
 * The client's side of one HTTP/2 connection (RFC 9113), without the connection: bytes in, events out; requests
 * in, bytes out. No socket, no clock, no promise. A request takes one of the session's slots and is known by its
 * number; it makes no object but its strings. Server bytes never make it throw, and its memory is bounded by its
 * options, apart from the content that is given to `request` and `send`.
 *
 * The driver writes `takeOutbox()` to the socket once a turn of the event loop, and again when the socket has
 * drained as long as `pending` says there is more.
 */
export class Http2Session {
  readonly #handler: SessionHandler;
  readonly #outbox: Outbox;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #parser: FrameParser;
  readonly #streams: readonly Stream[];
  #closed = false;

  /**
   * @param heads shared between sessions
   * @param options those that differ from `defaultSessionOptions`
   */
  constructor(handler: SessionHandler, heads: ResponseHeads, options: Partial<SessionOptions> = {}) {
    const all = { ...defaultSessionOptions, excess: { bytes: 0 }, ...options };
    this.#handler = handler;
    this.#streams = Array.from({ length: all.slots }, (_, slot) => new Stream(slot));
    this.#outbox = new Outbox(all.maxReplies);
    const guard = new IdleGuard(all.maxIdleFrames);
    this.#sender = new Sender(
      this.#outbox,
      guard,
      new BlockOpener(all.fields, all.excess),
      {
        lateEnd: (stream) => {
          this.#sender.release(stream);
          handler.onEnd(stream.slot);
        },
        drained: (stream) => handler.onDrain(stream.slot),
      },
      all,
    );
    this.#receiver = new Receiver({
      handler,
      options: all,
      heads,
      outbox: this.#outbox,
      guard,
      sender: this.#sender,
      streams: this.#streams,
      fail: (code, reason) => this.#fail(code, reason),
    });
    this.#parser = new FrameParser(this.#receiver, all);
    this.#outbox.text = opening(all, heads.maxListSize);
  }

  /** Streams open now; those that wait for the peer's limit not among them. */
  get active(): number {
    return this.#sender.open.size;
  }

  /** The server's SETTINGS_MAX_CONCURRENT_STREAMS; infinite when it set none. */
  get maxConcurrentStreams(): number {
    return this.#sender.peer.maxConcurrentStreams;
  }

  /** Whether the server's SETTINGS came. Requests wait for that. */
  get ready(): boolean {
    return this.#sender.ready;
  }

  /** Whether `request` takes one more. False for good after a GOAWAY, an error, or the last stream id. */
  get accepting(): boolean {
    return this.#sender.accepting;
  }

  /** Whether the session is over: by an error, or by `disconnect`. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether `takeOutbox` would give anything. */
  get pending(): boolean {
    return this.#outbox.text !== '' || this.#sender.fillable;
  }

  /**
   * Sends a request on a free slot; waits where the server's limits say so.
   *
   * @param block the header block, a byte string compiled with the session's `fields` (see `compileBlock`)
   * @param body a byte string: the content, or its beginning; null when there is none yet
   * @param endStream whether the request is complete with it; else `send` goes on
   * @param bodiless whether the response has no content whatever its content-length says: the method is HEAD
   * @returns false when the session takes no more requests; nothing was done then
   */
  request(slot: number, block: string, body: string | null, endStream: boolean, bodiless = false): boolean {
    const stream = this.#streams[slot];
    if (stream === undefined || stream.id !== 0) throw new RangeError(`slot ${slot} is not free`);
    if (!this.#sender.accepting) return false;
    stream.begin(bodiless);
    this.#sender.request(stream, block, body ?? '', endStream);
    return true;
  }

  /**
   * More content of a request that has not ended. Nothing happens when its stream is over already.
   * @param data a byte string; it is queued as far as the windows are full, so mind `queued`
   * @param end whether the request is complete with it
   */
  send(slot: number, data: string, end: boolean): void {
    const stream = this.#streams[slot];
    if (stream === undefined || stream.id === 0 || stream.localEnded || stream.endQueued) return;
    this.#sender.send(stream, data, end);
    if (stream.localEnded && stream.remoteEnded) {
      this.#sender.release(stream);
      this.#handler.onEnd(slot);
    }
  }

  /** Whether the request of a slot waits for a stream: nothing of it went out. */
  waits(slot: number): boolean {
    return this.#streams[slot]?.id === WAITING;
  }

  /** Bytes of content that wait on a slot for a window. */
  queued(slot: number): number {
    return this.#streams[slot]?.queued ?? 0;
  }

  /** Bytes of the frames of a slot's response, as read; after its end too, until the slot is used again. */
  bytesIn(slot: number): number {
    return this.#streams[slot]?.wireBytes ?? 0;
  }

  /** Ends a stream without an event; its slot is free. Nothing happens on a free slot. */
  cancel(slot: number, code: number = ErrorCode.cancel): void {
    const stream = this.#streams[slot];
    if (stream === undefined || stream.id === 0) return;
    if (stream.id !== WAITING) this.#outbox.text += rstStreamFrame(stream.id, code);
    this.#receiver.forget(stream);
    this.#sender.release(stream);
  }

  /** @param payload eight bytes, which come back with `onPong` */
  ping(payload: string): void {
    if (this.#closed) return;
    this.#receiver.pongsDue++;
    this.#outbox.text += pingFrame(payload, false);
  }

  /** Says good-bye and takes no new requests. Those that wait for a stream end as refused, those under way go on. */
  goaway(): void {
    if (this.#sender.leaving) return;
    this.#sender.leaving = true;
    this.#outbox.text += goawayFrame(0, ErrorCode.noError, '');
    for (const stream of this.#streams) {
      if (stream.id !== WAITING) continue;
      this.#sender.release(stream);
      this.#handler.onReset(stream.slot, ErrorCode.refusedStream, ResetBy.goaway, 'the session is closing');
    }
  }

  /** The server's bytes, `bytes[from, to)`. They are not kept. Ignored after the session's end. */
  feed(bytes: Buffer, from: number, to: number): void {
    this.#parser.feed(bytes, from, to);
  }

  /** The connection is gone: every stream gets its `onReset`, and there will be no other event. */
  disconnect(reason: string): void {
    if (this.#closed) return;
    this.#close(ErrorCode.connectError, reason);
  }

  /** What is to be written now, a byte string of about `outboxTarget` at most; empty when there is nothing. */
  takeOutbox(): string {
    if (this.#sender.fillable) this.#sender.fill();
    return this.#outbox.take();
  }

  #fail(code: number, reason: string): void {
    if (this.#closed) return;
    this.#outbox.text += goawayFrame(0, code, reason);
    this.#close(code, reason);
    this.#handler.onError(code, reason);
  }

  #close(code: number, reason: string): void {
    this.#closed = true;
    this.#sender.leaving = true;
    this.#parser.stop();
    for (const stream of this.#streams) {
      if (stream.id === 0) continue;
      this.#receiver.forget(stream);
      this.#sender.release(stream);
      this.#handler.onReset(stream.slot, code, ResetBy.connection, reason);
    }
  }
}

/** The preface, §3.4, our settings, and the connection's window, which no setting can change. */
function opening(options: SessionOptions, maxListSize: number): string {
  const settings = settingsFrame([
    [Setting.headerTableSize, options.headerTableSize],
    [Setting.enablePush, 0],
    [Setting.initialWindowSize, options.streamWindow],
    [Setting.maxFrameSize, options.maxFrameSize],
    [Setting.maxHeaderListSize, maxListSize],
  ]);
  const extra = options.connectionWindow - INITIAL_WINDOW;
  return PREFACE + settings + (extra > 0 ? windowUpdateFrame(0, extra) : '');
}
