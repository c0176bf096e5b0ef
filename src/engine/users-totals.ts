import type { CaptureSummary, Plan } from '../core/index.js';
import type { PhaseReport } from './messages.js';

/** What the users of all workers did in one repeat, added up. */
export function usersTotals(reports: readonly PhaseReport[]) {
  const users = reports.flatMap((report) => report.users ?? []);
  return {
    later: users.reduce((sum, { later }) => sum + later, 0),
    skipped: addUp(users.map(({ skipped }) => skipped)),
    begunSequences: addUp(users.map(({ begunSequences }) => begunSequences)),
  };
}

/** How often each capture of a plan gave something; undefined for a plan that captures nothing. */
export function captureSummaries(
  { operations }: Plan,
  reports: readonly PhaseReport[],
): CaptureSummary[] | undefined {
  const byId = new Map<string, CaptureSummary>();
  const perWorker = reports.flatMap((report) => report.users?.captures ?? []);
  const rows = operations.length;
  operations.forEach(({ name, partOf, captures = [] }, at) => {
    captures.forEach((spec, i) => {
      const operation = partOf ?? name;
      const id = `${operation} ${spec.name}`;
      const before = byId.get(id) ?? { operation, name: spec.name, captured: 0, missed: 0, refused: 0 };
      const counts = perWorker.filter((_, k) => k % rows === at);
      const sum = (key: 'captured' | 'missed' | 'refused') =>
        counts.reduce((total, each) => total + (each[key][i] ?? 0), before[key]);
      byId.set(id, {
        ...before,
        captured: sum('captured'),
        missed: sum('missed'),
        refused: sum('refused'),
      });
    });
  });
  return byId.size === 0 ? undefined : [...byId.values()];
}

function addUp(lists: readonly (readonly number[])[]): number[] {
  const [first = []] = lists;
  return first.map((_, i) => lists.reduce((sum, list) => sum + (list[i] ?? 0), 0));
}
