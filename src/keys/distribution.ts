import type { ParameterDefinition } from './parameter.js';

/**
 * What a key distribution is: a rule that gives each hit a rank in [0, n).
 *
 * A rank is a place in the distribution's own order, the most popular first wherever it has such an order.
 * Which key stands at a rank is another question, and `scatter` answers it.
 */
export interface Distribution {
  readonly name: string;
  /** One line for `--help` and for editors. */
  readonly about: string;
  /** How it is asked for, as a flag. */
  readonly example: string;
  /** `n` first, then its own. */
  readonly params: readonly ParameterDefinition[];
  /** Whether ranks are scattered over the key space unless the user says otherwise. */
  readonly scattered: boolean;
  /**
   * The distribution for given values, which must be complete and in range. Throws a RangeError when one is
   * missing.
   */
  bind(n: number, params: Readonly<Record<string, number>>): BoundDistribution;
}

/** A distribution whose parameters have values. */
export interface BoundDistribution {
  /** The rule itself: from a hit to its rank. The random numbers it needs are those of (seed, stream). */
  ranks(seed: number, stream: number): (hit: number) => number;
  /** The exact probability of a rank. Setting it up may take a sum of some thousand terms. */
  pmf(): (rank: number) => number;
  /** The rank of the i-th most popular, 0 ≤ i < n, where that is not i itself. */
  readonly rankAtPlace?: (place: number) => number;
}

interface Definition<Name extends string> {
  readonly name: string;
  readonly about: string;
  readonly example: string;
  readonly scattered: boolean;
  readonly params: Readonly<Record<Name, Omit<ParameterDefinition, 'name'>>>;
  bind(values: Readonly<Record<Name | 'n', number>>): BoundDistribution;
}

const sizeOfKeySpace: ParameterDefinition = {
  name: 'n',
  about: 'Number of keys',
  integer: true,
  low: 1,
  high: Number.MAX_SAFE_INTEGER,
  required: true,
};

/** Makes a distribution whose `bind` gets its values by name. */
export function defineDistribution<Name extends string>(definition: Definition<Name>): Distribution {
  const names = Object.keys(definition.params) as Name[];
  return {
    name: definition.name,
    about: definition.about,
    example: definition.example,
    scattered: definition.scattered,
    params: [sizeOfKeySpace, ...names.map((name) => ({ name, ...definition.params[name] }))],
    bind(n, params) {
      const missing = names.find((name) => params[name] === undefined);
      if (missing !== undefined) throw new RangeError(`${definition.name}: ${missing} is missing`);
      return definition.bind({ ...(params as Record<Name, number>), n });
    },
  };
}
