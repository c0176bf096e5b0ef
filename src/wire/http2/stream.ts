/** Id of a stream that is asked for, but not opened yet. */
export const WAITING = -1;

/**
 * One slot of a session: a request and its response. Made once and used again and again, so that a request
 * makes no object.
 */
export class Stream {
  readonly slot: number;
  /** 0: the slot is free. `WAITING`: it waits for the peer's limit. Else the stream's id, odd. */
  id = 0;

  // The request.
  /** What the peer still takes; below 0 after it lowered its initial window (RFC 9113 §6.9.2). */
  sendWindow = 0;
  /** Waiting streams: the header block. */
  block = '';
  /** DATA not sent yet: `queue` from `queueFrom` on. */
  queue = '';
  queueFrom = 0;
  /** END_STREAM goes with the last byte of the queue. */
  endQueued = false;
  /** Whether it stands in the queue of those that have DATA and a window. */
  inTurn = false;
  localEnded = false;

  // The response.
  /** The response has no content whatever its content-length says: the request was HEAD. */
  bodiless = false;
  headSeen = false;
  remoteEnded = false;
  /** Bytes of content that the response announced; −1 when it didn't. */
  expected = -1;
  received = 0;
  /** DATA bytes, with padding, that were not given back to the peer's window. */
  uncredited = 0;
  /** Bytes of the response's frames. Stays until the slot's next request. */
  wireBytes = 0;

  constructor(slot: number) {
    this.slot = slot;
  }

  get queued(): number {
    return this.queue.length - this.queueFrom;
  }

  /** A free slot takes a request. */
  begin(bodiless: boolean): void {
    this.localEnded = false;
    this.endQueued = false;
    this.bodiless = bodiless;
    this.headSeen = false;
    this.remoteEnded = false;
    this.expected = -1;
    this.received = 0;
    this.uncredited = 0;
    this.wireBytes = 0;
  }

  /** Forgets what was not sent. */
  dropQueue(): void {
    this.block = '';
    this.queue = '';
    this.queueFrom = 0;
  }
}
