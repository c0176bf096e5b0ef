import { cut, textWidth } from './layout.js';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const ERASE_LINE_END = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

interface PainterOptions {
  readonly write: (text: string) => void;
  /** Columns of the terminal now; asked at each painting, because windows are resized. */
  readonly columns: () => number;
  /** Nothing is ever written when it is false: a log must not fill with escape codes. */
  readonly isTty: boolean;
}

/**
 * Paints a few lines over the ones it painted before.
 *
 * The cursor is hidden from the first painting to `done`, which is synchronous and may be called any number
 * of times: call it wherever the process can end, or the user's cursor stays hidden.
 */
export class LivePainter {
  readonly #options: PainterOptions;
  #painted: readonly string[] = [];
  #state: 'fresh' | 'painting' | 'done' = 'fresh';

  constructor(options: PainterOptions) {
    this.#options = options;
  }

  /** Replaces what stands there. Does nothing after `done`: a late tick must not hide the cursor again. */
  paint(lines: readonly string[]): void {
    if (!this.#options.isTty || this.#state === 'done') return;
    const columns = this.#columns();
    // One column is left free: a full last one leaves the cursor in a place where terminals differ.
    const shown = lines.map((line) => cut(line, columns - 1));
    const body = shown.map((line) => `${line}${ERASE_LINE_END}\n`).join('');
    // One write, so that no half-painted view is shown.
    this.#options.write(
      `${this.#state === 'fresh' ? HIDE_CURSOR : ''}${this.#home(columns)}${body}${ERASE_BELOW}`,
    );
    this.#painted = shown;
    this.#state = 'painting';
  }

  /** Erases the view and gives the cursor back. */
  done(): void {
    if (this.#state === 'painting') {
      this.#options.write(`${this.#home(this.#columns())}${ERASE_BELOW}${SHOW_CURSOR}`);
    }
    this.#painted = [];
    this.#state = 'done';
  }

  /** To the first column of the first row painted, where a narrower window has folded long lines into several rows. */
  #home(columns: number): string {
    const rows = this.#painted.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)),
      0,
    );
    return rows === 0 ? '' : `\r\x1b[${rows}A`;
  }

  #columns(): number {
    const columns = this.#options.columns();
    return Number.isFinite(columns) && columns >= 2 ? Math.floor(columns) : 80;
  }
}
