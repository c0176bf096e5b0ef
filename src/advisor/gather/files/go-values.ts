import type { SourceValue } from './artifact.js';
import { statementEnd, type Token, textOf } from './tokens.js';

/** In seconds, since most settings are times. */
const units: Readonly<Record<string, number>> = {
  Nanosecond: 1e-9,
  Microsecond: 1e-6,
  Millisecond: 1e-3,
  Second: 1,
  Minute: 60,
  Hour: 3600,
};
const MOST_STEPS = 8;
const MOST_TEXT = 80;
const MOST_NUMBERS = 200;

/** What names stand for in a file: constants and variables that are given a value once. */
export type Names = ReadonlyMap<string, readonly Token[]>;

export function sourceValue(tokens: readonly Token[], names: Names, file: string): SourceValue {
  return {
    text: textOf(tokens).slice(0, MOST_TEXT),
    number: evaluate(tokens, names, 0),
    file,
    line: tokens[0]?.line ?? 1,
  };
}

/** Products of numbers, units of time and names: `90 * time.Second`, `1 << 20`. Null: it cannot be worked out. */
function evaluate(tokens: readonly Token[], names: Names, step: number): number | null {
  if (step > MOST_STEPS) return null;
  const [first, second, third, ...rest] = tokens;
  if (first === undefined) return null;
  const shift = tokens.findIndex(({ text }, i) => text === '<' && tokens[i + 1]?.text === '<');
  if (shift > 0) {
    const left = evaluate(tokens.slice(0, shift), names, step + 1);
    const right = evaluate(tokens.slice(shift + 2), names, step + 1);
    return left === null || right === null ? null : left * 2 ** right;
  }
  const times = splitAt(tokens, '*');
  if (times.length > 1) {
    const factors = times.map((part) => evaluate(part, names, step + 1));
    return factors.some((each) => each === null) ? null : factors.reduce<number>((a, b) => a * (b ?? 0), 1);
  }
  if (first.text === '(' && tokens.at(-1)?.text === ')')
    return evaluate(tokens.slice(1, -1), names, step + 1);
  if (first.text === '-' && second !== undefined) {
    const value = evaluate(tokens.slice(1), names, step + 1);
    return value === null ? null : -value;
  }
  if (first.text === 'time' && second?.text === '.' && third !== undefined) {
    if (rest.length === 0) return units[third.text] ?? null;
    if (third.text === 'Duration') return evaluate(rest, names, step + 1);
    return null;
  }
  if (tokens.length > 1) return null;
  if (first.kind === 'number') return Number(first.text.replaceAll('_', ''));
  if (first.text === 'true') return 1;
  if (first.text === 'false' || first.text === 'nil') return 0;
  const named = names.get(first.text);
  return named === undefined ? null : evaluate(named, names, step + 1);
}

function splitAt(tokens: readonly Token[], sign: string): Token[][] {
  const all: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === sign && depth === 0) all.push([]);
    else (all.at(-1) as Token[]).push(token);
  }
  return all;
}

/** `const a = …`, `a = …` in a block of them, `a := …`. A name with two values stands for neither. */
export function namesOf(tokens: readonly Token[]): Names {
  const names = new Map<string, Token[]>();
  const twice = new Set<string>();
  for (const [i, token] of tokens.entries()) {
    const sign = tokens[i + 1]?.text;
    const typed = tokens[i + 1]?.line === token.line && declared(tokens, i);
    const at = sign === '=' || sign === ':=' ? i + 2 : typed || -1;
    if (token.kind !== 'word' || at < 0 || tokens[i - 1]?.text === '.') continue;
    if (tokens[at]?.line !== token.line) continue;
    const value = tokens.slice(at, statementEnd(tokens, at));
    if (value.length === 0 || value.length > 16) continue;
    if (names.has(token.text)) twice.add(token.text);
    names.set(token.text, value);
  }
  for (const name of twice) names.delete(name);
  return names;
}

/** Those of the package, as numbers: other files of it use them. */
export function numbersOf(tokens: readonly Token[], names: Names): Record<string, number> {
  const numbers = new Map<string, number>();
  let depth = 0;
  for (const { kind, text } of tokens) {
    if (text === '{') depth++;
    if (text === '}') depth--;
    const value = depth === 0 && kind === 'word' ? names.get(text) : undefined;
    const number = value === undefined || numbers.size >= MOST_NUMBERS ? null : evaluate(value, names, 0);
    if (number !== null) numbers.set(text, number);
  }
  return Object.fromEntries(numbers);
}

/** `var name time.Duration = …`: where the value begins; 0 when it is no such thing. */
function declared(tokens: readonly Token[], at: number): number {
  const before = tokens[at - 1]?.text;
  if (before !== 'var' && before !== 'const') return 0;
  for (let i = at + 1; i < at + 6 && tokens[i]?.line === tokens[at]?.line; i++)
    if (tokens[i]?.text === '=') return i + 1;
  return 0;
}
