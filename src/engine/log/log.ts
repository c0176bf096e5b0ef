/** What a log may hold in all; a run of millions of calls would fill any disk. */
export const MAX_LOG_BYTES = 64 * 1024 * 1024;

const BATCH_CHARS = 64 * 1024;
const FLUSH_AFTER_MS = 200;

/** What every line of one log has in common. */
export interface LogOptions {
  /** When the run began, on the clock of `core/clock`: lines count from it. */
  readonly startNs: number;
  /** Characters at most; a last line says that there were more. */
  readonly maxChars: number;
}

/** One event a line, as JSON: gathered, and handed on many at a time. Bounded, and never waited for. */
export class Log {
  readonly #options: LogOptions;
  readonly #common: Readonly<Record<string, unknown>>;
  readonly #take: (lines: string) => void;
  #lines = '';
  #written = 0;
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param common stands on each line
   * @param take gets whole lines
   */
  constructor(options: LogOptions, common: Readonly<Record<string, unknown>>, take: (lines: string) => void) {
    this.#options = options;
    this.#common = common;
    this.#take = take;
  }

  /** @param atNs when it happened @param event as JSON has it; texts from outside escaped and bounded */
  write(atNs: number, event: Readonly<Record<string, unknown>>): void {
    if (this.#isFull) return;
    const line = this.#line(atNs, event);
    this.#isFull = this.#written + line.length > this.#options.maxChars;
    this.#written += line.length;
    this.#lines += this.#isFull ? this.#line(atNs, { event: 'log-full' }) : line;
    if (this.#lines.length >= BATCH_CHARS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_AFTER_MS);
  }

  /** Hands on what there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines === '') return;
    const lines = this.#lines;
    this.#lines = '';
    this.#take(lines);
  }

  #line(atNs: number, event: Readonly<Record<string, unknown>>): string {
    const ms = Math.round((atNs - this.#options.startNs) / 1e3) / 1e3;
    return `${JSON.stringify({ ms, ...this.#common, ...event })}\n`;
  }
}
