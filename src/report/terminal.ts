import { formatPercent, formatRateExact, formatUs, NO_DATA, type Result } from '../core/index.js';
import { diagnosisLines } from './diagnosis.js';
import { certaintyOf, latencyLegend, latencyLines } from './latency.js';
import { latencyNotes } from './latency-notes.js';
import { cut, flow, labelled, wrap } from './layout.js';
import { planLines } from './plan.js';
import { viewPlan } from './plan-view.js';
import {
  captureLines,
  errorLines,
  faultLines,
  generatorLines,
  keyLines,
  networkLines,
  requestLines,
  statusLines,
  timelineLines,
  traceLines,
} from './sections.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from './style.js';
import { operationLines, runLines } from './summary-table.js';
import { verdictParagraphs } from './verdict.js';

export type { TerminalOptions } from './style.js';

/** Columns before the figures: the longest label and its gap. */
const LABEL_WIDTH = 11;

/**
 * A result for a person at a terminal: the verdict, the two figures people came for, and then why they are so.
 * Paragraphs that would say nothing are left out. Everything from outside is escaped.
 */
export function renderTerminal(result: Result, options: TerminalOptions): string {
  const style = createStyle(options);
  const plan = viewPlan(result.plan);
  const paragraphs = [
    ...verdictParagraphs(result, plan, style),
    headline(result, style),
    [...planLines(plan, style, LABEL_WIDTH), ...requestLines(result.summary, style, LABEL_WIDTH)],
    latency(result, style),
    operationLines(result, style),
    runLines(result, style),
    [...errorLines(result, plan, style, LABEL_WIDTH), ...faultLines(result, style, LABEL_WIDTH)],
    [
      ...statusLines(result, style, LABEL_WIDTH),
      ...networkLines(result, style, LABEL_WIDTH),
      ...keyLines(result, style, LABEL_WIDTH),
      ...captureLines(result, style, LABEL_WIDTH),
    ],
    timelineLines(result, style, LABEL_WIDTH),
    diagnosisLines(result, style, LABEL_WIDTH),
    traceLines(result, style, LABEL_WIDTH),
    generatorLines(result, style, LABEL_WIDTH),
  ];
  const text = paragraphs
    .filter((lines) => lines.length > 0)
    // The last resort: figures of an absurd size in a narrow window.
    .map((lines) => lines.map((line) => cut(line, style.width)).join('\n'))
    .join('\n\n');
  return `${style.unicode ? text : foldToAscii(text)}\n`;
}

/** QPS and P99, with the share of errors without which neither means anything. */
function headline(result: Result, style: Style): string[] {
  const { summary } = result;
  const { response } = summary.latencyUs;
  const sent = summary.sent > 0;
  const figure = (text: string) => (result.validity.valid ? style.strong(text) : style.warn(text));
  const errors = sent ? formatPercent(summary.errorRate) : NO_DATA;
  const certainty = certaintyOf(response.count, 100);
  return flow(
    [
      `QPS ${figure(sent ? formatRateExact(summary.qps) : NO_DATA)}`,
      `P99 ${figure(certainty === 'none' ? NO_DATA : `${certainty === 'few' ? '~' : ''}${formatUs(response.p99)}`)}`,
      ...(certainty === 'none' && response.count > 0 ? [`max ${figure(formatUs(response.max))}`] : []),
      `errors ${summary.errors > 0 ? style.bad(style.strong(errors)) : figure(errors)}`,
    ],
    style.width,
    '    ',
  );
}

function latency(result: Result, style: Style): string[] {
  const { summary } = result;
  if (summary.latencyUs.response.count === 0 && summary.latencyUs.failed.count === 0) return [];
  const width = style.width - LABEL_WIDTH;
  return [
    ...latencyLines(summary, style, LABEL_WIDTH),
    ...labelled('', flow(latencyLegend(summary), width).map(style.quiet), LABEL_WIDTH),
    ...latencyNotes(result).flatMap((note) => labelled('', wrap(note, width).map(style.warn), LABEL_WIDTH)),
  ];
}
