import { Chalk } from 'chalk';
import { escapeText, formatCount } from '../core/index.js';

/** How a report may look; the caller knows the terminal, the report does not. */
export interface TerminalOptions {
  /** Whether to write SGR codes. `NO_COLOR` and whether stdout is a TTY are the caller's to honour. */
  readonly colour: boolean;
  /** Columns to fill at most; below 40 is treated as 40. */
  readonly width: number;
  /** Whether the terminal shows more than ASCII. */
  readonly unicode: boolean;
}

type Paint = (text: string) => string;

/** Colours by what they mean. Quiet on purpose: a good report has almost none. */
export interface Style {
  readonly width: number;
  readonly unicode: boolean;
  readonly good: Paint;
  readonly bad: Paint;
  readonly warn: Paint;
  /** What is there for completeness: labels, units of context, legends. */
  readonly quiet: Paint;
  readonly strong: Paint;
  /** Sparklines: a surface of full blocks in white would outshine the figures. */
  readonly drawing: Paint;
  readonly goodBadge: Paint;
  readonly badBadge: Paint;
  readonly warnBadge: Paint;
  /** Text from outside, escaped and bounded to `maxLength` characters. */
  readonly outside: (text: string, maxLength?: number) => string;
  /** A number of failures: red unless it is 0. */
  readonly failures: (count: number) => string;
}

export function createStyle(options: TerminalOptions): Style {
  const chalk = new Chalk({ level: options.colour ? 1 : 0 });
  // Chalk joins all arguments: a paint must take one only, or `lines.map(paint)` prints indices.
  const paint =
    (colour: Paint): Paint =>
    (text) =>
      colour(text);
  return {
    width: Number.isFinite(options.width) ? Math.max(40, Math.floor(options.width)) : 80,
    unicode: options.unicode,
    good: paint(chalk.green),
    bad: paint(chalk.red),
    warn: paint(chalk.yellow),
    quiet: paint(chalk.dim),
    strong: paint(chalk.bold),
    drawing: paint(chalk.cyan),
    goodBadge: paint(chalk.green.bold),
    badBadge: paint(chalk.red.bold),
    warnBadge: paint(chalk.black.bgYellow.bold),
    outside: (text, maxLength = 60) => escapeText(text, { maxLength, ascii: !options.unicode }),
    failures: (count) => (count === 0 ? formatCount(0) : chalk.red(formatCount(count))),
  };
}

/** One ASCII character for each that reports use, so that alignment holds. */
const ascii: Readonly<Record<string, string>> = {
  '✓': '+',
  '✗': 'x',
  '–': '-',
  '·': '|',
  '→': '>',
  '×': 'x',
  µ: 'u',
  '…': '>',
  σ: 's',
  κ: 'k',
  '²': '2',
  '█': '#',
  '░': '.',
  '▁': '_',
  '▂': '.',
  '▃': ',',
  '▄': '-',
  '▅': '=',
  '▆': '+',
  '▇': '*',
};

/** Folds our own signs to ASCII. Text from outside is ASCII by then, escaped by `Style.outside`. */
export function foldToAscii(text: string): string {
  return text.replace(/[\u0080-\u{10ffff}]/gu, (sign) => ascii[sign] ?? '?');
}
