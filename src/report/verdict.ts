import { errorKinds, formatCount, formatSpan, type GateResult, type Result } from '../core/index.js';
import { gateTexts } from './gate-value.js';
import { gateNotes } from './gate-windows.js';
import { type Reason, readReason } from './hints.js';
import { padEnd, table, wrap } from './layout.js';
import type { PlanView } from './plan-view.js';
import type { Style } from './style.js';

/** Gates and reasons shown at most: a file from outside may hold any number. */
const MOST_GATES = 100;
const MOST_REASONS = 20;
/** Columns that a reason's code may take. */
const MOST_CODE = 20;

/** What the run says, before any figure: one paragraph for each thing that has to be said first. */
export function verdictParagraphs(result: Result, plan: PlanView, style: Style): string[][] {
  const gateLines = result.gates.length === 0 ? [] : [gates(result, style)];
  const invalidLines = result.validity.valid ? [] : [invalid(result, style)];
  return [
    // A gate that failed although the measurement has a flaw of the target's own making is the verdict.
    ...(result.verdict === 'fail' ? [...gateLines, ...invalidLines] : invalidLines),
    ...(result.verdict === 'interrupted' ? [interrupted(result, plan, style)] : []),
    ...(result.verdict === 'fail' ? [] : gateLines),
    ...(result.summary.ok === 0 && result.validity.valid ? [nothingSucceeded(result, style)] : []),
  ].filter((lines) => lines.length > 0);
}

function invalid(result: Result, style: Style): string[] {
  const warning = wrap('do not judge the target by these figures', style.width - 11).map(style.strong);
  const lines = hanging(style.warnBadge('! INVALID'), warning, 11);
  const reasons = result.validity.reasons.slice(0, MOST_REASONS).map(readReason);
  const codeWidth = Math.max(0, ...reasons.map(({ code }) => Math.min(code.length, MOST_CODE)));
  return [...lines, ...reasons.flatMap((reason) => reasonLines(reason, 4 + codeWidth, style))];
}

/** The code with the fact beside it, or above it in a narrow window; what to do below. */
function reasonLines({ code, fact, mend }: Reason, column: number, style: Style): string[] {
  const beside = style.width - column >= 40;
  const indent = beside ? column : 4;
  const text = wrap(style.outside(fact, 400), style.width - indent);
  const advice = mend === null ? [] : wrap(style.outside(mend, 400), style.width - indent - 2);
  const label = `  ${style.warn(style.outside(code, MOST_CODE))}`;
  return [
    ...(beside ? hanging(label, text, indent) : [label, ...hanging('', text, indent)]),
    ...hanging(`${' '.repeat(indent)}→`, advice, indent + 2).map(style.quiet),
  ];
}

function interrupted(result: Result, plan: PlanView, style: Style): string[] {
  const planned =
    plan.durationMs !== null
      ? ` of ${formatSpan(plan.durationMs / 1e3)}`
      : plan.requests !== null
        ? `, ${formatCount(result.summary.sent)} of ${formatCount(plan.requests)} requests sent`
        : '';
  const text = `after ${formatSpan(result.summary.durationSec)}${planned}: partial figures`;
  return hanging(style.warn(style.strong('! INTERRUPTED')), wrap(text, style.width - 15), 15);
}

function nothingSucceeded(result: Result, style: Style): string[] {
  const { sent, messages } = result.summary;
  // Streams that began in the warm-up and are not over: their messages are the figures.
  if (sent === 0 && messages !== null) return [];
  if (sent === 0) return [style.badBadge('! NOTHING WAS SENT')];
  const kinds = errorKinds.filter((kind) => result.errorKinds[kind] > 0);
  const text = `${formatCount(sent)} sent, ${formatCount(result.summary.errors)} errors: ${kinds.join(', ')}`;
  return hanging(style.badBadge('✗ NOTHING SUCCEEDED'), wrap(text, style.width - 21), 21);
}

function gates(result: Result, style: Style): string[] {
  const all = result.gates.slice(0, MOST_GATES);
  const [only] = all;
  const judged = isJudged(result);
  if (only !== undefined && all.length === 1 && judged) {
    const text = `${style.outside(only.source)}, was ${gateTexts(only).actual}`;
    const notes = notesOf(only).flatMap((note) => wrap(note, style.width - 8));
    return hanging(badge(result.verdict === 'pass', style), [...wrap(text, style.width - 8), ...notes], 8);
  }
  const failed = all.filter((gate) => gate.verdict !== 'pass').length;
  return [
    judged ? gatesHeadline(result, failed, style) : style.quiet('gates, not judged'),
    ...gateTable(all, judged, style),
    ...all.filter(({ verdict }) => judged && verdict !== 'pass').flatMap((gate) => noteLines(gate, style)),
  ];
}

/** Of a gate that holds although some windows broke it, nothing is said. */
function notesOf(gate: GateResult): string[] {
  return gate.verdict === 'pass' ? [] : gateNotes(gate);
}

function noteLines(gate: GateResult, style: Style): string[] {
  const source = style.outside(gate.source, Math.max(12, style.width - 28));
  return notesOf(gate).flatMap((note) => hanging('  ', wrap(`${source}: ${note}`, style.width - 4), 4));
}

/** Gates of an invalid or partial measurement are shown, but say nothing. */
export function isJudged(result: Result): boolean {
  return result.verdict === 'pass' || result.verdict === 'fail';
}

function gatesHeadline(result: Result, failed: number, style: Style): string {
  const total = result.gates.length;
  const text = failed === 0 ? `all ${total} gates hold` : `${failed} of ${total} gates failed`;
  return `${badge(result.verdict === 'pass', style)}  ${text}`;
}

function badge(pass: boolean, style: Style): string {
  return pass ? style.goodBadge('✓ PASS') : style.badBadge('✗ FAIL');
}

function gateTable(all: readonly GateResult[], judged: boolean, style: Style): string[] {
  const texts = all.map(gateTexts);
  const held = all.map((gate) => gate.verdict === 'pass');
  const mark = (index: number) =>
    judged ? (held[index] ? style.good('✓') : style.bad('✗')) : style.quiet('·');
  const sourceWidth = Math.max(12, style.width - 28);
  return table(
    [
      {
        title: style.quiet('    gate'),
        align: 'left',
        rank: 0,
        cells: all.map((gate, index) => `  ${mark(index)} ${style.outside(gate.source, sourceWidth)}`),
      },
      {
        title: style.quiet('actual'),
        align: 'right',
        rank: 0,
        cells: texts.map(({ actual }, index) => (held[index] || !judged ? actual : style.bad(actual))),
      },
      { title: style.quiet('limit'), align: 'right', rank: 1, cells: texts.map(({ limit }) => limit) },
    ],
    style.width,
  );
}

function hanging(head: string, lines: readonly string[], indent: number): string[] {
  return lines.map((line, index) => (index === 0 ? padEnd(head, indent) : ' '.repeat(indent)) + line);
}
