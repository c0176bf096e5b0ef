import { type BodySpec, hash32 } from '../core/index.js';
import type { ValueSource } from './variables.js';

/** Bytes that random bodies are cut from: large enough that a compressor's window finds no repeat. */
const POOL_BYTES = 1 << 20;
const POOL_STREAM = 0x706f6f6c;
const OFFSET_STREAM = 0x6f666673;

/** A body that is the same for every hit, as a byte string. */
export function fixedBody(body: Exclude<BodySpec, { kind: 'text' }>): string {
  if (body.kind === 'file') return Buffer.from(body.base64, 'base64').toString('latin1');
  return 'x'.repeat(body.size);
}

/**
 * Random bytes, fresh for each hit: a slice of a seeded pool at an offset drawn from (seed, hit), so a large
 * body costs no more than a small one. Beyond the pool's size the pool repeats.
 */
export function randomBody(size: number, seed: number): ValueSource {
  if (size === 0) return () => '';
  const pool = randomPool(seed);
  const text = pool.repeat(Math.ceil(size / POOL_BYTES) + 1);
  return (hit) => {
    const offset = hash32(seed, OFFSET_STREAM, hit, 0) & (POOL_BYTES - 1);
    return text.slice(offset, offset + size);
  };
}

function randomPool(seed: number): string {
  const words = new Uint32Array(POOL_BYTES / 4);
  for (let i = 0; i < words.length; i++) words[i] = hash32(seed, POOL_STREAM, i, 0);
  return Buffer.from(words.buffer).toString('latin1');
}
