import { type KeyPart, type KeyShape, suggestion, usageError, ZipfireError } from '../core/index.js';
import type { Distribution } from './distribution.js';
import type { NumberDefinition, ParameterDefinition, PartsDefinition } from './parameter.js';
import { distributionOf, distributions } from './registry.js';
import { readList, readNumber, shown } from './values.js';

export type RawValues = Readonly<Record<string, unknown>>;

const MAX_PARTS = 64;
const MAX_DEPTH = 4;

const weightOfPart: NumberDefinition = {
  kind: 'number',
  name: 'weight',
  about: 'Share of the hits, relative to the other parts',
  integer: false,
  low: 0,
  lowOpen: true,
  high: Number.POSITIVE_INFINITY,
  highOpen: true,
  required: false,
  default: 1,
};

/**
 * Reads the values of a distribution and fills in the defaults.
 *
 * @throws ZipfireError `usage` that begins with the name of the parameter, where it is about one
 */
export function readShape(distribution: Distribution, raw: RawValues): KeyShape {
  return readNested(distribution, raw, null, 1);
}

/** @throws ZipfireError `usage` that suggests the nearest name */
export function findDistribution(name: string): Distribution {
  const distribution = distributionOf(name);
  if (distribution === undefined) throw unknownName('no key distribution', name, Object.keys(distributions));
  return distribution;
}

export function unknownName(what: string, name: string, known: readonly string[]): Error {
  return usageError(`${what} ${shown(name)}`, suggestion(name, known));
}

/** @param outerN the number of keys of the whole, for a part; null for the whole */
function readNested(
  distribution: Distribution,
  raw: RawValues,
  outerN: number | null,
  depth: number,
): KeyShape {
  const { name } = distribution;
  const [size, ...own] = distribution.params as [NumberDefinition, ...ParameterDefinition[]];
  const known = (outerN === null ? distribution.params : own).map((definition) => definition.name);
  for (const given of Object.keys(raw)) {
    if (!known.includes(given)) throw unknownName(`${name} takes no`, given, known);
  }
  for (const definition of own) {
    if (definition.required && isAbsent(raw[definition.name])) throw missing(distribution, definition);
  }

  const lists: Record<string, readonly number[]> = {};
  for (const definition of own) {
    if (definition.kind === 'list') lists[definition.name] = readList(definition, raw[definition.name]);
  }
  const n = readSize(distribution, size, raw['n'], lists, outerN);

  const params: Record<string, number> = {};
  const parts: KeyPart[] = [];
  for (const definition of own) {
    const given = raw[definition.name];
    if (definition.kind === 'number' && isFound(definition, given))
      params[definition.name] = numberOr(definition, given, n);
    if (definition.kind === 'parts') parts.push(...readParts(definition, given, n, depth));
  }
  const shape: KeyShape = {
    distribution: name,
    n,
    params,
    ...(Object.keys(lists).length > 0 && { lists }),
    ...(parts.length > 0 && { parts }),
  };
  const problem = distribution.problemOf(shape);
  if (problem !== null) throw usageError(problem);
  return shape;
}

function readSize(
  distribution: Distribution,
  definition: NumberDefinition,
  raw: unknown,
  lists: Readonly<Record<string, readonly number[]>>,
  outerN: number | null,
): number {
  const given = isAbsent(raw) ? outerN : readNumber(definition, raw, Number.NaN);
  const found = distribution.sizeOf({ params: {}, lists });
  if (given === null && found === null) throw missing(distribution, definition);
  if (given !== null && found !== null && given !== found) {
    throw usageError(`n must be ${found}, as many as ${distribution.name} lists; it is ${given}`);
  }
  return given ?? (found as number); // not both are null
}

/** Whether a number has a value; one that is optional and has no default may have none. */
function isFound({ required, default: otherwise }: NumberDefinition, raw: unknown): boolean {
  return required || otherwise !== undefined || !isAbsent(raw);
}

function numberOr(definition: NumberDefinition, raw: unknown, n: number): number {
  if (!isAbsent(raw)) return readNumber(definition, raw, n);
  return definition.default === 'n' ? n : (definition.default ?? Number.NaN);
}

/**
 * A single distribution, or a list of them with weights: `{ zipf: { alpha: 1 } }`, `{ weight: 9, uniform: {}
 * }`.
 */
function readParts(definition: PartsDefinition, raw: unknown, n: number, depth: number): KeyPart[] {
  const { name, weighted } = definition;
  if (depth > MAX_DEPTH) throw usageError(`${name} is nested more than ${MAX_DEPTH} deep`);
  if (!weighted) return [readPart(name, raw, n, depth, false)];
  if (!Array.isArray(raw)) {
    const hint = typeof raw === 'string' ? 'a flag cannot hold it: write these keys in a profile' : undefined;
    throw usageError(`${name} must be a list of distributions; read ${shown(raw)}`, hint);
  }
  if (raw.length === 0 || raw.length > MAX_PARTS) {
    throw usageError(`${name} must have 1 to ${MAX_PARTS} distributions; it has ${raw.length}`);
  }
  return raw.map((part, i) => readPart(`${name} ${i + 1}`, part, n, depth, true));
}

function readPart(place: string, raw: unknown, n: number, depth: number, weighted: boolean): KeyPart {
  return at(place, () => {
    const { weight, ...rest } = typeof raw === 'string' ? { [raw]: {} } : toRecord(raw);
    if (weight !== undefined && !weighted) throw usageError('a single distribution has no weight');
    const [first, second] = Object.entries(rest);
    if (first === undefined || second !== undefined) {
      throw usageError(`expected one distribution of ${Object.keys(distributions).join(', ')}`);
    }
    const [name, values] = first;
    const inner = findDistribution(name);
    return {
      weight: numberOr(weightOfPart, weight, n),
      ...readNested(inner, isAbsent(values) ? {} : toRecord(values), n, depth + 1),
    };
  });
}

/** Says where in the parts a problem is. */
function at<T>(place: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ZipfireError)) throw error;
    throw usageError(`${place}: ${error.message}`, error.hint);
  }
}

function toRecord(raw: unknown): RawValues {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return raw as RawValues;
  throw usageError(`expected names and values, read ${shown(raw)}`);
}

function missing(distribution: Distribution, { name, about }: ParameterDefinition): Error {
  return usageError(`${distribution.name} needs ${name}`, `${about}; for example ${distribution.example}`);
}

function isAbsent(raw: unknown): raw is null | undefined {
  return raw === null || raw === undefined;
}
