import { formatCount } from '../core/index.js';
import { median } from './robust.js';
import { episodesOf } from './spikes.js';
import type { Stall } from './stalls.js';

const MOST_TIMES = 5;

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

/** `3 stalls of about 800 ms, in which no response came (at 10.2, 20.2 and 30.2 s, every 10 s)` */
export function stallsText(stalls: readonly Stall[]): string {
  const times = stalls.map(({ t }) => t);
  const usualMs = median(stalls.map((stall) => stall.ms)) ?? 0;
  const about = stalls.length === 1 ? '1 stall of' : `${formatCount(stalls.length)} stalls of about`;
  return `${about} ${ms(usualMs)}, in which no response came (at ${listOf(times, rhythmOf(times))})`;
}

/** `3 seconds (10, 20 and 30 s, every 10 s)`. @param marked the same seconds within all, for their rhythm */
export function timesOf(times: readonly number[], marked: readonly boolean[]): string {
  const starts = episodesOf(marked).map(({ from }) => from);
  const count = formatCount(times.length);
  return `${count} second${times.length === 1 ? '' : 's'} (${listOf(times, rhythmOf(starts))})`;
}

function listOf(times: readonly number[], rhythm: number | null): string {
  const shown = times.slice(0, MOST_TIMES).map((t) => String(Number(t.toFixed(1))));
  const more = times.length > MOST_TIMES ? [...shown, '…'] : shown;
  return `${more.join(', ')} s${rhythm === null ? '' : `, every ${rhythm} s`}`;
}

/** The seconds from one event to the next where these are regular; null: they are not, or there are too few. */
function rhythmOf(starts: readonly number[]): number | null {
  const gaps = starts.slice(1).map((from, i) => from - (starts[i] as number));
  const usual = median(gaps);
  if (usual === null || gaps.length < 2 || usual < 2) return null;
  // A second more or less is in the counting; 2 and 4 in turns are no 3.
  const most = Math.max(Math.min(1, usual / 4), 0.1 * usual);
  return gaps.every((gap) => Math.abs(gap - usual) <= most) ? Math.round(usual) : null;
}
