import type { Distribution } from './distribution.js';
import { hotspot } from './distributions/hotspot.js';
import { sequential } from './distributions/sequential.js';
import { uniform } from './distributions/uniform.js';
import { zipf } from './distributions/zipf.js';

/** Every key distribution, by name. A new one is a file in distributions/ and a line here. */
export const distributions: Readonly<Record<string, Distribution>> = Object.fromEntries(
  [uniform, zipf, hotspot, sequential].map((distribution) => [distribution.name, distribution]),
);

/** Undefined for a name that is none, `constructor` and the like included. */
export function distributionOf(name: string): Distribution | undefined {
  return Object.hasOwn(distributions, name) ? distributions[name] : undefined;
}
