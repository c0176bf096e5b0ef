import type { FactName, Gathered } from '../facts.js';

/**
 * Looks at something that lives, around a load: `start` before it, `poll` about once a second during it, `finish`
 * after it. None of them throws: what cannot be seen is said in `failed`.
 */
export interface Gatherer {
  readonly start: () => Promise<void>;
  readonly poll: () => Promise<void>;
  readonly finish: () => Promise<Gathered>;
}

/** All that was gathered, in one; the later one wins where two have the same artifact. */
export function mergeGathered(all: readonly Gathered[]): Gathered {
  return {
    facts: Object.assign({}, ...all.map(({ facts }) => facts)) as Gathered['facts'], // each a part of the facts
    failed: Object.assign({}, ...all.map(({ failed }) => failed)) as Gathered['failed'],
  };
}

export function failedTo(name: FactName, reason: string): Gathered {
  return { facts: {}, failed: { [name]: reason } };
}
