import type { KeyShape } from '../core/index.js';
import type { ListDefinition, NumberDefinition, ParameterDefinition, PartsDefinition } from './parameter.js';

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
  /** How it is asked for, as a flag; as in a profile where a flag cannot hold it. */
  readonly example: string;
  /** `n` first, then its own. */
  readonly params: readonly ParameterDefinition[];
  /** Whether ranks are scattered over the key space unless the user says otherwise. */
  readonly scattered: boolean;
  /** What is wrong with values that are each in range: a sentence that begins with a parameter's name. */
  problemOf(values: Values): string | null;
  /** The number of keys, where it follows from the other values; null where it must be given. */
  sizeOf(values: Omit<Values, 'n'>): number | null;
  /**
   * The distribution for given values, which must be complete and in range.
   *
   * @param parts what it is made of, for `shape.parts`
   * @throws RangeError when a value is missing
   */
  bind(shape: Values, parts?: readonly BoundPart[]): BoundDistribution;
}

export type Values = Pick<KeyShape, 'n' | 'params' | 'lists'>;

/** A distribution whose parameters have values. */
export interface BoundDistribution {
  /**
   * The rule itself: from a hit to its rank. The random numbers it needs are those of (seed, stream). It may
   * remember what it computed for the last hit, and answers the same in any order.
   */
  ranks(seed: number, stream: number): (hit: number) => number;
  /** The exact probability of each rank. Setting it up may take a sum of some thousand terms. */
  pmf(): Pmf;
  /** The exact probability of all ranks below one: cells of any width, in any space, without a sum over them. */
  cdf(): Cdf;
  /** The rank of the i-th most popular at the first hit, 0 ≤ i < n, where that is not i itself. */
  readonly rankAtPlace?: (place: number) => number;
}

/** The probability of `rank` at hit `hit`, default 0; few distributions change with the hit. */
export type Pmf = (rank: number, hit?: number) => number;

/** P(rank < end) at hit `hit`, default 0; 0 ≤ end ≤ n. */
export type Cdf = (end: number, hit?: number) => number;

export interface BoundPart extends BoundDistribution {
  readonly weight: number;
}

type Named<Name extends string, Definition> = Readonly<Record<Name, Omit<Definition, 'name' | 'kind'>>>;

type ValuesByName<NumberName extends string, ListName extends string> = Readonly<
  Record<NumberName | 'n', number> & Record<ListName, readonly number[]>
>;

interface Definition<NumberName extends string, ListName extends string> {
  readonly name: string;
  readonly about: string;
  readonly example: string;
  readonly scattered: boolean;
  readonly numbers?: Named<NumberName, NumberDefinition>;
  readonly lists?: Named<ListName, ListDefinition>;
  readonly parts?: Omit<PartsDefinition, 'kind'>;
  problemOf?(values: ValuesByName<NumberName, ListName>): string | null;
  /** The distribution then needs no `n`. */
  sizeOf?(lists: Readonly<Record<ListName, readonly number[]>>): number;
  bind(values: ValuesByName<NumberName, ListName>, parts: readonly BoundPart[]): BoundDistribution;
}

const sizeOfKeySpace: NumberDefinition = {
  kind: 'number',
  name: 'n',
  about: 'Number of keys',
  integer: true,
  low: 1,
  high: Number.MAX_SAFE_INTEGER,
  required: true,
};

/** Makes a distribution whose functions get their values by name. */
export function defineDistribution<NumberName extends string = never, ListName extends string = never>(
  definition: Definition<NumberName, ListName>,
): Distribution {
  const { name, about, example, scattered, parts, sizeOf } = definition;
  const numbers = namesOf(definition.numbers);
  const lists = namesOf(definition.lists);
  const params: ParameterDefinition[] = [{ ...sizeOfKeySpace, required: sizeOf === undefined }];
  for (const [own, rest] of numbers) params.push({ kind: 'number', name: own, ...rest });
  for (const [own, rest] of lists) params.push({ kind: 'list', name: own, ...rest });
  if (parts !== undefined) params.push({ kind: 'parts', ...parts });

  const byName = (shape: Values): ValuesByName<NumberName, ListName> => {
    const missing =
      numbers.find(([own, rest]) => shape.params[own] === undefined && !isOptional(rest)) ??
      lists.find(([own]) => shape.lists?.[own] === undefined);
    if (missing !== undefined) throw new RangeError(`${name}: ${missing[0]} is missing`);
    return { ...shape.params, ...shape.lists, n: shape.n } as ValuesByName<NumberName, ListName>;
  };
  return {
    name,
    about,
    example,
    params,
    scattered,
    problemOf: (shape) => definition.problemOf?.(byName(shape)) ?? null,
    sizeOf: (shape) => sizeOf?.(byName({ ...shape, n: Number.NaN })) ?? null,
    bind: (shape, bound = []) => definition.bind(byName(shape), bound),
  };
}

/** A number that may have no value: its distribution does without. */
function isOptional(rest: Omit<NumberDefinition, 'name' | 'kind'>): boolean {
  return !rest.required && rest.default === undefined;
}

function namesOf<Name extends string, Rest>(named: Readonly<Record<Name, Rest>> | undefined): [Name, Rest][] {
  return named === undefined ? [] : (Object.entries(named) as [Name, Rest][]);
}
