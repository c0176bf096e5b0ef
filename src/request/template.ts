import { usageError } from '../core/index.js';

/** What stands between two braces: a name and its arguments. */
export interface Hole {
  readonly name: string;
  readonly args: readonly string[];
  /** The hole as written, for messages. */
  readonly source: string;
}

/** A template taken apart: literal text and holes, in order. */
export type TemplatePart = string | Hole;

/** Bound on holes in one template: a template is written by hand, and each hole costs a call a request. */
const MAX_HOLES = 1000;

/**
 * Takes a template apart.
 *
 * ```
 * template = { text | hole | "\{{" }            ; "\{{" is a literal "{{"
 * hole     = "{{" name { arg } "}}"             ; words set apart by spaces
 * ```
 *
 * @throws ZipfireError `usage` for a hole that is not closed, or empty
 */
export function parseTemplate(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = '';
  let at = 0;
  let holes = 0;
  while (at < text.length) {
    const open = text.indexOf('{{', at);
    if (open < 0) break;
    if (open > 0 && text[open - 1] === '\\') {
      literal += `${text.slice(at, open - 1)}{{`;
      at = open + 2;
      continue;
    }
    const close = text.indexOf('}}', open + 2);
    if (close < 0) {
      throw usageError(
        `template ${quote(text)}: "{{" at column ${open + 1} has no "}}"`,
        'close it, or write \\{{ for two literal braces',
      );
    }
    literal += text.slice(at, open);
    if (literal !== '') parts.push(literal);
    literal = '';
    parts.push(parseHole(text, open, close));
    if (++holes > MAX_HOLES) throw usageError(`template ${quote(text)}: more than ${MAX_HOLES} holes`);
    at = close + 2;
  }
  literal += text.slice(at);
  if (literal !== '') parts.push(literal);
  return parts;
}

function parseHole(text: string, open: number, close: number): Hole {
  const source = text.slice(open, close + 2);
  const words = text
    .slice(open + 2, close)
    .split(/\s+/)
    .filter(Boolean);
  const [name, ...args] = words;
  if (name === undefined) {
    throw usageError(
      `template ${quote(text)}: "${source}" at column ${open + 1} names nothing`,
      'write a key or a variable between the braces, such as {{key}}',
    );
  }
  return { name, args, source };
}

/** A text from outside as a message shows it: one line, cut, control characters visible. */
export function quote(text: string): string {
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return JSON.stringify(shown);
}
