import type { CgroupLevel } from '../../observe/cgroup.js';
import type { ProcessFacts, ProcessView } from '../gather/process/facts.js';

/** The first and the last look at a process. */
export interface ProcessWindow {
  readonly first: ProcessView;
  readonly last: ProcessView;
  readonly seconds: number;
}

const SHORTEST_SEC = 0.5;

/** The window for deltas, or why there is none. */
export function processWindow(views: readonly ProcessView[]): ProcessWindow | { readonly why: string } {
  const first = views[0];
  const last = views.at(-1);
  const seconds = first === undefined || last === undefined ? 0 : (last.atMs - first.atMs) / 1000;
  if (first === undefined || last === undefined || seconds < SHORTEST_SEC)
    return { why: 'the process was not seen before and after a load' };
  if (first.startTicks !== last.startTicks)
    return { why: 'the process number belongs to another process than before the load' };
  return { first, last, seconds };
}

/**
 * The part of a window in which the load surely ran: from the first look under it to the last one. Before and after,
 * workers start and end, which a short load would be judged by. The whole of it where there was no time for that.
 */
export function loadedWindow(views: readonly ProcessView[]): ProcessWindow | { readonly why: string } {
  const inner = processWindow(views.slice(1, -1));
  return 'why' in inner ? processWindow(views) : inner;
}

/** CPUs' worth of time that it used. */
export function cpusUsed({ first, last, seconds }: ProcessWindow): number {
  return (last.cpuSeconds - first.cpuSeconds) / seconds;
}

/** CPUs' worth of time that it would have used, had one been free whenever it had work: what it used, and waited for. */
export function cpusWanted(window: ProcessWindow): number {
  const { first, last, seconds } = window;
  return cpusUsed(window) + (growth(first.cpuWaitSeconds, last.cpuWaitSeconds) ?? 0) / seconds;
}

/** A group before and after, by path and kind of hierarchy. */
export function levelsBothTimes({ first, last }: ProcessWindow): (readonly [CgroupLevel, CgroupLevel])[] {
  return last.cgroups.flatMap((after): (readonly [CgroupLevel, CgroupLevel])[] => {
    // Of v1 a path stands twice, of the CPU groups and of the memory groups: only one of them has each figure.
    const before = first.cgroups.find(
      ({ path, version, periods, oomKills }) =>
        path === after.path &&
        version === after.version &&
        (periods === null) === (after.periods === null) &&
        (oomKills === null) === (after.oomKills === null),
    );
    return before === undefined ? [] : [[before, after]];
  });
}

/** The last look at it. */
export function lastView({ views }: ProcessFacts): ProcessView | null {
  return views.at(-1) ?? null;
}

/** How much a figure grew; null: not known at one of the ends, or it began again. */
export function growth(before: number | null, after: number | null): number | null {
  return before === null || after === null || after < before ? null : after - before;
}
