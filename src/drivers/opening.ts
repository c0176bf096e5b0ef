/** Attempts under way at once: more would overrun a usual listen backlog. */
const AT_ONCE = 256;

/**
 * Opens many connections a wave at a time. It ends well when at least one is open; when a whole first wave
 * fails, the others would too and are not tried.
 */
export class Opening<Connection> {
  readonly #waiting: Connection[];
  readonly #dial: (connection: Connection) => void;
  readonly #done: (error: NodeJS.ErrnoException | null) => void;
  #underWay = 0;
  #opened = 0;
  #failed = 0;

  /** @param done gets null, or the error of the last attempt when none succeeded */
  constructor(
    connections: readonly Connection[],
    dial: (connection: Connection) => void,
    done: (error: NodeJS.ErrnoException | null) => void,
  ) {
    this.#waiting = connections.toReversed();
    this.#dial = dial;
    this.#done = done;
    for (let i = 0; i < AT_ONCE; i++) this.#next();
  }

  /** An attempt ended: well, or with an error. */
  settled(error: NodeJS.ErrnoException | null): void {
    this.#underWay--;
    if (error === null) this.#opened++;
    else this.#failed++;
    const hopeless = this.#opened === 0 && this.#failed >= AT_ONCE;
    if (!hopeless) this.#next();
    if (this.#underWay === 0) this.#done(this.#opened > 0 ? null : error);
  }

  #next(): void {
    const connection = this.#waiting.pop();
    if (connection === undefined) return;
    this.#underWay++;
    this.#dial(connection);
  }
}
