import type { Distribution } from './distribution.js';
import { empirical } from './distributions/empirical.js';
import { exponential } from './distributions/exponential.js';
import { hotspot } from './distributions/hotspot.js';
import { latest } from './distributions/latest.js';
import { mixture } from './distributions/mixture.js';
import { selfsimilar } from './distributions/selfsimilar.js';
import { sequential } from './distributions/sequential.js';
import { shift } from './distributions/shift.js';
import { uniform } from './distributions/uniform.js';
import { zipf } from './distributions/zipf.js';
import { zoned } from './distributions/zoned.js';

/** Every key distribution, by name. A new one is a file in distributions/ and a line here. */
export const distributions: Readonly<Record<string, Distribution>> = Object.fromEntries(
  [
    uniform,
    zipf,
    hotspot,
    sequential,
    latest,
    exponential,
    selfsimilar,
    zoned,
    empirical,
    mixture,
    shift,
  ].map((distribution) => [distribution.name, distribution]),
);

/** Undefined for a name that is none, `constructor` and the like included. */
export function distributionOf(name: string): Distribution | undefined {
  return Object.hasOwn(distributions, name) ? distributions[name] : undefined;
}
