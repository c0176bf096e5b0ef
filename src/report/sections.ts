import {
  errorKinds,
  formatBytes,
  formatCount,
  formatPercent,
  formatRate,
  formatRateExact,
  formatSpan,
  formatUs,
  type KeyStatistics,
  type Result,
  type Summary,
} from '../core/index.js';
import { markLegend, spikeMarks } from './diagnosis.js';
import { errorHint } from './hints.js';
import { flow, labelled, padEnd, table, wrap } from './layout.js';
import type { PlanView } from './plan-view.js';
import { type Fold, sparkline } from './sparkline.js';
import type { Style } from './style.js';

/** Rows of a list shown at most; the rest is counted. */
const MOST_ROWS = 20;
/** Traces shown; the result has more. */
const MOST_TRACES = 3;
const MOST_FAULTS = 8;

/** Planned = sent + dropped + unsent, and sent = ok + errors: where every request went. */
export function requestLines(summary: Summary, style: Style, labelWidth: number): string[] {
  const open = summary.targetRate !== null;
  const missed = summary.dropped + summary.unsent > 0;
  const fate = [
    ...(open || missed ? [`${formatCount(summary.planned)} planned`] : []),
    `${formatCount(summary.sent)} sent`,
    ...(summary.dropped > 0 ? [style.bad(`${formatCount(summary.dropped)} dropped`)] : []),
    ...(summary.unsent > 0 ? [style.warn(`${formatCount(summary.unsent)} unsent`)] : []),
    `${formatCount(summary.ok)} ok`,
    `${style.failures(summary.errors)} error${summary.errors === 1 ? '' : 's'}`,
  ];
  const rate = [
    `${formatRateExact(summary.targetRate)}/s planned`,
    `${formatRateExact(summary.achievedRate)}/s sent`,
    `${formatRateExact(summary.qps)}/s answered`,
  ];
  const width = style.width - labelWidth;
  return [
    ...(open ? labelled(style.quiet('rate'), flow(rate, width), labelWidth) : []),
    ...labelled(style.quiet('requests'), flow(fate, width), labelWidth),
    ...messageLines(summary, style, labelWidth),
  ];
}

/** Messages within calls, where there are calls with streams. */
function messageLines({ messages }: Summary, style: Style, labelWidth: number): string[] {
  if (messages === null) return [];
  const items = [
    `${formatCount(messages.sent)} sent`,
    `${formatCount(messages.received)} received`,
    `${formatRateExact(messages.sentPerSec)}/s out`,
    `${formatRateExact(messages.receivedPerSec)}/s in`,
  ];
  return labelled(style.quiet('messages'), flow(items, style.width - labelWidth), labelWidth);
}

/** Kinds of errors that occurred, the most frequent first, each with what to do about it. */
export function errorLines(result: Result, plan: PlanView, style: Style, labelWidth: number): string[] {
  const kinds = errorKinds
    .filter((kind) => result.errorKinds[kind] > 0)
    .sort((a, b) => result.errorKinds[b] - result.errorKinds[a]);
  const counts = kinds.map((kind) => formatCount(result.errorKinds[kind]));
  const countWidth = Math.max(0, ...counts.map((count) => count.length));
  const indent = labelWidth + 12 + countWidth;
  const beside = style.width - indent >= 36;
  return kinds.flatMap((kind, index) => {
    const label = padEnd(index === 0 ? style.bad('errors') : '', labelWidth);
    const head = `${label}${kind.padEnd(9)} ${style.bad((counts[index] ?? '').padStart(countWidth))}  `;
    const hint = wrap(errorHint(kind, plan), style.width - (beside ? indent : labelWidth)).map(style.quiet);
    return beside ? labelled(head, hint, indent) : [head.trimEnd(), ...labelled('', hint, labelWidth)];
  });
}

