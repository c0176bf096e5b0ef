import { type KeySpec, usageError } from '../core/index.js';
import { findDistribution, type RawValues, readShape, unknownName } from './shape.js';
import { shown } from './values.js';

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
 * `10k`); lists are lists or text (`60/30/10`); parts are written as in a profile
 * (`of: [{ weight: 9, zipf: { alpha: 1.2 } }, { weight: 1, uniform: {} }]`).
 *
 * @throws ZipfireError `usage` that names the parameter, what was read and what is valid; it suggests the
 *   nearest name for an unknown one
 */
export function resolveKeySpec(
  distributionName: string,
  raw: RawValues,
  options: KeySpecOptions = {},
): KeySpec {
  const distribution = findDistribution(distributionName);
  return {
    ...readShape(distribution, raw),
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
  const { params, example } = findDistribution(name);
  const known = [...params.map((definition) => definition.name), ...flagOptions];
  const raw = new Map<string, string>();
  const rest = colon === -1 ? '' : text.slice(colon + 1);
  for (const pair of rest.split(',').filter((piece) => piece.trim() !== '')) {
    const [, key = '', value = ''] = /^\s*([^=]*?)\s*=(.*)$/s.exec(pair) ?? [];
    if (key === '')
      throw usageError(`expected name=value in the keys, read ${shown(pair)}`, `for example ${example}`);
    if (!known.includes(key)) throw unknownName(`${name} takes no`, key, known);
    if (raw.has(key)) throw usageError(`${shown(key)} is given twice in the keys`);
    raw.set(key, value.trim());
  }
  const format = raw.get('as');
  const scatter = raw.get('scatter');
  for (const option of flagOptions) raw.delete(option);
  return resolveKeySpec(name, Object.fromEntries(raw), {
    format,
    scatter: scatter === undefined ? undefined : readBoolean(scatter),
  });
}

function checkFormat(format: string): string {
  const holes = format.split('{}').length - 1;
  if (holes !== 1) throw usageError(`as must hold {} once, where the number goes; read ${shown(format)}`);
  if (format.length > MAX_FORMAT_LENGTH)
    throw usageError(`as is longer than ${MAX_FORMAT_LENGTH} characters`);
  if (/[\x00-\x1f\x7f]/.test(format)) throw usageError(`as holds a control character: ${shown(format)}`);
  return format;
}

function readBoolean(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw usageError(`scatter must be true or false; read ${shown(text)}`);
}
