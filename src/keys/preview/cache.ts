import { Lfu } from './lfu.js';
import { Lru } from './lru.js';

/** A cache of a fixed number of keys. */
export interface Cache {
  /** Asks for a key, and takes it in where it is missing. @returns whether it was there */
  request(key: number): boolean;
  /** Keys in it. */
  readonly held: number;
}

export interface CacheRatio {
  /** In keys. */
  readonly size: number;
  /** Hit ratios, in [0, 1]. */
  readonly lru: number;
  readonly lfu: number;
  /** What a cache that holds the most popular keys, whatever comes, gets in the mean; null where popularity moves. */
  readonly best: number | null;
  /** Whether it was still filling when counting began: its ratio is then that of a younger cache. */
  readonly isCold: boolean;
}

/**
 * Hit ratios of caches of the given sizes. The first half of the draws warms them up and is not counted; what
 * comes for the first time after it is a miss, as it is to a real cache.
 *
 * @param ids keys by number, from 0
 * @param keys how many different ones there are
 */
export function hitRatios(ids: Int32Array, keys: number, size: number): Omit<CacheRatio, 'best'> {
  const lru = replay(new Lru(size, keys), ids);
  const lfu = replay(new Lfu(size, keys), ids);
  return { size, lru: lru.ratio, lfu: lfu.ratio, isCold: lru.isCold };
}

function replay(cache: Cache, ids: Int32Array): { ratio: number; isCold: boolean } {
  const warm = Math.floor(ids.length / 2);
  for (let i = 0; i < warm; i++) cache.request(ids[i] as number);
  const before = cache.held;
  let hits = 0;
  for (let i = warm; i < ids.length; i++) if (cache.request(ids[i] as number)) hits++;
  return { ratio: hits / (ids.length - warm), isCold: cache.held > before };
}
