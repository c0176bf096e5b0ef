import type { Difference } from './comparison.js';

const MOST = 100;
const MOST_DEPTH = 32;
const MOST_LENGTH = 120;

/** What says nothing about what was measured: names, gates, and how often. */
const besides = new Set(['plan.name', 'plan.gates', 'plan.phases.repeat']);

/**
 * The settings in which two documents differ, by path, in the order of the first; at most 100. A result of another
 * load, of other keys or of another machine may be compared, but who reads it has to know.
 */
export function differencesBetween(
  base: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
  result: string,
): Difference[] {
  const found: Difference[] = [];
  compare(base, other, '', 0);
  return found;

  function compare(a: unknown, b: unknown, path: string, depth: number): void {
    if (found.length >= MOST || besides.has(path)) return;
    const [inA, inB] = [entriesOf(a), entriesOf(b)];
    if (inA !== null && inB !== null && Array.isArray(a) === Array.isArray(b) && depth < MOST_DEPTH) {
      const names = new Set([...inA.keys(), ...inB.keys()]);
      for (const name of names) {
        const step = Array.isArray(a) ? `[${name}]` : path === '' ? name : `.${name}`;
        compare(inA.get(name), inB.get(name), `${path}${step}`, depth + 1);
      }
      return;
    }
    if (a === b) return;
    const [before, after] = [shown(a), shown(b)];
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push({ result, path, base: before, new: after });
  }
}

function entriesOf(value: unknown): Map<string, unknown> | null {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
}

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length > MOST_LENGTH ? `${text.slice(0, MOST_LENGTH - 1)}…` : text;
}
