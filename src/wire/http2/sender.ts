import type { BlockOpener } from './block-opener.js';
import { ErrorCode, Flag, FrameType, INITIAL_WINDOW, MAX_WINDOW } from './constants.js';
import { dataFrame, frameHeader, headersFrames } from './frame-writer.js';
import type { IdleGuard } from './idle-guard.js';
import type { Outbox } from './outbox.js';
import { PeerSettings } from './peer-settings.js';
import { type Stream, WAITING } from './stream.js';
import { StreamMap } from './stream-map.js';
import { StreamQueue } from './stream-queue.js';

export interface SenderOptions {
  readonly slots: number;
  readonly maxStreamId: number;
  readonly outboxTarget: number;
}

/** What a sender reports while it empties its queues. */
export interface SenderEvents {
  /** The last byte of a request went out after its response was whole. */
  lateEnd(stream: Stream): void;
  /** All that was queued went out; unless the request ended with it, there may be more. */
  drained(stream: Stream): void;
}

/**
 * The requests of a session: opens streams within the peer's limits, cuts content into DATA within the windows,
 * and holds back what does not fit. Streams that have something to send take turns, one frame each.
 */
export class Sender {
  readonly peer = new PeerSettings();
  readonly open: StreamMap;
  /** Whether the peer's SETTINGS came. Before that its limits are not known, and requests wait. */
  ready = false;
  /** Set when the peer or we are leaving: no new streams. */
  leaving = false;
  nextId = 1;
  readonly #outbox: Outbox;
  readonly #guard: IdleGuard;
  readonly #events: SenderEvents;
  readonly #maxStreamId: number;
  readonly #outboxTarget: number;
  readonly #waiting: StreamQueue;
  readonly #turn: StreamQueue;
  /** The connection's window: WINDOW_UPDATE alone changes it, RFC 9113 §6.9.2. */
  #window = INITIAL_WINDOW;
  readonly #blocks: BlockOpener;

  constructor(
    outbox: Outbox,
    guard: IdleGuard,
    blocks: BlockOpener,
    events: SenderEvents,
    options: SenderOptions,
  ) {
    this.#blocks = blocks;
    this.#outbox = outbox;
    this.#guard = guard;
    this.#events = events;
    this.#maxStreamId = options.maxStreamId;
    this.#outboxTarget = options.outboxTarget;
    this.open = new StreamMap(options.slots);
    this.#waiting = new StreamQueue(options.slots);
    this.#turn = new StreamQueue(options.slots);
  }

  /** Whether one more request would get a stream, now or when others are done. */
  get accepting(): boolean {
    return !this.leaving && this.nextId + 2 * this.#waiting.length <= this.#maxStreamId;
  }

  /** Whether `fill` would find something. */
  get fillable(): boolean {
    return this.#hasTurn || (this.#waiting.length > 0 && !this.leaving && this.#hasPlace);
  }

