import type { LineCounter } from 'yaml';
import { type Part, type Path, type Place, pathText } from './problems.js';

/** Where each path of a file stands. */
export class Places {
  readonly #name: string;
  readonly #lines: LineCounter;
  readonly #values = new Map<string, number>();
  readonly #names = new Map<string, number>();
  #root = 0;

  constructor(name: string, lines: LineCounter) {
    this.#name = name;
    this.#lines = lines;
  }

  /** Where problems of the file as a whole are. */
  pointAt(offset: number): void {
    this.#root = offset;
  }

  /** The first place counts: that of an alias, not of what it stands for. */
  setValue(path: Path, offset: number): void {
    const key = keyOf(path);
    if (!this.#values.has(key)) this.#values.set(key, offset);
  }

  setName(path: Path, offset: number): void {
    this.#names.set(keyOf(path), offset);
  }

  /** The place of a path, or of the nearest part above it that the file has. */
  locate(path: Path, part: Part): Place {
    const offset = this.#offset(path, part);
    // Before anything was parsed no line is known.
    const { line, col } =
      this.#lines.lineStarts.length > 0 ? this.#lines.linePos(offset) : { line: 1, col: 1 };
    const what = pathText(path);
    return { text: `${this.#name}:${line}:${col}${what === '' ? '' : `: ${what}`}`, order: offset };
  }

  #offset(path: Path, part: Part): number {
    for (let length = path.length; length > 0; length--) {
      const key = keyOf(path.slice(0, length));
      const own = length === path.length && part === 'value' ? this.#values.get(key) : undefined;
      const offset = own ?? this.#names.get(key) ?? this.#values.get(key);
      if (offset !== undefined) return offset;
    }
    return this.#root;
  }
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
