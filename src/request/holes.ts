import type { Hole } from './template.js';

/** The holes of several templates in the order they come in, each different one once. */
export class Holes {
  readonly list: Hole[] = [];
  readonly #indices = new Map<string, number>();

  /** The index of a hole; a hole written twice, whatever its blanks, has one. */
  index(hole: Hole): number {
    const id = [hole.name, ...hole.args].join(' ');
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    this.#indices.set(id, this.list.length);
    return this.list.push(hole) - 1;
  }
}
