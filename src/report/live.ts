import { formatCount, formatRate, formatRateExact, formatSpan, formatUs } from '../core/index.js';
import { flow, padEnd, padStart, table } from './layout.js';
import { sparkline } from './sparkline.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from './style.js';

export type LivePhase = 'connecting' | 'prefill' | 'warm-up' | 'measure' | 'drain';

/** How far a run is, as the coordinator tells it a few times a second. */
export interface LiveProgress {
  readonly phase: LivePhase;
  /** Seconds since the phase began. */
  readonly elapsedSec: number;
  /** Length of the phase; null when time does not bound it. */
  readonly durationSec: number | null;
  /** Requests ended since the phase began. */
  readonly ended: number;
  /** Requests of the phase; null when their number does not bound it. */
  readonly requests: number | null;
  /** Which repeat of how many; from 1. */
  readonly run: number;
  readonly runs: number;
  /** Requests per second asked for; null in a closed loop. */
  readonly targetRate: number | null;
  readonly inFlight: number;
  /** Of the last whole second. */
  readonly lastSecond: LiveFigures;
  /** Since the phase began. */
  readonly soFar: LiveFigures;
  /** One point for each whole second of the phase, the oldest first. */
  readonly seconds: readonly LivePoint[];
}

interface LiveFigures {
  readonly qps: number;
  /** Response time of successful requests; null without any. */
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  readonly errors: number;
}

export interface LivePoint {
  readonly qps: number;
  readonly p99Us: number | null;
}

/** The live view as lines, for `LivePainter`. */
export function renderLive(progress: LiveProgress, options: TerminalOptions): string[] {
  const style = createStyle(options);
  const idle = progress.phase === 'connecting' || progress.phase === 'drain';
  const lines = idle
    ? [`${phaseName(progress)} ${style.quiet(idleText(progress))}`]
    : [barLine(progress, style), '', ...figureLines(progress, style), ...drawingLines(progress, style)];
  return style.unicode ? lines : lines.map(foldToAscii);
}

/** The same as one plain line, for a log that cannot be repainted. */
export function renderProgressLine(progress: LiveProgress): string {
  const name = phaseName(progress).trimEnd();
  if (progress.phase === 'connecting' || progress.phase === 'drain') return `${name}  ${idleText(progress)}`;
  const { qps, p50Us, p99Us } = progress.lastSecond;
  const fraction = fractionOf(progress);
  return [
    fraction === null ? name : `${name} ${percent(fraction)}`,
    formatRate(qps),
    `p50 ${formatUs(p50Us)}`,
    `p99 ${formatUs(p99Us)}`,
    `errors ${formatCount(progress.soFar.errors)}`,
    `in flight ${formatCount(progress.inFlight)}`,
    leftOf(progress),
  ]
    .filter((text) => text !== '')
    .join('  ');
}

function phaseName(progress: LiveProgress): string {
  const run = progress.runs > 1 && progress.phase === 'measure' ? ` ${progress.run} of ${progress.runs}` : '';
  return padEnd(`${progress.phase}${run}`, 10);
}

function idleText(progress: LiveProgress): string {
  return progress.phase === 'connecting'
    ? formatSpan(Math.round(progress.elapsedSec))
    : `${formatCount(progress.inFlight)} in flight`;
}

interface Bounds {
  readonly byTime: number | null;
  readonly byCount: number | null;
}

function boundsOf({ elapsedSec, durationSec, ended, requests }: LiveProgress): Bounds {
  return {
    byTime: durationSec === null || durationSec <= 0 ? null : elapsedSec / durationSec,
    byCount: requests === null || requests <= 0 ? null : ended / requests,
  };
}

/** How far the phase is, in [0, 1], by the bound that is nearest; null when nothing bounds it. */
function fractionOf(progress: LiveProgress): number | null {
  const { byTime, byCount } = boundsOf(progress);
  if (byTime === null && byCount === null) return null;
  return Math.min(1, Math.max(0, byTime ?? 0, byCount ?? 0));
}

function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

/** Time left, or requests left when their number is the nearer bound. */
function leftOf(progress: LiveProgress): string {
  const { elapsedSec, durationSec, ended, requests } = progress;
  const { byTime, byCount } = boundsOf(progress);
  if (requests !== null && byCount !== null && (byTime === null || byCount >= byTime)) {
    return `${formatCount(Math.max(0, requests - ended))} requests left`;
  }
  if (durationSec !== null) return `${formatSpan(Math.max(0, Math.ceil(durationSec - elapsedSec)))} left`;
  return `${formatSpan(Math.round(elapsedSec))}, until stopped`;
}

function barLine(progress: LiveProgress, style: Style): string {
  const name = phaseName(progress);
  const left = leftOf(progress);
  const fraction = fractionOf(progress);
  if (fraction === null) return `${style.strong(name)} ${style.quiet(left)}`;
  const share = padStart(percent(fraction), 5);
  const size = Math.max(4, Math.min(40, style.width - name.length - share.length - left.length - 5));
  const filled = Math.floor(fraction * size);
  const bar = '█'.repeat(filled) + style.quiet('░'.repeat(size - filled));
  return `${style.strong(name)} ${bar} ${share}  ${style.quiet(left)}`;
}

function figureLines(progress: LiveProgress, style: Style): string[] {
  const rows = [progress.lastSecond, progress.soFar];
  const column = (title: string, cells: readonly string[]) =>
    ({
      title: style.quiet(title),
      align: 'right',
      rank: 0,
      cells: cells.map((text) => padStart(text, 8)),
    }) as const;
  const lines = table(
    [
      { title: '', align: 'left', rank: 0, cells: [style.quiet('last second'), style.quiet('so far')] },
      column(
        'QPS',
        rows.map(({ qps }, index) =>
          index === 0 ? style.strong(formatRateExact(qps)) : formatRateExact(qps),
        ),
      ),
      column(
        'p50',
        rows.map(({ p50Us }) => formatUs(p50Us)),
      ),
      column(
        'p99',
        rows.map(({ p99Us }) => formatUs(p99Us)),
      ),
      column(
        'errors',
        rows.map(({ errors }) => style.failures(errors)),
      ),
    ],
    style.width,
    1,
  );
  const context = [
    `in flight ${formatCount(progress.inFlight)}`,
    ...(progress.targetRate === null ? [] : [`planned ${formatRateExact(progress.targetRate)}/s`]),
  ];
  return [...lines, ...flow(context, style.width).map(style.quiet)];
}

function drawingLines({ seconds }: LiveProgress, style: Style): string[] {
  if (seconds.length < 2) return [];
  // The latest minute or so, one character a second: a drawing that squeezes as it grows cannot be followed.
  const latest = seconds.slice(-Math.min(60, style.width - 6));
  const drawing = (values: readonly (number | null)[]) =>
    style.drawing(sparkline(values, latest.length, 'max'));
  return [
    '',
    `${style.quiet('QPS')} ${drawing(latest.map((point) => point.qps))}`,
    `${style.quiet('P99')} ${drawing(latest.map((point) => point.p99Us))}`,
  ];
}
