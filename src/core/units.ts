import { usageError } from './errors.js';
import { escapeText } from './escape.js';

/**
 * Quantities as people write them, in flags, profiles and gates. Every reader takes the text, returns a
 * number in the unit its name says, and throws a ZipfireError `usage` that shows what was read and examples.
 *
 * A number is decimal digits with an optional fraction and exponent; `_` may stand between digits. Scales of
 * ten are applied to the exponent, not multiplied, so that `1.1k` is 1100 and `0.1%` is 0.001 to the last bit.
 */

/** A longer text is no quantity, and is not looked at. */
const MAX_LENGTH = 64;
const NUMBER = String.raw`(?<digits>\d+(?:_\d+)*(?:\.\d+)?|\.\d+)(?:[eE](?<exponent>[+-]?\d{1,3}))?`;

const siPower: Readonly<Record<string, number>> = { '': 0, k: 3, K: 3, M: 6, G: 9, T: 12 };

const plainNumber = new RegExp(`^${NUMBER}$`);
const count = new RegExp(`^${NUMBER}\\s*(?<unit>[kKMGT]?)$`);
const rate = new RegExp(`^${NUMBER}\\s*(?<unit>[kKMGT]?)(?:\\s*/\\s*(?<per>s|sec|m|min|h))?$`);
const percent = new RegExp(`^${NUMBER}\\s*%$`);
const bytes = new RegExp(`^${NUMBER}\\s*(?<unit>[kKMGT]i?B|B)?$`);
const durationPart = new RegExp(`${NUMBER}\\s*(?<unit>ns|us|µs|μs|ms|s|min|m|h)\\s*`, 'y');

/** A unit of time: `factor` × 10^`power` nanoseconds. */
interface TimeUnit {
  readonly power: number;
  readonly factor: number;
}
const timeUnits: Readonly<Record<string, TimeUnit>> = {
  ns: { power: 0, factor: 1 },
  us: { power: 3, factor: 1 },
  µs: { power: 3, factor: 1 }, // U+00B5, micro sign
  μs: { power: 3, factor: 1 }, // U+03BC, Greek mu
  ms: { power: 6, factor: 1 },
  s: { power: 9, factor: 1 },
  m: { power: 9, factor: 60 },
  min: { power: 9, factor: 60 },
  h: { power: 9, factor: 3600 },
};
const secondsPer: Readonly<Record<string, number>> = { s: 1, sec: 1, m: 60, min: 60, h: 3600 };

/**
 * A stretch of time: `5s`, `300ms`, `1m30s`, `250us`, `0`. Whole nanoseconds, at most 2^53 (104 days).
 * Units descend, and only 0 may go without one.
 */
export function parseDurationNs(text: string): number {
  const trimmed = text.trim();
  if (/^0+(\.0+)?$/.test(trimmed)) return 0;
  let ns = 0;
  let below = Number.POSITIVE_INFINITY;
  let at = 0;
  while (at < trimmed.length && trimmed.length <= MAX_LENGTH) {
    durationPart.lastIndex = at;
    const match = durationPart.exec(trimmed);
    if (match === null) throw unreadable(text, DURATION);
    const unit = timeUnits[suffix(match)] as TimeUnit; // the pattern lists the same units
    const unitNs = unit.factor * 10 ** unit.power;
    if (unitNs >= below) throw unreadable(text, DURATION);
    below = unitNs;
    ns += decimal(match, unit.power) * unit.factor;
    at = durationPart.lastIndex;
  }
  if (at === 0) throw unreadable(text, DURATION);
  if (ns > Number.MAX_SAFE_INTEGER) throw usageError(`a duration of more than 104 days: ${shown(text)}`);
  return Math.round(ns);
}

/** A stretch of time in milliseconds; fractions are kept down to the nanosecond. */
export function parseDurationMs(text: string): number {
  return parseDurationNs(text) / 1e6;
}

