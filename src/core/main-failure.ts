import { formatPercent } from './format.js';
import type { Result } from './result.js';

/**
 * What most of the failures of some runs were, as a share of all that was sent: `12 % were answered 429`. Null: nothing
 * failed.
 */
export function mainFailure(
  runs: readonly Pick<Result, 'summary' | 'statuses' | 'grpcStatuses' | 'errorKinds'>[],
): string | null {
  const counts = new Map<string, number>();
  const add = (what: string, count: number) => counts.set(what, (counts.get(what) ?? 0) + count);
  let sent = 0;
  for (const { summary, statuses, grpcStatuses, errorKinds } of runs) {
    sent += summary.sent;
    for (const [code, count] of Object.entries(statuses))
      if (Number(code) >= 400) add(`were answered ${code}`, count);
    for (const [name, count] of Object.entries(grpcStatuses))
      if (name !== 'OK') add(`were answered ${name}`, count);
    // Those have a status, and are counted by it.
    for (const [kind, count] of Object.entries(errorKinds))
      if (kind !== 'status') add(`failed (${kind})`, count);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (most === undefined || most[1] === 0 || sent === 0) return null;
  return `${formatPercent(most[1] / sent)} ${most[0]}`;
}
