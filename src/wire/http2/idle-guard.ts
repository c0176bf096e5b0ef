/**
 * Counts the frames in a row that bring no request forward. Every protocol error aside, a server may send such
 * frames for ever (PING, SETTINGS, empty DATA, RST_STREAM or HEADERS on closed streams, WINDOW_UPDATE …), and
 * each costs us time: an endless row of them is a flood. There is no clock here, so it is a row and not a rate.
 */
export class IdleGuard {
  readonly #most: number;
  #row = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** A frame without use came. False: one too many. */
  spend(): boolean {
    return ++this.#row <= this.#most;
  }

  /** Content or a head came, or a request or content went out. */
  progress(): void {
    this.#row = 0;
  }
}
