/** What a token of source code is; comments are dropped, and no rule looks into a string. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'punctuation';
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

export type Dialect = 'go' | 'javascript';

/** After these a slash begins a regular expression and not a division. */
const beforeExpression = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'await',
]);

const word = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const number = /0[xXbBoO][\da-fA-F_]+n?|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?n?/y;
const space = /\s+/y;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y;
const quoted = /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/y;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/**
 * Source code as tokens, in one pass. It is no parser: enough to tell code from comments, strings and regular
 * expressions, so that a setting in a comment is not taken for one. What it cannot make sense of it skips.
 */
export function tokensOf(source: string, dialect: Dialect): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0] ?? null;
  };
  const push = (kind: Token['kind'] | null, text: string): void => {
    if (kind !== null) tokens.push({ kind, text, line });
    at += text.length;
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) line++;
  };
  if (source.startsWith('#!')) push(null, source.slice(0, lineEnd(source)));
  while (at < source.length) {
    const char = source[at] as string;
    let text = match(space) ?? match(comment);
    if (text !== null) {
      push(null, text);
      continue;
    }
    if (char === '`') {
      push('string', source.slice(at, dialect === 'go' ? rawEnd(source, at) : templateEnd(source, at)));
      continue;
    }
    text = match(quoted);
    if (text !== null) {
      push('string', text);
      continue;
    }
    text = match(word);
    if (text !== null) {
      push('word', text);
      continue;
    }
    text = match(number);
    if (text !== null) {
      push('number', text);
      continue;
    }
    if (char === '/' && dialect === 'javascript' && expressionMayBegin(tokens.at(-1))) {
      text = match(regex);
      if (text !== null) {
        push('string', text);
        continue;
      }
    }
    push('punctuation', source.startsWith(':=', at) ? ':=' : source.startsWith('=>', at) ? '=>' : char);
  }
  return tokens;
}

/** What a string literal says; escapes stay as they are. */
export function unquoted(token: Token): string {
  return token.text.replace(/^["'`]/, '').replace(/["'`]$/, '');
}

/** The index after the bracket that closes the one at `open`; the end of the tokens when none does. */
export function closing(tokens: readonly Token[], open: number): number {
  const known = bracketsOf(tokens)[open];
  return known === undefined || known === 0 ? tokens.length : known;
}

/** Of each bracket that opens, where what it closes with ends: found once, since brackets may be nested without end. */
function bracketsOf(tokens: readonly Token[]): Int32Array {
  const known = brackets.get(tokens);
  if (known !== undefined) return known;
  const ends = new Int32Array(tokens.length);
  const open: number[] = [];
  for (const [i, { kind, text }] of tokens.entries()) {
    if (kind !== 'punctuation') continue;
    if (text === '{' || text === '(' || text === '[') open.push(i);
    else if (text === '}' || text === ')' || text === ']') {
      const start = open.pop();
      if (start !== undefined) ends[start] = i + 1;
    }
  }
  brackets.set(tokens, ends);
  return ends;
}

const brackets = new WeakMap<readonly Token[], Int32Array>();

/** As `parts`, by where each begins and ends. */
export function partRanges(tokens: readonly Token[], open: number): [start: number, end: number][] {
  const end = closing(tokens, open) - 1;
  const ranges: [number, number][] = [];
  let start = open + 1;
  for (let i = start; i < end; ) {
    const { kind, text } = tokens[i] as Token;
    if (kind === 'punctuation' && text === ',') {
      if (i > start) ranges.push([start, i]);
      start = i + 1;
    }
    i = kind === 'punctuation' && '{(['.includes(text) ? Math.min(end, closing(tokens, i)) : i + 1;
  }
  if (end > start) ranges.push([start, end]);
  return ranges;
}

/** The parts between the brackets from `open` to `end`, cut at their own commas. */
export function parts(tokens: readonly Token[], open: number, end: number): Token[][] {
  const all: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens.slice(open + 1, end - 1)) {
    if (token.kind === 'punctuation') {
      if ('{(['.includes(token.text)) depth++;
      if ('})]'.includes(token.text)) depth--;
      if (token.text === ',' && depth === 0) {
        all.push([]);
        continue;
      }
    }
    (all.at(-1) as Token[]).push(token);
  }
  return all.filter((part) => part.length > 0);
}

/** The index after the last token on the line of the one at `at`, or of a semicolon before that. */
export function statementEnd(tokens: readonly Token[], at: number): number {
  const line = tokens[at]?.line;
  let end = at;
  while (end < tokens.length && tokens[end]?.line === line && tokens[end]?.text !== ';') end++;
  return end;
}

/** The tokens as one text, spaced as people write them. What strings say is left out: some are secrets. */
export function textOf(tokens: readonly Token[]): string {
  let text = '';
  let before: Token | undefined;
  for (const token of tokens) {
    const tight =
      before === undefined || /^[.(){}[\],;!]$/.test(token.text) || /^[.([{!&]$/.test(before.text);
    const own = token.kind === 'string' ? '"…"' : token.text;
    text += tight ? own : ` ${own}`;
    before = token;
  }
  return text;
}

function expressionMayBegin(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'word') return beforeExpression.has(before.text);
  return before.kind === 'punctuation' && !')]}'.includes(before.text);
}

function lineEnd(source: string): number {
  const end = source.indexOf('\n');
  return end < 0 ? source.length : end;
}

function rawEnd(source: string, start: number): number {
  const end = source.indexOf('`', start + 1);
  return end < 0 ? source.length : end + 1;
}

/** A template ends at its own backtick; in `${…}` there may be others, and braces. */
function templateEnd(source: string, start: number): number {
  /** For each template that is open, how many braces are in the `${…}` we are in; −1 in its text. */
  const open = [-1];
  for (let i = start + 1; i < source.length; i++) {
    const braces = open.at(-1) as number;
    const char = source[i];
    if (char === '\\') i++;
    else if (braces < 0 && char === '`') {
      open.pop();
      if (open.length === 0) return i + 1;
    } else if (braces < 0 && char === '$' && source[i + 1] === '{') {
      open[open.length - 1] = 1;
      i++;
    } else if (braces > 0) {
      if (char === '`') open.push(-1);
      else if (char === '{') open[open.length - 1] = braces + 1;
      else if (char === '}') open[open.length - 1] = braces === 1 ? -1 : braces - 1;
    }
  }
  return source.length;
}
