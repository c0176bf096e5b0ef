import { streamOf, uniform53 } from '../../core/index.js';
import type { Nodes } from './nodes.js';
import { logGamma } from './special.js';
import { type Spectrum, spectrumOf } from './spectrum.js';

const STREAM = streamOf('replicates of a fit');

/** Uniform numbers in (0, 1), one after the other: what replicates need, and a run does not. */
class Random {
  readonly #seed: number;
  readonly #replicate: number;
  #drawn = 0;

  constructor(seed: number, replicate: number) {
    this.#seed = seed;
    this.#replicate = replicate;
  }

  next(): number {
    return uniform53(this.#seed, STREAM, this.#drawn++, this.#replicate) + 2 ** -54;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/**
 * The spectrum of one log drawn from a model, without drawing its requests: the keys of a stretch of ranks fall
 * on the counts by a chain of binomials, or one by one where they are fewer than the counts.
 */
export function drawSpectrum({ ranks, means }: Nodes, seed: number, replicate: number): Spectrum {
  const random = new Random(seed, replicate);
  const keysByCount = new Map<number, number>();
  const add = (count: number, keys: number) => {
    if (count > 0 && keys > 0) keysByCount.set(count, (keysByCount.get(count) ?? 0) + keys);
  };
  for (let i = 0; i < ranks.length; i++) {
    const mean = means[i] as number;
    const exact = ranks[i] as number;
    // Stretches need not end at whole ranks.
    const keys = Math.floor(exact) + (random.next() < exact % 1 ? 1 : 0);
    const spread = 8 * Math.sqrt(mean) + 12;
    if (keys > 2 * spread) spreadOver(keys, mean, Math.max(0, Math.floor(mean - spread)), random, add);
    else for (let key = 0; key < keys; key++) add(poisson(mean, random), 1);
  }
  return spectrumOf(keysByCount);
}

function spreadOver(
  keys: number,
  mean: number,
  first: number,
  random: Random,
  add: (count: number, keys: number) => void,
): void {
  let left = keys;
  let mass = 1;
  let term = Math.exp(first * Math.log(mean) - mean - logGamma(first + 1));
  for (let count = first; left > 0; count++) {
    // Past the mean, a mass that rounding has used up means that this count takes all that is left.
    const share = mass > term ? term / mass : 1;
    const here = count > mean && (mass < 1e-12 || term < 1e-300) ? left : binomial(left, share, random);
    add(count, here);
    left -= here;
    mass -= term;
    term *= mean / (count + 1);
  }
}

/** Exact where few are expected on either side; else the normal law, rounded, which is as good then. */
function binomial(trials: number, chance: number, random: Random): number {
  if (chance <= 0 || trials === 0) return 0;
  if (chance >= 1) return trials;
  if (chance > 0.5) return trials - binomial(trials, 1 - chance, random);
  const mean = trials * chance;
  if (mean > 50) {
    const drawn = Math.round(mean + Math.sqrt(mean * (1 - chance)) * random.normal());
    return Math.min(trials, Math.max(0, drawn));
  }
  // Gaps between successes are geometric.
  const logMiss = Math.log1p(-chance);
  let successes = 0;
  for (let at = gap(random, logMiss); at <= trials; at += gap(random, logMiss)) successes++;
  return successes;
}

function gap(random: Random, logMiss: number): number {
  return Math.floor(Math.log(random.next()) / logMiss) + 1;
}

/** By inversion; for large means by Wilson and Hilferty's normal deviate, which keeps the skew. */
function poisson(mean: number, random: Random): number {
  if (mean > 100) {
    const spread = 1 / (9 * mean);
    return Math.max(0, Math.round(mean * (1 - spread + Math.sqrt(spread) * random.normal()) ** 3));
  }
  let term = Math.exp(-mean);
  let left = random.next() - term;
  let count = 0;
  while (left > 0 && count < 1000) {
    count++;
    term *= mean / count;
    left -= term;
  }
  return count;
}
