import { createUndiciDriver } from '#zipfire/drivers/undici/index.js';
import type { Subject } from '../contract/bench.js';

/** The undici driver, as the tests of what only it can do take it. */
export const undici: Subject = {
  factory: createUndiciDriver,
  capabilities: { http1: true, pipelining: true, unaskedContinue: false, lengthOf304: false },
};

/** Client options with everything off but what is given. */
export function client(options: { maxRedirects?: number; proxy?: string; decompress?: boolean }) {
  return { client: { maxRedirects: 0, proxy: null, decompress: false, ...options } };
}
