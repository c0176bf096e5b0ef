import type { Pacer } from '../core/index.js';

/**
 * How many hits of a schedule are due before an instant, in seconds from its start. Random arrivals are those of the
 * seed, and not their mean: of a hundred a tenth may be too few or too many by chance. They are walked, so whole
 * seconds, which are asked for again, are kept.
 *
 * @param pacer without bounds
 */
export function arrivalCounter({ dueNs }: Pacer): (sec: number) => number {
  const bySecond = [0];
  const between = new Map<number, number>();
  const walk = (from: number, sec: number) => {
    let hit = from;
    for (let due = dueNs(hit); due !== null && due < sec * 1e9; due = dueNs(hit)) hit++;
    return hit;
  };
  return (sec) => {
    const whole = Math.max(0, Math.floor(sec));
    while (bySecond.length <= whole) bySecond.push(walk(bySecond.at(-1) as number, bySecond.length)); // begins with one
    const before = bySecond[whole] as number;
    if (sec <= whole) return before;
    const count = between.get(sec) ?? walk(before, sec);
    between.set(sec, count);
    return count;
  };
}