/** Events per second: `20k/s`, `100/s`, `1.5k/m`; without `/…` it is per second. Finite, ≥ 0. */
export function parseRate(text: string): number {
  const match = matched(rate, text, RATE);
  const { per = 's' } = match.groups ?? {};
  return finite(decimal(match, si(match)) / (secondsPer[per] ?? 1), text, RATE);
}

/** A whole number: `64`, `1_000_000`, `1e6`, `100k`, `1M`. In [0, 2^53 − 1]. */
export function parseCount(text: string): number {
  const match = matched(count, text, COUNT);
  const value = decimal(match, si(match));
  if (!Number.isSafeInteger(value)) throw unreadable(text, COUNT);
  return value;
}

/** A ratio: `95%`, `0.95`, `120%`. Finite, ≥ 0. */
export function parseRatio(text: string): number {
  const asPercent = percent.exec(bounded(text));
  if (asPercent !== null) return finite(decimal(asPercent, -2), text, SHARE);
  return finite(decimal(matched(plainNumber, text, SHARE), 0), text, SHARE);
}

/** A share of a whole: `0.1%`, `0.001`. In [0, 1]. */
export function parseShare(text: string): number {
  const share = parseRatio(text);
  if (share > 1) throw usageError(`a share is at most 100%, read ${shown(text)}`);
  return share;
}

/** A size: `32`, `4KiB`, `1MB`; kB, MB, GB are powers of 1000, KiB, MiB, GiB of 1024. In [0, 2^53 − 1]. */
export function parseBytes(text: string): number {
  const match = matched(bytes, text, BYTES);
  const unit = suffix(match);
  const power = unit === '' || unit === 'B' ? 0 : (siPower[unit.charAt(0)] ?? 0);
  const value = unit.includes('i') ? decimal(match, 0) * 2 ** ((power / 3) * 10) : decimal(match, power);
  if (!Number.isSafeInteger(value)) throw unreadable(text, BYTES);
  return value;
}

/** Any number ≥ 0 that is not infinite: `1`, `0.5`, `1_000`, `2k`. */
export function parseNumber(text: string): number {
  const match = matched(count, text, PLAIN);
  return finite(decimal(match, si(match)), text, PLAIN);
}

const DURATION = 'a duration such as 5s, 300ms or 1m30s';
const RATE = 'a rate such as 20k/s, 100/s or 1.5k/m';
const COUNT = 'a whole number such as 64, 1_000_000, 1e6 or 100k';
const SHARE = 'a share such as 0.1% or 0.001';
const BYTES = 'a size in bytes such as 32, 4KiB or 1MB';
const PLAIN = 'a number such as 1, 0.5 or 1_000';

/** The number of a match, times 10^power; NaN does not come up, infinity may. */
function decimal(match: RegExpExecArray, power: number): number {
  const { digits = '', exponent = '0' } = match.groups ?? {};
  return Number(`${digits.replaceAll('_', '')}e${Number(exponent) + power}`);
}

/** The unit or SI prefix after the number; empty when there is none. */
function suffix(match: RegExpExecArray): string {
  const { unit = '' } = match.groups ?? {};
  return unit;
}

function si(match: RegExpExecArray): number {
  return siPower[suffix(match)] ?? 0;
}

function matched(pattern: RegExp, text: string, expected: string): RegExpExecArray {
  const match = pattern.exec(bounded(text));
  if (match === null) throw unreadable(text, expected);
  return match;
}

function finite(value: number, text: string, expected: string): number {
  if (!Number.isFinite(value)) throw unreadable(text, expected);
  return value;
}

function bounded(text: string): string {
  return text.length > MAX_LENGTH ? '' : text.trim();
}

function unreadable(text: string, expected: string): Error {
  return usageError(`expected ${expected}, read ${shown(text)}`);
}

function shown(text: string): string {
  return `"${escapeText(text, { maxLength: 60 })}"`;
}
