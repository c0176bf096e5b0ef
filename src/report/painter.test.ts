import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LivePainter } from './painter.js';

/** As much of a terminal as the painter uses: a screen of rows, a cursor, and windows that fold long rows. */
class Screen {
  rows: string[] = [''];
  cursorShown = true;
  columns: number;
  written = 0;
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    this.written++;
    const token = /\x1b\[(\??\d*)([A-Za-z])|[\n\r]|[^\n\r\x1b]+/g;
    for (const [whole, parameter, code] of text.matchAll(token)) {
      if (code !== undefined) this.#code(parameter ?? '', code);
      else if (whole === '\n') this.#lineFeed();
      else if (whole === '\r') this.#column = 0;
      else this.#print(whole);
    }
  }

  /** A narrower window folds rows that no longer fit, as terminals with reflow do; the cursor stays with its text. */
  resize(columns: number): void {
    const folded = this.rows.map((row) => fold(row, columns));
    this.#row = folded.slice(0, this.#row).reduce((sum, rows) => sum + rows.length, 0);
    this.rows = folded.flat();
    this.columns = columns;
  }

  get text(): string {
    return this.rows.join('\n').trimEnd();
  }

  #code(parameter: string, code: string): void {
    if (code === 'A') this.#row = Math.max(0, this.#row - Number(parameter));
    else if (code === 'K') this.rows[this.#row] = (this.rows[this.#row] ?? '').slice(0, this.#column);
    else if (code === 'J')
      this.rows.splice(this.#row, this.rows.length, (this.rows[this.#row] ?? '').slice(0, this.#column));
    else if (parameter === '?25') this.cursorShown = code === 'h';
    else assert.fail(`unknown code ${parameter}${code}`);
  }

  #lineFeed(): void {
    this.#row++;
    this.#column = 0;
    if (this.rows[this.#row] === undefined) this.rows.push('');
  }

  #print(text: string): void {
    const row = this.rows[this.#row] ?? '';
    this.rows[this.#row] =
      row.slice(0, this.#column).padEnd(this.#column) + text + row.slice(this.#column + text.length);
    this.#column += text.length;
    assert.ok(this.#column < this.columns, 'a line reached the last column');
  }
}

function fold(row: string, columns: number): string[] {
  const pieces = Array.from({ length: Math.ceil(row.length / columns) }, (_, i) =>
    row.slice(i * columns, (i + 1) * columns),
  );
  return pieces.length === 0 ? [''] : pieces;
}

function painterOn(screen: Screen, isTty = true): LivePainter {
  return new LivePainter({ write: (text) => screen.write(text), columns: () => screen.columns, isTty });
}

const line = fc
  .string({ unit: fc.constantFrom('a', 'b', ' ', '█'), maxLength: 100 })
  .map((text) => `${text}|`);
const views = fc.array(fc.array(line, { maxLength: 6 }), { minLength: 1, maxLength: 6 });

describe('live painter', () => {
  it('leaves the last view alone on the screen, and nothing after done', () => {
    fc.assert(
      fc.property(views, fc.integer({ min: 20, max: 120 }), (paintings, columns) => {
        const screen = new Screen(columns);
        screen.write('before\n');
        const painter = painterOn(screen);
        for (const view of paintings) {
          painter.paint(view);
          const shown = view.map((text) => (text.length < columns ? text : `${text.slice(0, columns - 2)}…`));
          assert.equal(screen.text, ['before', ...shown].join('\n').trimEnd());
          assert.equal(screen.cursorShown, false);
        }
        painter.done();
        assert.equal(screen.text, 'before');
        assert.equal(screen.cursorShown, true);
      }),
    );
  });

  it('takes back all of its rows in a window that was made narrower', () => {
    fc.assert(
      fc.property(
        views,
        fc.array(fc.integer({ min: 10, max: 60 }), { minLength: 6, maxLength: 6 }),
        (paintings, widths) => {
          const screen = new Screen(60);
          screen.write('before\n');
          const painter = painterOn(screen);
          paintings.forEach((view, index) => {
            painter.paint(view);
            screen.resize(Math.min(screen.columns, widths[index] ?? 60));
          });
          painter.done();
          assert.equal(screen.text, 'before');
        },
      ),
    );
  });

  it('writes each view at once', () => {
    const screen = new Screen(80);
    const painter = painterOn(screen);
    painter.paint(['one', 'two']);
    painter.paint(['three']);
    assert.equal(screen.written, 2);
  });

  it('writes nothing where there is no terminal', () => {
    const screen = new Screen(80);
    const painter = painterOn(screen, false);
    painter.paint(['one']);
    painter.done();
    assert.equal(screen.written, 0);
  });

  it('writes nothing when it is done before it began, and is done once', () => {
    const screen = new Screen(80);
    const unused = painterOn(screen);
    unused.done();
    assert.equal(screen.written, 0);
    const painter = painterOn(screen);
    painter.paint(['one']);
    painter.done();
    painter.done();
    painter.paint(['late']);
    assert.equal(screen.written, 2);
    assert.equal(screen.cursorShown, true);
  });
});
