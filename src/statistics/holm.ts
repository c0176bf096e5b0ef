/**
 * p-values adjusted for having been looked at together: the chance that any of those at or below `alpha` is a false
 * alarm is then `alpha` at most, however they depend on each other.
 *
 * Source: Holm, Scand. J. Statist. 6 (1979).
 *
 * @param ps in [0, 1]
 * @returns in the same order, each at least what it was
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, i) => i).sort((a, b) => (ps[a] as number) - (ps[b] as number));
  const adjusted = new Array<number>(ps.length).fill(1);
  let least = 0;
  order.forEach((at, i) => {
    least = Math.min(1, Math.max(least, (ps.length - i) * (ps[at] as number)));
    adjusted[at] = least;
  });
  return adjusted;
}
