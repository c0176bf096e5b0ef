import type { Destination } from './destination.js';
import type { Encoding, Frame } from './metric.js';
import { type Answer, Poster } from './post.js';

/** Frames that wait for a receiver: a minute. */
const MOST_WAITING = 60;
/** And what they take: a frame of a thousand operations is some megabytes. */
const MOST_WAITING_BYTES = 64 << 20;
const TIMEOUT_MS = 5000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** What became of the frames for one receiver. */
export interface Delivery {
  readonly taken: number;
  readonly lost: number;
  /** Points that the receiver said it did not take, in frames that it took. */
  readonly rejectedPoints: number;
  /** Why frames were lost, the last time; null: none was. */
  readonly why: string | null;
}

/**
 * Sends frames to a receiver, in their order and one at a time: receivers take no series out of order. One that
 * fails is tried again, and what it misses is counted; the run hears nothing of it.
 */
export class Sender {
  readonly #encoding: Encoding;
  readonly #poster: Poster;
  readonly #ending = new AbortController();
  /** Aborted when there is no more time for pauses. */
  readonly #closing = new AbortController();
  readonly #waiting: Uint8Array[] = [];
  #sending: Promise<void> | null = null;
  #taken = 0;
  #lost = 0;
  #rejectedPoints = 0;
  #why: string | null = null;

  constructor({ url, headers }: Pick<Destination, 'url' | 'headers'>, encoding: Encoding, version: string) {
    this.#encoding = encoding;
    this.#poster = new Poster(url, {
      'user-agent': `zipfire/${version}`,
      ...headers,
      ...encoding.headers,
    });
  }

  take(frame: Frame): void {
    this.#waiting.push(this.#encoding.encode(frame));
    while (this.#waiting.length > 1 && this.#isTooMuch()) {
      this.#waiting.shift();
      this.#lose('too slow');
    }
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  /** Sends what waits, for so long at most. */
  async close(withinMs: number): Promise<Delivery> {
    this.#closing.abort();
    const late = setTimeout(() => this.#ending.abort(), withinMs);
    await this.#sending;
    clearTimeout(late);
    this.#poster.close();
    return { taken: this.#taken, lost: this.#lost, rejectedPoints: this.#rejectedPoints, why: this.#why };
  }

  #isTooMuch(): boolean {
    const bytes = this.#waiting.reduce((sum, { length }) => sum + length, 0);
    return this.#waiting.length > MOST_WAITING || bytes > MOST_WAITING_BYTES;
  }

  async #sendAll(): Promise<void> {
    for (let body = this.#waiting.shift(); body !== undefined; body = this.#waiting.shift())
      await this.#sendOne(body);
  }

  async #sendOne(body: Uint8Array): Promise<void> {
    let last = 'no answer in time';
    for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(LAST_RETRY_MS, pauseMs * 2)) {
      if (this.#ending.signal.aborted) return this.#lose(last);
      const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const answer = await this.#poster.post(body, signal);
      if (answer.kind === 'answer' && answer.status >= 200 && answer.status < 300) {
        this.#taken++;
        this.#rejectedPoints += this.#encoding.rejected(answer.body);
        return;
      }
      const why = answer.kind === 'failure' ? answer.why : `HTTP ${answer.status}`;
      // At the end a receiver that is not there is not waited for.
      if (!isPassing(answer) || this.#closing.signal.aborted) return this.#lose(why);
      last = why;
      const askedMs = answer.kind === 'answer' ? (answer.retryAfterSec ?? 0) * 1000 : 0;
      await this.#pause(Math.min(LAST_RETRY_MS, Math.max(pauseMs, askedMs)));
    }
  }

  #lose(why: string): void {
    this.#lost++;
    this.#why = why;
  }

  /** Ends early when the sender is closed, which gives a last try. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#closing;
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, signal.aborted ? 0 : ms);
      signal.addEventListener('abort', done);
    });
  }
}

/** Whether it may go well another time. */
function isPassing(answer: Answer): boolean {
  return answer.kind === 'failure' || answer.status === 429 || answer.status >= 500;
}
