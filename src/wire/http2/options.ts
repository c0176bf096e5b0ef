import type { FieldTable } from '../hpack/index.js';
import type { Excess } from './block-opener.js';
import { MAX_STREAM_ID, MIN_MAX_FRAME_SIZE } from './constants.js';

/** What a session announces, and the bounds it holds its server to. */
export interface SessionOptions {
  /** Streams at most in flight: the slots are 0 to `slots` − 1. */
  readonly slots: number;
  /** SETTINGS_INITIAL_WINDOW_SIZE: what the server may send on a stream before it is given credit; ≤ 2^31 − 1. */
  readonly streamWindow: number;
  /** The same for the connection; 65,535, which can't be lowered, to 2^31 − 1. */
  readonly connectionWindow: number;
  /** SETTINGS_HEADER_TABLE_SIZE. 0 makes header blocks independent of each other, so that they can be cached. */
  readonly headerTableSize: number;
  /** SETTINGS_MAX_FRAME_SIZE: 2^14 to 2^20. */
  readonly maxFrameSize: number;
  /** A compressed header block over all its frames, bytes. */
  readonly maxBlockSize: number;
  /** CONTINUATION frames of one block. */
  readonly maxContinuations: number;
  /** Frames in a row that bring no request forward: PING, SETTINGS, empty DATA, frames on closed streams … */
  readonly maxIdleFrames: number;
  /** Answers (to PING, SETTINGS) that wait to be written at a time. */
  readonly maxReplies: number;
  /** Requests get no stream id above this one. Ids are odd and never used again (RFC 9113 §5.1.1). */
  readonly maxStreamId: number;
  /** Bytes in the outbox above which DATA waits for the next `takeOutbox`. */
  readonly outboxTarget: number;
  /** What header blocks are compiled with; null: they use no dynamic table. */
  readonly fields: FieldTable | null;
  /** Grows by the bytes that blocks are longer than they were compiled; may be shared. */
  readonly excess: Excess;
}

/** Windows as large as h2load's: a load generator consumes at once, and must not be what slows the server. */
export const defaultSessionOptions: Omit<SessionOptions, 'excess'> = {
  slots: 1,
  streamWindow: 2 ** 30 - 1,
  connectionWindow: 2 ** 30 - 1,
  headerTableSize: 0,
  maxFrameSize: MIN_MAX_FRAME_SIZE,
  maxBlockSize: 64 * 1024,
  maxContinuations: 32,
  maxIdleFrames: 10_000,
  maxReplies: 1_000,
  maxStreamId: MAX_STREAM_ID,
  outboxTarget: 256 * 1024,
  fields: null,
};
