import { escapeText, suggestion } from '../core/index.js';
import { parsePart } from './issues.js';
import type { Axis } from './matrix.js';
import { matrixSchema } from './matrix-schema.js';
import type { Path, Problems } from './problems.js';
import { isRecord } from './records.js';
import { redactText } from './redact.js';
import { kindOf } from './schema-parts.js';

const NAME = /^[A-Za-z_][\w-]{0,31}$/;
const MOST_AXES = 8;
const MOST_VALUES = 64;
const MOST_CELLS = 256;
const MOST_LABEL = 32;
const REPEAT = 3;

/** The `matrix` part of a profile. */
export interface MatrixPart {
  readonly axes: readonly ValuedAxis[];
  readonly repeat: number;
  /** The cell that others are compared with, as an index into the values of each axis. */
  readonly baseline: readonly number[];
}

/** An axis with what its values are. */
export interface ValuedAxis extends Axis {
  readonly values: readonly unknown[];
}

/** @returns undefined when there are problems, which then are all in `problems` */
export function readMatrixPart(
  raw: unknown,
  problems: Problems,
  secrets: readonly string[] = [],
): MatrixPart | undefined {
  const part = parsePart(matrixSchema, raw, ['matrix'], problems);
  if (part === undefined) return undefined;
  const entries = Object.entries(part.axes);
  if (entries.length === 0) problems.add(['matrix', 'axes'], 'expected one axis at least');
  if (entries.length > MOST_AXES) {
    problems.add(['matrix', 'axes'], `expected ${MOST_AXES} axes at most, read ${entries.length}`);
  }
  const axes = entries
    .slice(0, MOST_AXES)
    .flatMap(([name, value]) => readAxis(name, value, problems, secrets) ?? []);
  const cells = axes.reduce((product, { values }) => product * values.length, 1);
  if (cells > MOST_CELLS) {
    problems.add(['matrix', 'axes'], `they make ${cells} cells; expected ${MOST_CELLS} at most`);
  }
  const baseline = readBaseline(part.baseline ?? {}, axes, problems);
  return problems.any ? undefined : { axes, repeat: Number(part.repeat ?? REPEAT), baseline };
}

function readAxis(
  name: string,
  raw: unknown,
  problems: Problems,
  secrets: readonly string[],
): ValuedAxis | undefined {
  const at: Path = ['matrix', 'axes', name];
  if (!NAME.test(name)) {
    const message = 'expected a name of letters, digits, _ and -, that does not begin with a digit or -';
    problems.add(at, message, undefined, 'name');
  }
  if (!Array.isArray(raw) && !isRecord(raw)) {
    problems.add(at, `expected a list of values, or values by name; read ${kindOf(raw)}`);
    return undefined;
  }
  const values: unknown[] = Object.values(raw);
  const labels = Array.isArray(raw) ? raw.map((value) => labelOf(value, secrets)) : Object.keys(raw);
  if (values.length < 2 || values.length > MOST_VALUES) {
    problems.add(at, `expected 2 to ${MOST_VALUES} values, read ${values.length}`);
    return undefined;
  }
  labels.forEach((label, i) => {
    const place: Path = [...at, Array.isArray(raw) ? i : label];
    if (labels.indexOf(label) < i)
      problems.add(place, 'given twice', 'give the values names: { name: value }');
    if (!Array.isArray(raw) && (label === '' || label.length > MOST_LABEL)) {
      problems.add(place, `expected a name of 1 to ${MOST_LABEL} characters`, undefined, 'name');
    }
  });
  return { name, labels, values };
}

/** What a value of a list is called: itself, or what is in it, one after the other: `zipf n=1000 alpha=1.2`. */
function labelOf(value: unknown, secrets: readonly string[]): string {
  const words = (inner: unknown): string[] => {
    if (Array.isArray(inner)) return inner.slice(0, MOST_LABEL).flatMap(words);
    if (!isRecord(inner)) return [String(inner ?? 'nothing')];
    return Object.entries(inner)
      .slice(0, MOST_LABEL)
      .flatMap(([name, item]) =>
        isRecord(item) ? [name, ...words(item)] : [`${name}=${words(item).join(',')}`],
      );
  };
  // It stands in every report; and the beginning of a secret is one, too.
  const text = redactText(words(value).join(' '), secrets);
  return text.length > MOST_LABEL ? `${text.slice(0, MOST_LABEL - 1)}…` : text;
}

function readBaseline(
  given: Readonly<Record<string, string>>,
  axes: readonly ValuedAxis[],
  problems: Problems,
): number[] {
  for (const name of Object.keys(given)) {
    const names = axes.map((axis) => axis.name);
    if (names.includes(name)) continue;
    const message = `no axis of this name; ${suggestion(name, names)}`;
    problems.add(['matrix', 'baseline', name], message, undefined, 'name');
  }
  return axes.map(({ name, labels }) => {
    const label = Object.hasOwn(given, name) ? given[name] : labels[0];
    const index = labels.indexOf(label ?? '');
    if (index >= 0) return index;
    const shown = escapeText(label ?? '', { maxLength: 60 });
    problems.add(
      ['matrix', 'baseline', name],
      `the axis has no value "${shown}"; ${suggestion(shown, labels)}`,
    );
    return 0;
  });
}
