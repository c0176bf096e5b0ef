import { type BrokenWindow, escapeText, formatCount, formatSpan, type GateResult } from '../core/index.js';
import { gateValue } from './gate-value.js';

/** Windows named at most; the others are counted. */
const MOST_NAMED = 6;

/** What is to be said of a gate beside its figures: whether it ended the run, and which windows broke it. */
export function gateNotes(gate: GateResult): string[] {
  const { abortedAtSec, windows, why } = gate;
  if (abortedAtSec !== undefined) {
    const window = windows?.broken[0];
    const where = window === undefined ? '' : ` by the window ${windowText(gate, window)}`;
    return [`it ended the run after ${formatSpan(abortedAtSec)}${where}`];
  }
  return [
    ...(why === undefined ? [] : [escapeText(why, { maxLength: 200 })]),
    ...(windows === undefined || windows.broken.length === 0 ? [] : [brokenText(gate, windows)]),
  ];
}

function brokenText(gate: GateResult, { total, held, broken }: NonNullable<GateResult['windows']>): string {
  const named = broken.slice(0, MOST_NAMED).map((window) => windowText(gate, window));
  const more = total - held - named.length;
  const rest = more > 0 ? [`${formatCount(more)} more`] : [];
  return `broken in ${formatCount(total - held)} of ${formatCount(total)} windows: ${[...named, ...rest].join(', ')}`;
}

/** `0:10–0:20 71.3 ms` */
function windowText(gate: GateResult, { run, fromSec, toSec, actual }: BrokenWindow): string {
  const which = run > 1 ? `run ${run} ` : '';
  const figure = actual === null ? 'no data' : gateValue(gate, actual);
  return `${which}${clock(fromSec)}–${clock(toSec)} ${figure}`;
}

/** Minutes and seconds: `1:05`, `1:05.4`. */
function clock(sec: number): string {
  const tenths = Math.round(sec * 10);
  const minutes = Math.floor(tenths / 600);
  const [whole = '', part] = ((tenths % 600) / 10).toString().split('.');
  return `${minutes}:${whole.padStart(2, '0')}${part === undefined ? '' : `.${part}`}`;
}
