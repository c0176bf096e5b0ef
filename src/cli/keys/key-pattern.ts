import type { HotKey } from '../../keys/fit/index.js';

/** Keys that differ in one number: `/kv/user_` and what comes after it. */
export interface KeyPattern {
  readonly prefix: string;
  readonly suffix: string;
}

/** Share of the most frequent keys that must be of the pattern. */
const MOST = 0.8;
const LEAST_KEYS = 3;

/**
 * What most of the frequent keys have around their last number; null where they have nothing in common, or
 * something that cannot stand in a path as it is.
 */
export function commonPattern(keys: readonly HotKey[]): KeyPattern | null {
  const numbers = new Map<string, number>();
  for (const { text, isCut } of keys) {
    const match = isCut ? null : /^(.*?)\d+(\D*)$/s.exec(text);
    if (match === null) continue;
    const pattern = JSON.stringify([match[1], match[2]]);
    numbers.set(pattern, (numbers.get(pattern) ?? 0) + 1);
  }
  const [best] = [...numbers].sort(([, a], [, b]) => b - a);
  if (best === undefined || best[1] < LEAST_KEYS || best[1] < MOST * keys.length) return null;
  const [prefix, suffix] = JSON.parse(best[0]) as [string, string];
  return /^[\w/.~:@!$&'()*+,;=%?-]*$/.test(prefix + suffix) ? { prefix, suffix } : null;
}
