import { type FoundPattern, type Result, signalNames } from '../core/index.js';
import { highestOf } from './blame.js';
import type { StallCase } from './blame-stalls.js';
import { known, median } from './robust.js';
import type { Second } from './seconds.js';
import type { Height } from './spikes.js';
import { secondAfter } from './stalls.js';
import { stallsText, timesOf } from './words.js';

/** A service that used so much of its usual CPU while nothing came computed. */
const AT_WORK = 0.5;
const IDLE = 0.25;

/** The spikes that no cause was found for. @param left which seconds those are */
export function unexplained(
  { signals }: Result,
  seconds: readonly Second[],
  heights: readonly Height[],
  left: readonly boolean[],
  stallCase: StallCase,
): FoundPattern[] {
  const at = left.flatMap((is, i) => (is ? [i] : []));
  if (at.length === 0) return [];
  const times = at.map((i) => seconds[i]?.point.t ?? 0);
  const during = median(known(at.map((i) => seconds[i]?.point.p99Us ?? null))) ?? 0;
  const baseline = median(at.map((i) => heights[i]?.usualUs ?? 0)) ?? 0;
  const seen = signalNames.filter((name) => signals?.seconds.some((second) => second[name] !== null));
  const all =
    seen.length === 0 ? 'no signal of the target was seen' : 'no signal that was seen moved with it';
  return [
    {
      pattern: 'unknown',
      scope: 'spikes',
      seconds: times,
      summary: `in ${timesOf(times, left)} the tail stands out, and ${all} beyond chance${meanwhile(stallCase, seconds, left)}`,
      evidence: [{ signal: 'p99Us', during, baseline, p: null }, highestOf(seconds, left, heights)],
    },
  ];
}

/** What the service did in the stalls among them: not enough to name a cause, and more than nothing. */
function meanwhile(
  { stalls, cores, suspects }: StallCase,
  seconds: readonly Second[],
  left: readonly boolean[],
): string {
  const own = stalls.map((stall) => left[secondAfter(stall, seconds.length)] === true);
  const these = stalls.filter((_, i) => own[i] === true);
  const used = median(known(cores.filter((_, i) => own[i] === true)));
  const usual = median(known(seconds.map(({ signals }) => signals?.cpuCores ?? null)));
  if (these.length === 0) return '';
  const said = `; there ${these.length === 1 ? 'was' : 'were'} ${stallsText(these)}`;
  if (used === null || usual === null || usual <= 0) return said;
  const cpus = `${used.toFixed(2)} CPUs meanwhile`;
  if (used >= AT_WORK * usual && used >= 0.5)
    return `${said}, and the service used ${cpus}: it computed, a collector (which a metrics page tells: --scrape) or one long piece of work`;
  if (used < IDLE * usual) {
    const once = these.length === 1 && !suspects.some(({ cause }) => cause.pattern === 'lock-or-queue');
    return `${said}, and the service used ${cpus}: it waited${once ? ', and one stall alone proves nothing' : ''}`;
  }
  return said;
}
