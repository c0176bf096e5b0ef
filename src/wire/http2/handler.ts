import type { ResponseHead } from './response-head.js';

/** Who ended a stream before its response was whole. */
export const ResetBy = {
  /** The server, by RST_STREAM with the code. */
  peer: 0,
  /** This session, because the response broke the protocol; the server was told by RST_STREAM with the code. */
  session: 1,
  /** The server never looked at the request: it is safe to send again. */
  goaway: 2,
  /** The connection ended. */
  connection: 3,
} as const;

export type ResetBy = (typeof ResetBy)[keyof typeof ResetBy];

/**
 * What a session tells its driver.
 *
 * Every request accepted ends in exactly one `onEnd` or `onReset`, unless it is cancelled; the slot is free
 * then, and may be used again from within the call. A handler must not feed the session from within a call.
 * Nearly all calls come from within `feed`; `onEnd` and `onDrain` may also come from `send` and `takeOutbox`, and
 * `onDrain` from `cancel`, which may let another stream open.
 */
export interface SessionHandler {
  /** The server's first SETTINGS came. */
  onReady(): void;
  /**
   * The final response's head. 1xx responses are left out.
   * @param head gone after the call
   * @param endStream whether nothing follows, so that `onEnd` comes next
   */
  onHeaders(slot: number, head: ResponseHead, endStream: boolean): void;
  /** Some content: `bytes[from, to)`, never empty, gone after the call. */
  onData(slot: number, bytes: Buffer, from: number, to: number): void;
  /** The trailers; `onEnd` comes next. @param head gone after the call, its status 0 */
  onTrailers(slot: number, head: ResponseHead): void;
  /**
   * The response is whole while the request is still being sent: the rest may be sent (`onEnd` comes when it
   * is) or given up by `cancel`.
   */
  onEarlyEnd(slot: number): void;
  /** The response is whole, and so is the request. */
  onEnd(slot: number): void;
  /** The stream ended otherwise. @param code an `ErrorCode`, or another number that the peer made up */
  onReset(slot: number, code: number, by: ResetBy, reason: string): void;
  /**
   * Content that had to wait, for a stream or a window, went to the outbox, all of it; unless the request ended with
   * it, there may be more.
   */
  onDrain(slot: number): void;
  /** The answer to `ping`: its eight bytes. */
  onPong(payload: string): void;
  /**
   * The server takes no new requests here. Streams up to `lastStreamId` go on; the others get their `onReset`
   * after this call.
   * @param debug what the server says about it, as it came; at most 256 bytes of it
   */
  onGoaway(lastStreamId: number, code: number, debug: string): void;
  /**
   * The server broke the protocol, and the session is over. Every stream had its `onReset`; a GOAWAY with this
   * code waits in the outbox; the connection is to be closed after it.
   */
  onError(code: number, reason: string): void;
}
