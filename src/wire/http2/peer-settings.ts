import {
  ErrorCode,
  INITIAL_WINDOW,
  MAX_MAX_FRAME_SIZE,
  MAX_WINDOW,
  MIN_MAX_FRAME_SIZE,
  Setting,
} from './constants.js';

/** What the peer allows us, RFC 9113 §6.5.2, with the values that hold until it says otherwise. */
export class PeerSettings {
  /** The lowest HEADER_TABLE_SIZE so far: our table has to get down to it once, and never grows again. */
  lowestTableSize = 4096;
  /** No limit until there is one. */
  maxConcurrentStreams = Number.POSITIVE_INFINITY;
  initialWindow = INITIAL_WINDOW;
  maxFrameSize = MIN_MAX_FRAME_SIZE;
  /** What was wrong when `apply` did not return NO_ERROR. */
  reason = '';

  /** Takes over a SETTINGS payload in its order; returns an error code. */
  apply(bytes: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at += 6) {
      const error = this.#applyOne(bytes.readUInt16BE(at), bytes.readUInt32BE(at + 2));
      if (error !== ErrorCode.noError) return error;
    }
    return ErrorCode.noError;
  }

  #applyOne(id: number, value: number): number {
    switch (id) {
      case Setting.headerTableSize:
        this.lowestTableSize = Math.min(this.lowestTableSize, value);
        break;
      case Setting.enablePush:
        if (value !== 0) return this.#refuse(ErrorCode.protocolError, 'a server that sets ENABLE_PUSH');
        break;
      case Setting.maxConcurrentStreams:
        this.maxConcurrentStreams = value;
        break;
      case Setting.initialWindowSize:
        if (value > MAX_WINDOW)
          return this.#refuse(ErrorCode.flowControlError, 'an INITIAL_WINDOW_SIZE above 2^31 - 1');
        this.initialWindow = value;
        break;
      case Setting.maxFrameSize:
        if (value < MIN_MAX_FRAME_SIZE || value > MAX_MAX_FRAME_SIZE)
          return this.#refuse(ErrorCode.protocolError, 'a MAX_FRAME_SIZE out of range');
        this.maxFrameSize = value;
        break;
      default:
      // §6.5.2: unknown settings are ignored; MAX_HEADER_LIST_SIZE is advice, and requests are what they are.
    }
    return ErrorCode.noError;
  }

  #refuse(code: number, reason: string): number {
    this.reason = reason;
    return code;
  }
}
