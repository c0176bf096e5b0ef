import type { Difference } from '../core/index.js';

const MOST = 100;
const MOST_DEPTH = 32;
const MOST_LENGTH = 120;

/** What says nothing about what was measured: names, gates, and how often. */
const besides = new Set([
  'plan.name',
  'plan.gates',
  'plan.phases.repeat',
  // These follow from the URL.
  'plan.target.host',
  'plan.target.port',
  'plan.target.authority',
  'plan.target.path',
]);

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
    // Deeper than any plan: what anyone may have nested without end.
    if (depth > MOST_DEPTH) return;
    const [inA, inB] = [entriesOf(a), entriesOf(b)];
    if (inA === null || inB === null || Array.isArray(a) !== Array.isArray(b)) {
      if (a !== b) found.push({ result, path, base: shown(a), new: shown(b) });
      return;
    }
    for (const name of new Set([...inA.keys(), ...inB.keys()])) {
      const step = Array.isArray(a) ? `[${name}]` : path === '' ? name : `.${name}`;
      compare(inA.get(name), inB.get(name), `${path}${step}`, depth + 1);
    }
  }
}

function entriesOf(value: unknown): Map<string, unknown> | null {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : null;
}

function shown(value: unknown): string | null {
  if (value === undefined) return null;
  const text = JSON.stringify(value, shallow());
  return text.length > MOST_LENGTH ? `${text.slice(0, MOST_LENGTH - 1)}…` : text;
}

/** Keeps of what is written as much as could be shown. */
function shallow(): (name: string, value: unknown) => unknown {
  let left = MOST_LENGTH;
  return (_, value) => (left-- > 0 ? value : null);
}
