/** What a session wants to be written, a byte string, and how many answers to the server are in it. */
export class Outbox {
  /** Appended to by everyone; V8 makes a sum of strings in constant time. */
  text = '';
  #replies = 0;
  readonly #maxReplies: number;

  /** @param maxReplies answers that may wait; a server that asks without reading must not fill the memory */
  constructor(maxReplies: number) {
    this.#maxReplies = maxReplies;
  }

  /** Appends an answer. False, and nothing appended: too many wait already. */
  reply(frame: string): boolean {
    if (this.#replies >= this.#maxReplies) return false;
    this.#replies++;
    this.text += frame;
    return true;
  }

  take(): string {
    const text = this.text;
    this.text = '';
    this.#replies = 0;
    return text;
  }
}
