import { formatCount } from '../core/index.js';
import { median } from './robust.js';
import { episodesOf } from './spikes.js';

const MOST_TIMES = 5;

/** `3 seconds (10, 20 and 30 s, every 10 s)`. @param marked the same seconds within all, for their rhythm */
export function timesOf(times: readonly number[], marked: readonly boolean[]): string {
  const shown = times.slice(0, MOST_TIMES).map((t) => String(Number(t.toFixed(1))));
  const more = times.length > MOST_TIMES ? [...shown, '…'] : shown;
  const rhythm = rhythmOf(marked);
  const every = rhythm === null ? '' : `, every ${rhythm} s`;
  const count = formatCount(times.length);
  return `${count} second${times.length === 1 ? '' : 's'} (${more.join(', ')} s${every})`;
}

/** The seconds from one episode to the next where these are regular; null: they are not, or there are too few. */
function rhythmOf(marked: readonly boolean[]): number | null {
  const starts = episodesOf(marked).map(({ from }) => from);
  const gaps = starts.slice(1).map((from, i) => from - (starts[i] as number));
  const usual = median(gaps);
  if (usual === null || gaps.length < 2 || usual < 2) return null;
  return gaps.every((gap) => Math.abs(gap - usual) <= Math.max(1, 0.1 * usual)) ? Math.round(usual) : null;
}