/** What was amiss in detail, as the protocol calls it. */
export function faultLines({ faults }: Result, style: Style, labelWidth: number): string[] {
  const shown = faults.slice(0, MOST_FAULTS);
  const counts = shown.map(({ count }) => formatCount(count));
  const countWidth = Math.max(0, ...counts.map((count) => count.length));
  const lines = shown.map(({ what }, index) => {
    const head = `${style.bad((counts[index] ?? '').padStart(countWidth))}  `;
    return `${head}${style.outside(what, Math.max(20, style.width - labelWidth - countWidth - 2))}`;
  });
  const more = faults.length - shown.length;
  return labelled(style.quiet('faults'), more > 0 ? [...lines, `and ${more} more`] : lines, labelWidth);
}

export function statusLines(result: Result, style: Style, labelWidth: number): string[] {
  const all = [...Object.entries(result.statuses), ...Object.entries(result.grpcStatuses)];
  if (all.length === 0) return [];
  const items = all.slice(0, MOST_ROWS).map(([status, count]) => {
    const text = `${style.outside(status, 30)}: ${formatCount(count)}`;
    return isFailure(status) ? style.bad(text) : text;
  });
  const more = all.length > MOST_ROWS ? [`and ${all.length - MOST_ROWS} more`] : [];
  return labelled(style.quiet('statuses'), flow([...items, ...more], style.width - labelWidth), labelWidth);
}

function isFailure(status: string): boolean {
  return /^\d+$/.test(status) ? Number(status) >= 400 : status !== 'OK';
}

export function networkLines(result: Result, style: Style, labelWidth: number): string[] {
  const { protocol, opened, reconnects, failed } = result.connections;
  // HTTP/1.1 is what nobody has to be told.
  const spoken = protocol === null || protocol === 'http/1.1' ? '' : `${style.outside(protocol, 20)} `;
  const { bytesIn, bytesOut, durationSec } = result.summary;
  const throughput = (bytes: number) =>
    durationSec > 0 ? `${formatBytes(bytes / durationSec)}/s` : formatBytes(bytes);
  const items = [
    `${formatCount(opened)} ${spoken}connect${opened === 1 ? '' : 's'}`,
    `${formatCount(reconnects)} reconnect${reconnects === 1 ? '' : 's'}`,
    ...(failed > 0 ? [style.bad(`${formatCount(failed)} failed`)] : []),
    `${throughput(bytesIn)} in`,
    `${throughput(bytesOut)} out`,
  ];
  return labelled(style.quiet('network'), flow(items, style.width - labelWidth), labelWidth);
}

/** What the keys drawn were like: the skew that the target saw. */
export function keyLines(result: Result, style: Style, labelWidth: number): string[] {
  const all = Object.entries(result.keys);
  const lines = all
    .slice(0, MOST_ROWS)
    .flatMap(([name, keys]) =>
      flow(
        [
          `${all.length > 1 ? `${style.outside(name, 30)}: ` : ''}${distinctText(keys)}`,
          `top key ${formatPercent(keys.top1Share)}`,
          `top ten ${formatPercent(keys.top10Share)}`,
        ],
        style.width - labelWidth,
      ),
    );
  return labelled(style.quiet('drawn'), lines, labelWidth);
}

/** How often each value was found in the responses that it is taken from. */
export function captureLines({ captures = [] }: Result, style: Style, labelWidth: number): string[] {
  const lines = captures
    .slice(0, MOST_ROWS)
    .flatMap(({ operation, name, captured, missed, refused }) =>
      flow(
        [
          `${style.outside(name, 30)} of ${style.outside(operation, 40)}: ${formatCount(captured)} captured`,
          ...(missed > 0 ? [style.warn(`${formatCount(missed)} missed`)] : []),
          ...(refused > 0 ? [style.warn(`${formatCount(refused)} refused`)] : []),
        ],
        style.width - labelWidth,
      ),
    );
  const more = captures.length - MOST_ROWS;
  return labelled(style.quiet('captures'), more > 0 ? [...lines, `and ${more} more`] : lines, labelWidth);
}

/** Different keys, and among how many draws: of many a sample was looked at. */
function distinctText({ distinct, examined, drawn }: KeyStatistics): string {
  const of = examined === drawn ? '' : ` of ${formatCount(drawn)}`;
  return `${formatCount(distinct)} distinct in ${formatCount(Math.min(examined, drawn))}${of}`;
}

