import { parseDurationMs, usageError, ZipfireError } from '../core/index.js';
import type { Hole } from './template.js';

/** The arguments of one hole, checked as they are taken. Every method throws a ZipfireError `usage`. */
export class Arguments {
  readonly #hole: Hole;
  readonly #usage: string;

  /** @param usage the hole's contents as help shows them */
  constructor(hole: Hole, usage: string) {
    this.#hole = hole;
    this.#usage = usage;
  }

  get all(): readonly string[] {
    return this.#hole.args;
  }

  /** Checks how many there are. @param most as many as `least` unless given; may be infinite */
  count(least: number, most = least): void {
    const given = this.#hole.args.length;
    if (given >= least && given <= most) return;
    const range =
      most === least ? `${least}` : Number.isFinite(most) ? `${least} to ${most}` : `${least} or more`;
    this.refuse(`takes ${range} argument(s)`);
  }

  integer(index: number, name: string, min: number, max: number): number {
    const text = this.#hole.args[index] ?? '';
    const value = Number(text);
    if (text === '' || !Number.isSafeInteger(value) || value < min || value > max) {
      this.refuse(`${name} must be an integer in [${min}, ${max}], got ${JSON.stringify(text)}`);
    }
    return value;
  }

  /** `+60s`, `-5m`, in milliseconds; 0 when there is none. */
  offsetMs(index: number): number {
    const text = this.#hole.args[index];
    if (text === undefined) return 0;
    const [, sign, span] = /^([+-])(.+)$/.exec(text) ?? [];
    try {
      if (span !== undefined) return (sign === '-' ? -1 : 1) * parseDurationMs(span);
    } catch (error) {
      if (!(error instanceof ZipfireError)) throw error;
    }
    return this.refuse(`expected an offset such as +60s or -5m, got ${JSON.stringify(text)}`);
  }

  refuse(why: string): never {
    throw usageError(`${this.#hole.source}: ${why}`, `usage: {{${this.#usage}}}`);
  }
}
