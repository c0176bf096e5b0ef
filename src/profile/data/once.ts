import type { Feeder, Phases } from '../../core/index.js';
import type { Draft } from '../draft.js';
import type { Problems } from '../problems.js';
import { pathOf, type SettingName } from '../settings.js';
import { columnUses } from './uses.js';

/** How many hits the rows last that are taken once; infinite when none are. */
export function rowsOnce(feeders: Readonly<Record<string, Feeder>>): number {
  const once = Object.values(feeders).filter((feeder) => feeder.once);
  return Math.min(...once.map(({ table }) => table.rows));
}

/** Refuses what would take rows a second time, where they are to be taken once. */
export function checkOnce(
  draft: Draft,
  feeders: Readonly<Record<string, Feeder>>,
  phases: Phases,
  problems: Problems,
): void {
  const once = (name: string) => Object.hasOwn(feeders, name) && feeders[name]?.once === true;
  const [name] = Object.keys(feeders).filter(once);
  if (name === undefined) return;
  const why = `the rows of "${name}" are taken once, and`;
  const complain = (setting: SettingName, what: string) => problems.add(pathOf(setting), `${why} ${what}`);
  if (phases.warmupMs > 0) complain('warmupMs', 'a warm-up takes some too');
  if (phases.repeat > 1) complain('repeat', 'a repeat takes them again');
  const uses = columnUses(draft.operations, once);
  const { prefill } = draft;
  if (prefill !== null && uses.some(({ operation }) => operation === prefill.operation)) {
    problems.add(['phases', 'prefill'], `${why} a prefill takes some too`);
  }
  for (const { operation } of draft.operations) {
    const fresh = operation.call?.stream.freshValues === true;
    if (!fresh || !uses.some((use) => use.operation === operation.name)) continue;
    problems.add(['operations', operation.name], `${why} each of its messages draws one of its own`);
  }
}
