import { type ErrorCode, escapeText, ZipfireError } from '../core/index.js';

/** Where a value stands in a plan's source: `['load', 'connections']`, `['gates', 0]`. */
export type Path = readonly (string | number)[];

/** A place as messages name it, and a number to sort places by. */
export interface Place {
  readonly text: string;
  readonly order: number;
}

/** Whether a problem is with what stands at a path, or with the name that leads there. */
export type Part = 'value' | 'name';

interface Problem {
  readonly place: Place;
  readonly message: string;
  readonly hint: string | undefined;
}

/** More than these are not shown: after twenty, one mends and looks again. */
const MAX_SHOWN = 20;

/**
 * Collects what is wrong, so that everything is said at once. `locate` turns a path into the place that a
 * person knows: a line of a file, or a flag.
 */
export class Problems {
  readonly #found: Problem[];
  readonly #locate: (path: Path, part: Part) => Place;

  constructor(locate: (path: Path, part: Part) => Place, shared?: Problems) {
    this.#locate = locate;
    this.#found = shared === undefined ? [] : shared.#found;
  }

  get any(): boolean {
    return this.#found.length > 0;
  }

  /** Whether the very value at `path` has a problem already. */
  has(path: Path): boolean {
    const { text } = this.#locate(path, 'value');
    return this.#found.some(({ place }) => place.text === text);
  }

  /** A path as problems name it. */
  nameOf(path: Path): string {
    return this.#locate(path, 'value').text;
  }

  add(path: Path, message: string, hint?: string, part: Part = 'value'): void {
    this.#found.push({ place: this.#locate(path, part), message, hint });
  }

  /** What `make` returns; undefined, and a problem at `path`, when it throws a usage error. */
  attempt<T>(path: Path, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof ZipfireError) || error.code !== 'usage') throw error;
      this.add(path, error.message, error.hint);
      return undefined;
    }
  }

  /** Everything found, as one error of the given code. */
  toError(code: ErrorCode): ZipfireError {
    const sorted = [...this.#found].sort((a, b) => a.place.order - b.place.order);
    const [first] = sorted;
    if (sorted.length === 1 && first !== undefined) {
      return new ZipfireError(code, `${first.place.text}: ${first.message}`, first.hint);
    }
    const lines = sorted.slice(0, MAX_SHOWN).map(({ place, message, hint }) => {
      return `${place.text}: ${message}${hint === undefined ? '' : `; ${hint}`}`;
    });
    if (sorted.length > MAX_SHOWN) lines.push(`and ${sorted.length - MAX_SHOWN} more`);
    return new ZipfireError(code, lines.join('\n'));
  }
}

/** `load.connections`, `gates[0]`. */
export function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += `${text === '' ? '' : '.'}${escapeText(part, { maxLength: 60 })}`;
  }
  return text;
}
