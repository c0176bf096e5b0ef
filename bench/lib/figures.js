/**
 * What a row of the benchmark says: figures, each judged against what the project promises.
 *
 * @typedef {object} Figure
 * @property {string} what `requests/s ÷ wrk's`
 * @property {string} ours what zipfire did, as text with its unit
 * @property {string} peer what the peer did, or empty
 * @property {{median: number, low: number, high: number, n: number}} seen the judged number over the runs
 * @property {string} unit of `seen`: `×`, `µs`, …
 * @property {Limits | null} promise
 *
 * @typedef {{atLeast?: number, atMost?: number}} Limits
 */
import { median, spread } from './pairs.js';

/**
 * The ratio ours ÷ peer's, taken pair by pair.
 * @param {string} what
 * @param {readonly {a: number, b: number}[]} pairs ours and the peer's
 * @param {{show: (value: number) => string, promise?: Limits}} options
 * @returns {Figure}
 */
export function ratio(what, pairs, { show, promise }) {
  return {
    what,
    ours: show(median(pairs.map(({ a }) => a))),
    peer: show(median(pairs.map(({ b }) => b))),
    seen: spread(pairs.map(({ a, b }) => a / b)),
    unit: '×',
    promise: promise ?? null,
  };
}

/**
 * A figure that stands for itself.
 * @param {string} what
 * @param {readonly number[]} values
 * @param {{unit: string, promise?: Limits}} options
 * @returns {Figure}
 */
export function value(what, values, { unit, promise }) {
  return { what, ours: '', peer: '', seen: spread(values), unit, promise: promise ?? null };
}

/** Whether the median keeps the promise; null when nothing was promised. */
export function kept({ seen, promise }) {
  if (!promise) return null;
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = promise;
  return seen.median >= atLeast && seen.median <= atMost;
}

export function promiseText({ promise, unit }) {
  if (!promise) return '';
  const { atLeast, atMost } = promise;
  if (atLeast !== undefined && atMost !== undefined) return `${number(atLeast)}–${number(atMost)} ${unit}`;
  return atLeast === undefined ? `≤ ${number(atMost)} ${unit}` : `≥ ${number(atLeast)} ${unit}`;
}

export function seenText({ seen, unit }) {
  const range = seen.n > 1 ? ` (${number(seen.low)}–${number(seen.high)})` : '';
  return `${number(seen.median)}${range} ${unit}`;
}

/** Three significant digits, and no exponent. */
export function number(value) {
  if (!Number.isFinite(value)) return 'no data';
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en', { maximumFractionDigits: Math.min(digits, 6), minimumFractionDigits: 0 });
}

export const perSecond = (value) => `${number(value / 1000)} k/s`;
export const microseconds = (value) => `${number(value)} µs`;
