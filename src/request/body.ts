import { type BodySpec, hash32, type SizeSpec } from '../core/index.js';
import { createSizes, largestSize } from './sizes.js';
import type { ValueSource } from './variables.js';

/** Bytes that random bodies are cut from: large enough that a compressor's window finds no repeat. */
const POOL_BYTES = 1 << 20;
const POOL_STREAM = 0x706f6f6c;
const OFFSET_STREAM = 0x6f666673;

/** A body of bytes: fixed, as a byte string, or made for each hit. */
export function bytesBody(
  { size, random }: Extract<BodySpec, { kind: 'bytes' }>,
  seed: number,
): string | ValueSource {
  if (typeof size !== 'number') return random ? randomOfSizes(size, seed) : fixedOfSizes(size, seed);
  return random ? randomBody(size, seed) : 'x'.repeat(size);
}

/** The bytes of a file, as a byte string. */
export function fileBody({ base64 }: Extract<BodySpec, { kind: 'file' }>): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}

function fixedOfSizes(spec: SizeSpec, seed: number): ValueSource {
  const sizes = createSizes(spec, seed);
  // In one piece: V8 keeps a repeated text as a tree until it is read.
  const text = Buffer.alloc(largestSize(spec), 'x').toString('latin1');
  return (hit) => text.slice(0, sizes(hit));
}

/**
 * Random bytes, fresh for each hit: a slice of a seeded pool at an offset drawn from (seed, hit), so a large
 * body costs no more than a small one. Beyond the pool's size the pool repeats.
 */
function randomBody(size: number, seed: number): ValueSource {
  if (size === 0) return () => '';
  const text = randomText(size, seed);
  return (hit) => randomSlice(text, size, seed, hit);
}

function randomOfSizes(spec: SizeSpec, seed: number): ValueSource {
  const sizes = createSizes(spec, seed);
  const text = randomText(largestSize(spec), seed);
  return (hit) => randomSlice(text, sizes(hit), seed, hit);
}

function randomSlice(text: string, size: number, seed: number, hit: number): string {
  const offset = hash32(seed, OFFSET_STREAM, hit, 0) & (POOL_BYTES - 1);
  return text.slice(offset, offset + size);
}

/** The pool, as often as a slice of `size` takes. */
function randomText(size: number, seed: number): string {
  const words = new Uint32Array(POOL_BYTES / 4);
  for (let i = 0; i < words.length; i++) words[i] = hash32(seed, POOL_STREAM, i, 0);
  return Buffer.from(words.buffer)
    .toString('latin1')
    .repeat(Math.ceil(size / POOL_BYTES) + 1);
}
