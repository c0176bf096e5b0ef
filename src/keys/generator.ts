import { type KeyGenerator, type KeyShape, type KeySpec, streamOf } from '../core/index.js';
import type { BoundDistribution } from './distribution.js';
import { type Permutation, permutation } from './permutation.js';
import { distributionOf } from './registry.js';

/**
 * The keys of a spec: at(hit) is a function of (seed, name, hit) alone.
 *
 * @param seed an integer in [0, 2^32)
 * @param name the generator's name in the plan: two of different names draw independently and scatter
 *   differently, from one seed
 * @throws RangeError when the spec names no distribution or lacks a parameter; specs from outside come through
 *   `resolveKeySpec`, which checks them
 */
export function createKeyGenerator(spec: KeySpec, seed: number, name = ''): KeyGenerator {
  const rankOf = bindShape(spec).ranks(seed, drawStream(name));
  return generator(spec, rankOf, seed, name);
}

/** The stream of random numbers that a generator of that name draws from. */
export function drawStream(name: string): number {
  return streamOf(`keys:${name}`);
}

/**
 * The same keys by popularity: at(i) is the i-th most popular key of the generator of that seed and name, for i
 * in [0, n). Keys of one probability are in some fixed order.
 */
export function createPopularityOrder(spec: KeySpec, seed: number, name = ''): KeyGenerator {
  const rankAtPlace = bindShape(spec).rankAtPlace ?? ((place: number) => place);
  return generator(spec, rankAtPlace, seed, name);
}

/** The distribution of a shape with its values, and with those of its parts. */
export function bindShape(shape: KeyShape): BoundDistribution {
  const distribution = distributionOf(shape.distribution);
  if (distribution === undefined) throw new RangeError(`no key distribution "${shape.distribution}"`);
  const parts = (shape.parts ?? []).map((part) => ({ weight: part.weight, ...bindShape(part) }));
  return distribution.bind(shape, parts);
}

function generator(
  spec: KeySpec,
  rankOf: (position: number) => number,
  seed: number,
  name: string,
): KeyGenerator {
  if (!spec.scatter) return { n: spec.n, at: rankOf };
  const keyOf: Permutation = permutation(spec.n, seed, streamOf(`scatter:${name}`));
  return { n: spec.n, at: (position) => keyOf(rankOf(position)) };
}
