/**
 * What must not reach a terminal, a log or a CI page as it is: control characters (ANSI escapes begin with one),
 * invisible and bidirectional format characters (they reorder what is read), separators that break a line,
 * halves of surrogate pairs, and code points that mean nothing or nothing known.
 * The zero-width joiner and the variation selectors are among them; an emoji falls into its parts, which is safe.
 */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?<=\p{M}{2})\p{M}/gu;
const notAscii = /[^\x20-\x7e]/gu;

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e' };

export interface EscapeOptions {
  /** Longest result, in characters; a longer one is cut and ends in `…`. Default 200. */
  readonly maxLength?: number;
  /** Escape everything that is not ASCII too. Default false. */
  readonly ascii?: boolean;
}

/**
 * Makes text from outside (names, URLs, gate sources, messages of a server) safe to show: one line, bounded,
 * with everything that could move the cursor, colour, hide or reorder written as a visible escape
 * (`\n`, `\e`, `\u{202e}`).
 */
export function escapeText(text: string, options: EscapeOptions = {}): string {
  const maxLength = options.maxLength ?? 200;
  // Cut before escaping, so that a text of any size costs no more than the part that is shown.
  const bounded = text.length > maxLength * 2 ? text.slice(0, maxLength * 2) : text;
  const visible = bounded.replace(unsafe, visibleEscape);
  const shown = options.ascii === true ? visible.replace(notAscii, visibleEscape) : visible;
  const points = [...shown];
  if (points.length <= maxLength && bounded === text) return shown;
  return `${points.slice(0, Math.max(0, maxLength - 1)).join('')}…`;
}

function visibleEscape(character: string): string {
  return short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
