import type { Http2Session } from '../../wire/http2/index.js';
import type { Channel } from '../channel.js';

/**
 * Bytes that may wait for the kernel before more are written, and how many are written between two looks at it: the
 * windows of a server that stops reading may be larger than memory.
 */
const MAX_BACKLOG_BYTES = 1024 * 1024;
const BYTES_A_LOOK = 1024 * 1024;
const BACKLOG_WAIT_MS = 1;

/** Writes what a session has to say, as long as the kernel takes it. */
export class SessionWriter {
  readonly #session: Http2Session;
  readonly #channel: Channel;
  readonly #resumed: () => void;
  /** Bytes written since the last look at what the kernel has not taken. */
  #unlooked = 0;
  #writing = false;
  #resumeDue = false;
  #stopped = false;

  /** @param resumed it is time to write on */
  constructor(session: Http2Session, channel: Channel, resumed: () => void) {
    this.#session = session;
    this.#channel = channel;
    this.#resumed = resumed;
  }

  /** Whether too many bytes wait for the kernel. Looked at once in many bytes. */
  get clogged(): boolean {
    if (this.#unlooked < BYTES_A_LOOK) return false;
    if (this.#channel.backlog >= MAX_BACKLOG_BYTES) return true;
    this.#unlooked = 0;
    return false;
  }

  /** To an open channel. What is left when it is clogged follows by `later`. */
  write(): void {
    if (this.#writing || this.#stopped) return;
    this.#writing = true;
    while (this.#session.pending) {
      if (this.clogged) {
        this.later();
        break;
      }
      const bytes = this.#session.takeOutbox();
      if (bytes === '') break;
      this.#unlooked += bytes.length;
      this.#channel.write(bytes);
    }
    this.#writing = false;
  }

  /** Calls `resumed`: not at once, so that what comes in is read in between, and not before the kernel took some. */
  later(): void {
    if (this.#resumeDue || this.#stopped) return;
    this.#resumeDue = true;
    if (this.clogged) setTimeout(this.#resume, BACKLOG_WAIT_MS);
    else setImmediate(this.#resume);
  }

  /** Writes no more. */
  stop(): void {
    this.#stopped = true;
  }

  readonly #resume = (): void => {
    this.#resumeDue = false;
    this.#resumed();
  };
}
