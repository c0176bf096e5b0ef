import type { ReplayOmission } from '../core/index.js';

/** Reasons of their own; the others are counted together. */
const MOST_REASONS = 20;

/** Counts the lines of a log that are not sent, by reason. */
export class Omissions {
  readonly #counts = new Map<string, { lines: number; firstLine: number }>();

  add(reason: string, line: number, lines = 1): void {
    const known = this.#counts.has(reason) || this.#counts.size < MOST_REASONS;
    const key = known ? reason : 'other reasons';
    const count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, { lines, firstLine: line });
    else count.lines += lines;
  }

  get list(): ReplayOmission[] {
    return [...this.#counts]
      .map(([reason, count]) => ({ reason, ...count }))
      .sort((a, b) => b.lines - a.lines || a.firstLine - b.firstLine);
  }
}
