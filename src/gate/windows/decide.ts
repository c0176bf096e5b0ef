import type { BrokenWindow, GateResult } from '../../core/index.js';
import type { Gate, Need } from '../gate.js';
import { type Judgment, marginOf } from '../judge.js';

/** A window, judged. Times are those of the result's timeline. */
export interface JudgedWindow extends Judgment {
  readonly run: number;
  readonly fromSec: number;
  readonly toSec: number;
}

/** Of windows that broke a gate, so many are kept: those of ten minutes by the second, which charts shade. */
const MOST_BROKEN = 600;

/**
 * What a gate says of its windows. `actual` is the figure of the window that decides: with the windows in order of
 * merit, the last of those that have to meet the condition.
 */
export function decide(gate: Gate, need: Need, windows: readonly JudgedWindow[]): GateResult {
  const { source, unit } = gate;
  const verdicts = groupsOf(need, windows).map((group) => decideGroup(gate, group));
  const worst = verdicts.reduce<Decision | undefined>(
    (least, each) => (least === undefined || each.margin < least.margin ? each : least),
    undefined,
  );
  const limit = worst?.window.limit ?? null;
  const shown = { windows: countWindows(windows) };
  const base = { source, actual: worst?.window.actual ?? null, limit, unit, ...shown };
  if (worst === undefined)
    return { ...base, verdict: 'no-data', why: 'the run was too short for such windows' };
  if (verdicts.some(({ broken }) => broken)) return { ...base, verdict: 'fail' };
  return { ...base, verdict: worst.window.met === true ? 'pass' : 'no-data' };
}

export function countWindows(windows: readonly JudgedWindow[]): NonNullable<GateResult['windows']> {
  const broken = windows.filter(({ met }) => met !== true);
  return {
    total: windows.length,
    held: windows.length - broken.length,
    broken: broken
      .slice(0, MOST_BROKEN)
      .map(({ run, fromSec, toSec, actual }): BrokenWindow => ({ run, fromSec, toSec, actual })),
  };
}

/** Windows of which so many have to meet the condition. */
interface Group {
  readonly windows: readonly JudgedWindow[];
  readonly needed: number;
}

function groupsOf(need: Need, windows: readonly JudgedWindow[]): Group[] {
  if (windows.length === 0) return [];
  if (need.kind === 'share') {
    // 1e-9 absorbs that 0.07 × 100 is not 7.
    return [{ windows, needed: Math.max(1, Math.ceil(need.share * windows.length - 1e-9)) }];
  }
  return windows.flatMap((first, i) => {
    const row = windows.slice(i, i + need.of);
    const whole = row.length === need.of && row.every(({ run }) => run === first.run);
    return whole ? [{ windows: row, needed: need.held }] : [];
  });
}

interface Decision {
  /** The one that decides. */
  readonly window: JudgedWindow;
  readonly margin: number;
  /** Whether it fails whatever the windows without data would have been. */
  readonly broken: boolean;
}

function decideGroup({ comparison }: Gate, { windows, needed }: Group): Decision {
  const ranked = windows
    .map((window) => ({ window, margin: marginOf(comparison, window) }))
    // Not by the difference, which of two infinities is none.
    .sort((a, b) => (a.margin === b.margin ? 0 : a.margin < b.margin ? 1 : -1));
  const failed = windows.filter(({ met }) => met === false).length;
  const broken = failed > windows.length - needed;
  // The last one needed; where that has no data and others failed, the worst of those says more.
  const last = ranked[needed - 1] as (typeof ranked)[number]; // 1 ≤ needed ≤ length
  const shown =
    broken && last.window.met === null ? ranked.findLast(({ window }) => window.met === false) : last;
  return { ...(shown ?? last), margin: last.margin, broken };
}
