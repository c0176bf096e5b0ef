import type { Summary, TimelinePoint } from '../core/index.js';

/** A repeat of the measured phase, with its own seconds. */
export interface Measured {
  readonly summary: Pick<
    Summary,
    'sent' | 'completed' | 'ok' | 'errors' | 'durationSec' | 'latencyUs' | 'messages'
  >;
  readonly timeline: readonly TimelinePoint[];
}

/**
 * In how many seconds a target was gone: every request that ended in them failed, or none ended and those that waited
 * failed later. Of a target that hangs, that is all there is to be seen until the time-out, which may lie behind the
 * end of the window.
 */
export function secondsOut({ summary, timeline }: Measured): number {
  const dead = secondsDead(timeline, summary.sent > 0 ? summary.errors / summary.sent : 0);
  const lost = silences(timeline, summary.durationSec).filter((silence) =>
    isLost(silence, summary, timeline),
  );
  return lost.reduce((sum, { from, to }) => sum + to - from, dead);
}

/** How often, of all seconds, requests that fail each by itself may have ended alone; what is likelier is no outage. */
const BY_CHANCE = 0.001;

/**
 * Seconds in which requests ended and every one of them failed. Where few are sent in a second, the one that fails now
 * and then is alone in its own, and the error rate says all there is to say of it.
 */
function secondsDead(timeline: readonly TimelinePoint[], errorRate: number): number {
  let dead = 0;
  for (let from = 0; from < timeline.length; from++) {
    let to = from;
    let failed = 0;
    for (; isDead(timeline[to]); to++) failed += timeline[to]?.errors ?? 0;
    if (to > from && timeline.length * errorRate ** failed < BY_CHANCE) dead += to - from;
    from = Math.max(from, to);
  }
  return dead;
}

function isDead(point: TimelinePoint | undefined): boolean {
  return point !== undefined && point.completed === 0 && point.errors > 0;
}

/** Seconds on end in which requests waited and none ended. */
interface Silence {
  /** Indices of the timeline; `to` is the first one after it. */
  readonly from: number;
  readonly to: number;
  readonly lengthSec: number;
}

function silences(timeline: readonly TimelinePoint[], durationSec: number): Silence[] {
  const found: Silence[] = [];
  for (let from = 0; from < timeline.length; from++) {
    let to = from;
    while (isSilent(timeline[to])) to++;
    if (to === from) continue;
    const [first, next] = [timeline[from], timeline[to]] as [TimelinePoint, TimelinePoint | undefined];
    const endSec = next?.t ?? (timeline[0] as TimelinePoint).t + durationSec;
    found.push({ from, to, lengthSec: endSec - first.t });
    from = to;
  }
  return found;
}

function isSilent(point: TimelinePoint | undefined): boolean {
  return point !== undefined && point.completed === 0 && point.errors === 0 && point.inFlight > 0;
}

/**
 * Whether what waited in a silence failed. One that is no longer than a response was is that of a slow target, and what
 * the end of the run cut off is not the target's doing. Streams are not silent because none of them ends.
 */
function isLost(
  { to, lengthSec }: Silence,
  { completed, ok, errors, latencyUs, messages }: Measured['summary'],
  timeline: readonly TimelinePoint[],
): boolean {
  if (messages !== null || lengthSec < 1 || lengthSec * 1e6 <= (latencyUs.service.max ?? 0)) return false;
  const [last, next] = [timeline[to - 1], timeline[to]] as [TimelinePoint, TimelinePoint | undefined];
  if (next !== undefined) {
    // A second may hold the time-outs of what waited, and the first responses of a target that is back.
    return next.completed === 0 ? next.errors > 0 : completed === ok && next.errors >= last.inFlight;
  }
  const within = (pick: (point: TimelinePoint) => number) =>
    timeline.reduce((sum, point) => sum + pick(point), 0);
  return completed === within((point) => point.completed) && errors > within((point) => point.errors);
}