  get #hasTurn(): boolean {
    return this.#turn.length > 0 && this.#window > 0;
  }

  get #hasPlace(): boolean {
    return this.ready && this.open.size < this.peer.maxConcurrentStreams;
  }

  /** Whether a stream may open: requests must not fill the memory when the connection takes no bytes. */
  get #mayOpen(): boolean {
    return this.#hasPlace && this.#outbox.text.length < this.#outboxTarget;
  }

  /** Only while `accepting`, on a stream that has begun. */
  request(stream: Stream, block: string, body: string, endStream: boolean): void {
    if (this.#waiting.length === 0 && this.#mayOpen) {
      this.#open(stream, block, body, endStream);
      return;
    }
    stream.id = WAITING;
    stream.block = block;
    stream.queue = body;
    stream.endQueued = endStream;
    this.#waiting.push(stream);
  }

  #open(stream: Stream, block: string, body: string, endStream: boolean): void {
    const id = this.nextId;
    this.nextId = id + 2;
    stream.id = id;
    stream.sendWindow = this.peer.initialWindow;
    this.open.add(stream);
    this.#guard.progress();
    const complete = endStream && body === '';
    const whole = this.#blocks.settled ? block : this.#blocks.open(block);
    const length = whole.length;
    if (length <= this.peer.maxFrameSize) {
      const flags = complete ? Flag.endHeaders | Flag.endStream : Flag.endHeaders;
      this.#outbox.text += frameHeader(length, FrameType.headers, flags, id) + whole;
    } else this.#outbox.text += headersFrames(id, whole, complete, this.peer.maxFrameSize);
    stream.localEnded = complete;
    if (body !== '') this.send(stream, body, endStream);
  }

  /** Opens what waited, as far as the peer's limit and the outbox allow by now. */
  openWaiting(): void {
    while (this.#waiting.length > 0 && this.#mayOpen) {
      const stream = this.#waiting.shift();
      const { block, queue, endQueued } = stream;
      stream.dropQueue();
      this.#open(stream, block, queue, endQueued);
      if (queue !== '' && stream.queue === '') this.#events.drained(stream);
    }
  }

  /** More content of a request that has not ended. */
  send(stream: Stream, data: string, end: boolean): void {
    if (stream.id === WAITING || stream.queue !== '') {
      stream.queue = stream.queue.slice(stream.queueFrom) + data;
      stream.queueFrom = 0;
      stream.endQueued = end;
      return;
    }
    const length = data.length;
    const fits = length <= stream.sendWindow && length <= this.#window && length <= this.peer.maxFrameSize;
    // Without bytes there is nothing that a window could hold back, §6.9.
    if (length === 0 || (fits && this.#outbox.text.length < this.#outboxTarget)) {
      if (length > 0 || end) this.#write(stream, data, end);
      return;
    }
    stream.queue = data;
    stream.queueFrom = 0;
    stream.endQueued = end;
    this.#takeTurn(stream);
  }

  #write(stream: Stream, data: string, end: boolean): void {
    this.#outbox.text += dataFrame(stream.id, data, end);
    stream.sendWindow -= data.length;
    this.#window -= data.length;
    stream.localEnded = end;
    this.#guard.progress();
  }

  #takeTurn(stream: Stream): void {
    if (stream.inTurn || stream.queue === '' || stream.sendWindow <= 0) return;
    stream.inTurn = true;
    this.#turn.push(stream);
  }

  /** Sends queued content, and opens streams that wait, until the windows or the outbox are full. */
  fill(): void {
    while (this.#hasTurn && this.#outbox.text.length < this.#outboxTarget) {
      const stream = this.#turn.shift();
      stream.inTurn = false;
      if (stream.sendWindow > 0) this.#sendOne(stream);
    }
    if (!this.leaving) this.openWaiting();
  }

  #sendOne(stream: Stream): void {
    const from = stream.queueFrom;
    const to = from + Math.min(stream.queued, stream.sendWindow, this.#window, this.peer.maxFrameSize);
    const last = to === stream.queue.length;
    const data = stream.queue.slice(from, to);
    if (!last) {
      stream.queueFrom = to;
      this.#write(stream, data, false);
      this.#takeTurn(stream);
      return;
    }
    stream.dropQueue();
    this.#write(stream, data, stream.endQueued);
    const { id } = stream;
    this.#events.drained(stream);
    // The handler may have cancelled it.
    if (stream.id === id && stream.localEnded && stream.remoteEnded) this.#events.lateEnd(stream);
  }

  /** The stream is over: its slot is free, and the next one that waited may open. */
  release(stream: Stream): void {
    if (stream.id === WAITING) this.#waiting.remove(stream);
    else this.open.remove(stream);
    if (stream.inTurn) this.#turn.remove(stream);
    stream.inTurn = false;
    if (stream.queue !== '' || stream.block !== '') stream.dropQueue();
    stream.id = 0;
    if (this.#waiting.length > 0 && !this.leaving) this.openWaiting();
  }

  /** WINDOW_UPDATE on a stream. False: above 2^31 − 1. */
  creditStream(stream: Stream, increment: number): boolean {
    if (stream.sendWindow + increment > MAX_WINDOW) return false;
    stream.sendWindow += increment;
    this.#takeTurn(stream);
    return true;
  }

  /** WINDOW_UPDATE on the connection. False: above 2^31 − 1. */
  creditConnection(increment: number): boolean {
    if (this.#window + increment > MAX_WINDOW) return false;
    this.#window += increment;
    return true;
  }

  /**
   * A SETTINGS payload. A new initial window moves the window of every open stream, below 0 too (§6.9.2).
   * @param streams all slots
   * @returns an error code; the reason stands in `peer.reason`
   */
  applySettings(bytes: Buffer, from: number, to: number, streams: readonly Stream[]): number {
    const before = this.peer.initialWindow;
    const error = this.peer.apply(bytes, from, to);
    if (error !== ErrorCode.noError) return error;
    const change = this.peer.initialWindow - before;
    if (change !== 0 && !this.#moveWindows(streams, change)) {
      this.peer.reason = 'an INITIAL_WINDOW_SIZE that takes a stream above 2^31 - 1';
      return ErrorCode.flowControlError;
    }
    this.#blocks.limit(this.peer.lowestTableSize);
    return ErrorCode.noError;
  }

  #moveWindows(streams: readonly Stream[], change: number): boolean {
    for (const stream of streams) {
      if (stream.id <= 0) continue;
      if (stream.sendWindow + change > MAX_WINDOW) return false;
      stream.sendWindow += change;
      this.#takeTurn(stream);
    }
    return true;
  }
}
