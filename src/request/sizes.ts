import { type SizeSpec, uniform53 } from '../core/index.js';

const SIZE_STREAM = 0x73697a65;

/** The size of a hit, bytes. Follows from (seed, hit). */
export type SizeSource = (hit: number) => number;

export function createSizes(spec: SizeSpec, seed: number): SizeSource {
  switch (spec.kind) {
    case 'uniform':
      return uniformSizes(spec.min, spec.max, seed);
    case 'lognormal':
      return lognormalSizes(spec, seed);
    case 'weighted':
      return weightedSizes(spec.sizes, spec.weights, seed);
  }
}

/** The largest size that may be drawn. */
export function largestSize(spec: SizeSpec): number {
  return spec.kind === 'weighted' ? Math.max(...spec.sizes) : spec.max;
}

function uniformSizes(min: number, max: number, seed: number): SizeSource {
  const span = max - min + 1;
  return (hit) => min + Math.floor(uniform53(seed, SIZE_STREAM, hit, 0) * span);
}

function lognormalSizes(
  { median, sigma, min, max }: Extract<SizeSpec, { kind: 'lognormal' }>,
  seed: number,
): SizeSource {
  return (hit) => {
    const size = Math.round(median * Math.exp(sigma * normal(seed, hit)));
    return Math.min(max, Math.max(min, size));
  };
}

/** A standard normal number of a hit: Box and Muller, "A note on the generation of random normal deviates" (1958). */
function normal(seed: number, hit: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform53(seed, SIZE_STREAM, hit, 0)));
  return radius * Math.cos(2 * Math.PI * uniform53(seed, SIZE_STREAM, hit, 1));
}

function weightedSizes(sizes: readonly number[], weights: readonly number[], seed: number): SizeSource {
  const pick = createPick(weights);
  return (hit) => sizes[pick(uniform53(seed, SIZE_STREAM, hit, 0))] as number;
}

/**
 * The index that a uniform number in [0, 1) falls to, in shares of the weights: each ≥ 0, their sum above 0. An
 * index of weight 0 is never picked.
 */
export function createPick(weights: readonly number[]): (uniform: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const ends = weights.map((weight) => {
    sum += weight;
    return sum / total;
  });
  // Rounding may leave the last end below a draw.
  const last = weights.findLastIndex((weight) => weight > 0);
  return (uniform) => {
    for (let i = 0; i < last; i++) if (uniform < (ends[i] as number)) return i;
    return last;
  };
}
