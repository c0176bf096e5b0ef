import type { Fault } from '../core/index.js';

/** Kinds that are kept by name; a server can make up no more. */
const MAX_KINDS = 8;
const OTHERS = 'others';
const MAX_TEXT = 200;

/** Why requests failed, in words and counted: the outcomes alone say only of what kind. Bounded. */
export class Faults {
  readonly #onFault: ((what: string) => void) | undefined;
  readonly #counts = new Map<string, { readonly what: string; count: number }>();

  /** @param onFault hears of each one, in words */
  constructor(onFault?: (what: string) => void) {
    this.#onFault = onFault;
  }

  get list(): readonly Fault[] {
    return [...this.#counts.values()].map(({ what, count }) => ({ what, count }));
  }

  /**
   * @param kind what makes it one with others
   * @param detail what the server said; the first of a kind stands for all. Is cut, not escaped
   */
  add(kind: string, detail: () => string = () => ''): void {
    this.#onFault?.(worded(kind, detail()));
    const known = this.#counts.get(kind) ?? (this.#counts.size < MAX_KINDS ? null : this.#counts.get(OTHERS));
    if (known) known.count++;
    else if (this.#counts.size < MAX_KINDS)
      this.#counts.set(kind, { what: worded(kind, detail()), count: 1 });
    else this.#counts.set(OTHERS, { what: OTHERS, count: 1 });
  }
}

/** What a connect can want of this machine: whatever the target is like, it was not asked. */
const OWN_LIMITS: Readonly<Record<string, string>> = {
  EMFILE: 'out of file descriptors',
  ENFILE: 'this machine is out of file descriptors',
  EADDRNOTAVAIL: 'no local port left',
  ENOBUFS: 'no buffer left',
};

/** Counts a connect that failed for want of something of ours; others are of the target, and told by their number. */
export function addOwnLimit(faults: Faults, { code = '' }: NodeJS.ErrnoException): void {
  const what = OWN_LIMITS[code];
  if (what !== undefined) faults.add(`connect ${code}`, () => what);
}

/** How many of the faults are such. */
export function countOwnLimits(list: readonly Fault[]): number {
  const kinds = Object.keys(OWN_LIMITS).map((code) => `connect ${code}:`);
  return list
    .filter(({ what }) => kinds.some((kind) => what.startsWith(kind)))
    .reduce((sum, { count }) => sum + count, 0);
}

function worded(kind: string, detail: string): string {
  return detail === '' ? kind : `${kind}: ${detail.slice(0, MAX_TEXT)}`;
}
