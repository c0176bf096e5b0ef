/**
 * Random numbers without a state: a hash of (seed, stream, hit, draw).
 *
 * Whoever is given hit k computes the same number for it, in any order, on any worker, on any machine. So
 * there is nothing to share, and a run can be recomputed afterwards.
 *
 * - `seed` follows from the user: an integer in [0, 2^32).
 * - `stream` tells the users of one seed apart (keys, arrivals, the pick of an operation): an integer in
 *   [0, 2^32), from `streamOf`.
 * - `hit` counts requests: an integer in [0, 2^53).
 * - `draw` numbers what one hit needs several of: an integer in [0, 2^32), small by habit.
 *
 * The two halves of `hit` go through a Feistel network of five rounds whose round keys are seed and stream.
 * A round multiplies once; the multipliers are ones found to mix 32 bits well (Wellons, "Prospecting for
 * hash functions"; Appleby, MurmurHash3). Each word of the result passes TestU01's SmallCrush counted by hit,
 * by seed, by stream, by draw, bit-reversed, and with streams or seeds interleaved. Not for secrets.
 */

const TO_UNIT_32 = 2 ** -32;
const TO_UNIT_53 = 2 ** -53;
const TWO_53 = 2 ** 53;

/** A uniform number in [0, 1), a multiple of 2^−53. */
export function uniform53(seed: number, stream: number, hit: number, draw: number): number {
  let k = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  k ^= k >>> 15;
  let j = Math.imul((stream + Math.imul(draw, 0x9e3779b1)) ^ k, 0xc2b2ae35);
  j ^= j >>> 16;
  let a = ((hit | 0) + k) | 0;
  let b = (hit * TO_UNIT_32) ^ j;
  let mixed = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
  b ^= mixed ^ (mixed >>> 15);
  mixed = Math.imul(b ^ (b >>> 16), 0x735a2d97);
  a = ((a ^ mixed ^ (mixed >>> 15)) + j) | 0;
  mixed = Math.imul(a ^ (a >>> 16), 0x7feb352d);
  b = ((b ^ mixed ^ (mixed >>> 15)) + k) | 0;
  mixed = Math.imul(b ^ (b >>> 16), 0x846ca68b);
  a ^= mixed ^ (mixed >>> 15);
  mixed = Math.imul(a ^ (a >>> 16), 0x21f0aaad);
  b ^= mixed ^ (mixed >>> 15);
  return (b >>> 0) * TO_UNIT_32 + (a >>> 11) * TO_UNIT_53;
}

/** A uniform integer in [0, 2^32): the high bits of `uniform53`. */
export function hash32(seed: number, stream: number, hit: number, draw: number): number {
  return (uniform53(seed, stream, hit, draw) * 2 ** 32) >>> 0;
}

/**
 * A uniform integer in [0, n), 1 ≤ n ≤ 2^53, each exactly as likely as the others: the part of the 2^53 values
 * that does not divide by n is drawn again. Takes draws `draw`, `draw` + 2^16, …, so keep `draw` below 2^16.
 */
export function integerBelow(n: number, seed: number, stream: number, hit: number, draw: number): number {
  const width = Math.floor(TWO_53 / n);
  for (let attempt = draw; ; attempt += 0x10000) {
    const value = Math.floor((uniform53(seed, stream, hit, attempt) * TWO_53) / width);
    if (value < n) return value;
  }
}

/** The stream of a name: FNV-1a over its UTF-16 code units, its bits mixed. An integer in [0, 2^32). */
export function streamOf(name: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