/** The slowest requests that a tracing backend knows, by what it knows them by. */
export function traceLines(result: Result, style: Style, labelWidth: number): string[] {
  const shown = result.traces.slice(0, MOST_TRACES);
  if (shown.length === 0) return [];
  const several = result.operations.length > 1;
  const column = (align: 'left' | 'right', rank: number, cells: readonly string[]) =>
    ({ title: '', align, rank, cells }) as const;
  const rows = table(
    [
      column(
        'left',
        0,
        shown.map(({ traceId }) => style.outside(traceId, 32)),
      ),
      column(
        'right',
        0,
        shown.map(({ us }) => formatUs(us)),
      ),
      column(
        'right',
        1,
        shown.map(({ status }) => String(status)),
      ),
      ...(several
        ? [
            column(
              'left',
              2,
              shown.map(({ operation }) => style.outside(operation, 40)),
            ),
          ]
        : []),
    ],
    style.width - labelWidth,
  );
  return labelled(style.quiet('traces'), rows.slice(1), labelWidth);
}

/** The run as two small drawings; a stall or a slow start is seen before it is read. */
export function timelineLines(result: Result, style: Style, labelWidth: number): string[] {
  const { timeline } = result;
  // Beside the drawing stands its range, unless the window is too narrow for both.
  const ranges = style.width >= 64;
  const width = Math.min(60, style.width - labelWidth - 4 - (ranges ? 24 : 0));
  const row = (
    name: string,
    values: readonly (number | null)[],
    fold: Fold,
    show: (value: number) => string,
  ) => {
    const known = values.filter((value) => value !== null);
    const low = known.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = known.reduce((most, value) => Math.max(most, value), 0);
    if (high === 0) return [];
    const range = ranges ? ` ${style.quiet(`${show(low)} to ${show(high)}`)}` : '';
    return [`${name} ${style.drawing(sparkline(values, width, fold))}${range}`];
  };
  if (timeline.length < 3) return [];
  const marks = spikeMarks(result, width);
  return labelled(
    style.quiet('timeline'),
    [
      ...row(
        'QPS',
        timeline.map((point) => point.qps),
        'mean',
        formatRate,
      ),
      ...row(
        'P99',
        timeline.map((point) => point.p99Us),
        'max',
        formatUs,
      ),
      ...(marks === '' ? [] : [`    ${style.warn(marks)}`, style.quiet(`    ${markLegend(result)}`)]),
    ],
    labelWidth,
  );
}

/** Whether the figures can be trusted and what that rests on; and what they were taken with. */
export function generatorLines(result: Result, style: Style, labelWidth: number): string[] {
  const { generator, summary, tool } = result;
  const items = [
    ...(summary.targetRate === null ? [] : [`lateness p99 ${formatUs(summary.latencyUs.lateness.p99)}`]),
    `CPU ${formatPercent(generator.cpuPercent / 100)}`,
    // A loop that spins to be punctual is busy by design: its share says nothing.
    generator.spinning ? 'loop spins' : `loop ${formatPercent(generator.eventLoopUtilization)}`,
    `GC ${formatSpan(generator.gcMs / 1e3)}`,
    ...(generator.scriptShare === undefined ? [] : [`script ${formatPercent(generator.scriptShare)}`]),
    result.validity.valid ? style.good('VALID') : style.warnBadge('INVALID'),
  ];
  const origin = [
    `zipfire ${style.outside(tool.version, 20)}`,
    `Node ${style.outside(tool.node, 20)}`,
    style.outside(tool.platform, 20),
    `${tool.cpus} CPU${tool.cpus === 1 ? '' : 's'}`,
    style.outside(result.startedAt.replace(/\.\d+Z$/, 'Z'), 30),
  ];
  return [
    ...labelled(style.quiet('generator'), flow(items, style.width - labelWidth), labelWidth),
    '',
    ...flow(origin, style.width).map(style.quiet),
  ];
}
