import {
  closest,
  escapeText,
  parseBytes,
  parseCount,
  parseDurationMs,
  parseRate,
  parseShare,
  usageError,
} from '../core/index.js';

/** How a setting is written, read and explained. One table serves flags, profiles and the JSON Schema. */
export interface Setting<T> {
  /** Where it stands in a profile; empty when only a flag gives it. */
  readonly path: readonly string[];
  /** Empty when only a profile gives it. */
  readonly flag: string;
  readonly about: string;
  /** What its text is; decides what the JSON Schema allows. */
  readonly kind: 'text' | 'count' | 'bytes' | 'duration' | 'rate' | 'share' | 'boolean' | 'choice';
  readonly choices?: readonly string[];
  readonly examples: readonly (string | number | boolean)[];
  /** @throws ZipfireError `usage` that says what was read and what was expected */
  readonly read: (text: string) => T;
}

/** Longest time that a timer of Node can hold; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** An interval of 10 ns; no machine sends more. */
const MAX_RATE = 1e8;
const MAX_TEXT = 4096;

/** What the settings of one kind have in common. */
type Fields<T> = Pick<Setting<T>, 'about' | 'kind' | 'examples' | 'read'>;

export function text(about: string): Fields<string> {
  return { about, kind: 'text', examples: [], read: readText };
}

export function count(min: number, max: number, about: string): Fields<number> {
  const read = (text: string) => inRange(parseCount(text), min, max, text);
  return { about, kind: 'count', examples: [], read };
}

export function bytes(min: number, max: number, about: string): Fields<number> {
  const read = (text: string) => inRange(parseBytes(text), min, max, text);
  return { about, kind: 'bytes', examples: [], read };
}

export function duration(minMs: number, about: string): Fields<number> {
  return { about, kind: 'duration', examples: [], read: (text) => readDuration(text, minMs) };
}

export function boolean(about: string): Fields<boolean> {
  return { about, kind: 'boolean', examples: [true, false], read: readBoolean };
}

export function choice<const T extends string>(
  choices: readonly T[],
  about: string,
): Fields<T> & { choices: readonly T[] } {
  const read = (text: string) => readChoice(text, choices);
  return { about, kind: 'choice', choices, examples: [], read };
}

function readText(text: string): string {
  if (text === '') throw usageError('expected a text, read an empty one');
  if (text.length > MAX_TEXT) throw usageError(`a text of more than ${MAX_TEXT} characters`);
  if (text.includes('\0')) throw usageError('a text may not hold NUL');
  return text;
}

export function readBoolean(text: string): boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  throw usageError(`expected true or false, read ${shown(text)}`);
}

function readChoice<T extends string>(text: string, choices: readonly T[]): T {
  const found = choices.find((known) => known === text);
  if (found !== undefined) return found;
  const near = closest(text, choices);
  const mend = near === undefined ? undefined : `did you mean "${near}"?`;
  throw usageError(`expected ${listed(choices)}, read ${shown(text)}`, mend);
}

/** `a, b or c` */
function listed(choices: readonly string[]): string {
  return `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;
}

function readDuration(text: string, minMs: number): number {
  const ms = parseDurationMs(text);
  if (ms < minMs)
    throw usageError(`expected at least ${minMs < 1 ? '1us' : `${minMs}ms`}, read ${shown(text)}`);
  if (ms > MAX_TIMER_MS) throw usageError(`expected at most 596h (24 days), read ${shown(text)}`);
  return ms;
}

export function readWorkers(text: string): number | 'auto' {
  if (text === 'auto') return text;
  if (/^[a-z]/i.test(text)) throw usageError(`expected auto or a whole number, read ${shown(text)}`);
  return inRange(parseCount(text), 1, 1024, text);
}

export function readRate(text: string): number {
  const perSecond = parseRate(text);
  if (perSecond === 0) throw usageError('a rate of 0 sends nothing', 'leave it out for a closed loop');
  if (perSecond > MAX_RATE) throw usageError(`expected at most 100M/s, read ${shown(text)}`);
  return perSecond;
}

/** A share above 0. */
export function readPart(text: string): number {
  const share = parseShare(text);
  if (share === 0) throw usageError('a share of 0 is none', 'leave it out');
  return share;
}

export function readProxy(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isProxy = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (!isProxy) throw usageError('expected the URL of an HTTP proxy, such as http://127.0.0.1:3128');
  return readText(text);
}

function inRange(value: number, min: number, max: number, text: string): number {
  if (value < min) throw usageError(`expected ${min} or more, read ${shown(text)}`);
  if (value > max) throw usageError(`expected ${max} at most, read ${shown(text)}`);
  return value;
}

function shown(text: string): string {
  return `"${escapeText(text, { maxLength: 60 })}"`;
}
