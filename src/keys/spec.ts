import { escapeText, type KeySpec, suggestion, usageError } from '../core/index.js';
import type { Distribution } from './distribution.js';
import { type ParameterDefinition, readParameter } from './parameter.js';
import { distributionOf, distributions } from './registry.js';

/** What a key generator takes besides its distribution's parameters. */
export interface KeySpecOptions {
  /** How an index is written: text with one `{}`. Default `{}`. */
  readonly format?: string | undefined;
  /** Default: what the distribution says. */
  readonly scatter?: boolean | undefined;
}

const MAX_FORMAT_LENGTH = 1000;
/** What a flag may say beside the distribution's parameters, as a profile does. */
const flagOptions = ['as', 'scatter'];

/**
 * Checks what a user asked for and fills in the defaults. Values may be numbers or text (`1e6`, `1_000_000`,
 * `10k`).
 *
 * @throws ZipfireError `usage` that names the parameter, what was read and what is valid; it suggests the
 *   nearest name for an unknown one
 */
export function resolveKeySpec(
  distributionName: string,
  raw: Readonly<Record<string, unknown>>,
  options: KeySpecOptions = {},
): KeySpec {
  const distribution = findDistribution(distributionName);
  const known = distribution.params.map(({ name }) => name);
  for (const name of Object.keys(raw)) {
    if (!known.includes(name)) throw unknownName(`${distribution.name} takes no`, name, known);
  }
  const [sizeDefinition, ...own] = distribution.params as [ParameterDefinition, ...ParameterDefinition[]];
  const n = read(distribution, sizeDefinition, raw['n'], Number.NaN);
  const params = own.map((definition) => [
    definition.name,
    read(distribution, definition, raw[definition.name], n),
  ]);
  return {
    distribution: distribution.name,
    n,
    params: Object.fromEntries(params) as Record<string, number>,
    format: checkFormat(options.format ?? '{}'),
    scatter: options.scatter ?? distribution.scattered,
  };
}

/**
 * Reads a key generator as a flag gives it: `zipf:n=1e6,alpha=1.2`, and if need be `,as=user_{}` and
 * `,scatter=false`.
 *
 * @throws ZipfireError `usage`
 */
export function parseKeyFlag(text: string): KeySpec {
  const colon = text.indexOf(':');
  const name = (colon === -1 ? text : text.slice(0, colon)).trim();
  const distribution = findDistribution(name);
  const raw: Record<string, string> = {};
  const rest = colon === -1 ? '' : text.slice(colon + 1);
  for (const pair of rest.split(',').filter((piece) => piece.trim() !== '')) {
    const [, key = '', value = ''] = /^\s*([^=]*?)\s*=(.*)$/s.exec(pair) ?? [];
    if (key === '') {
      throw usageError(
        `expected name=value in the keys, read ${quoted(pair)}`,
        `for example ${distribution.example}`,
      );
    }
    if (Object.hasOwn(raw, key)) throw usageError(`${quoted(key)} is given twice in the keys`);
    raw[key] = value.trim();
  }
  const { as: format, scatter, ...params } = raw;
  const known = [...distribution.params.map((definition) => definition.name), ...flagOptions];
  for (const key of Object.keys(params)) {
    if (!known.includes(key)) throw unknownName(`${distribution.name} takes no`, key, known);
  }
  return resolveKeySpec(name, params, {
    format,
    scatter: scatter === undefined ? undefined : readBoolean(scatter),
  });
}

function findDistribution(name: string): Distribution {
  const distribution = distributionOf(name);
  if (distribution === undefined) throw unknownName('no key distribution', name, Object.keys(distributions));
  return distribution;
}

function read(distribution: Distribution, definition: ParameterDefinition, raw: unknown, n: number): number {
  if (raw !== undefined && raw !== null) return readParameter(definition, raw, n);
  if (definition.default !== undefined) return definition.default;
  throw usageError(
    `${distribution.name} needs ${definition.name}`,
    `${definition.about}; for example ${distribution.example}`,
  );
}

function checkFormat(format: string): string {
  const holes = format.split('{}').length - 1;
  if (holes !== 1) throw usageError(`as must hold {} once, where the number goes; read ${quoted(format)}`);
  if (format.length > MAX_FORMAT_LENGTH)
    throw usageError(`as is longer than ${MAX_FORMAT_LENGTH} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get into a request line
  if (/[\x00-\x1f\x7f]/.test(format)) throw usageError(`as holds a control character: ${quoted(format)}`);
  return format;
}

function readBoolean(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw usageError(`scatter must be true or false; read ${quoted(text)}`);
}

function unknownName(what: string, name: string, known: readonly string[]): Error {
  return usageError(`${what} ${quoted(name)}`, suggestion(name, known));
}

function quoted(text: string): string {
  return `"${escapeText(text, { maxLength: 60 })}"`;
}
