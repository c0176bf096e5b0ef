import type { TargetOptions } from './options.js';

/** When the service pauses: times in nanoseconds from its first request. */
export interface StallPlan {
  /** 0 for never. */
  readonly everyNs: number;
  /** The one pause; 0 for none. */
  readonly atNs: number;
  readonly forNs: number;
}

/** Null when there are no pauses. */
export function stallPlan(options: TargetOptions): StallPlan | null {
  if (options.stallForMs === 0) return null;
  return {
    everyNs: options.stallEveryMs * 1e6,
    atNs: options.stallAtMs * 1e6,
    forNs: options.stallForMs * 1e6,
  };
}

/** How long the pause that holds `sinceNs` still lasts; 0 outside a pause. The first periodic one begins at `everyNs`. */
export function stallLeftNs(plan: StallPlan, sinceNs: number): number {
  let left = 0;
  if (plan.everyNs > 0 && sinceNs >= plan.everyNs) left = plan.forNs - (sinceNs % plan.everyNs);
  if (plan.atNs > 0 && sinceNs >= plan.atNs) left = Math.max(left, plan.atNs + plan.forNs - sinceNs);
  return Math.max(0, left);
}

/** How long until the next pause begins, from `sinceNs`; Infinity when none comes. */
export function nextStallNs(plan: StallPlan, sinceNs: number): number {
  const periodic =
    plan.everyNs > 0 ? (Math.floor(sinceNs / plan.everyNs) + 1) * plan.everyNs : Number.POSITIVE_INFINITY;
  const once = plan.atNs > sinceNs ? plan.atNs : Number.POSITIVE_INFINITY;
  return Math.min(periodic, once) - sinceNs;
}

/** Keeps the thread from doing anything else, as a stop-the-world collection would. */
export function blockThread(forNs: number, clock: () => number): void {
  const end = clock() + forNs;
  while (clock() < end);
}
