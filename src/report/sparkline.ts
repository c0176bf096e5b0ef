const levels = [...'▁▂▃▄▅▆▇█'];

/** How several values that fall on one character become one: the mean for a rate, the worst for a latency. */
export type Fold = 'mean' | 'max';

/**
 * A series as one line of at most `width` characters, its foot at 0 so that heights compare.
 * A place without data (null) is a blank; the highest value has the full block.
 */
export function sparkline(values: readonly (number | null)[], width: number, fold: Fold): string {
  const points = resample(values, width, fold);
  const top = Math.max(0, ...points.map((value) => value ?? 0));
  return points.map((value) => glyph(value, top)).join('');
}

function glyph(value: number | null, top: number): string {
  if (value === null) return ' ';
  if (top === 0) return levels[0] as string;
  const level = Math.ceil((value / top) * levels.length) - 1;
  return levels[Math.min(levels.length - 1, Math.max(0, level))] as string;
}

/** At most `width` points, each over an equal stretch of `values`. */
export function resample(values: readonly (number | null)[], width: number, fold: Fold): (number | null)[] {
  const count = Math.max(0, Math.floor(width));
  if (values.length <= count) return [...values];
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const to = Math.floor(((index + 1) * values.length) / count);
    return foldOf(values.slice(from, to), fold);
  });
}

function foldOf(values: readonly (number | null)[], fold: Fold): number | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return fold === 'max' ? Math.max(...known) : known.reduce((sum, value) => sum + value, 0) / known.length;
}
