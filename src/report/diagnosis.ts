import { type FoundPattern, formatPercent, type Pattern, type Result } from '../core/index.js';
import { labelled, wrap } from './layout.js';
import { resample } from './sparkline.js';
import type { Style } from './style.js';

/** Patterns as people call them. */
export const patternNames: Readonly<Record<Pattern, string>> = {
  'generator-limit': 'generator limit',
  'cpu-throttling': 'CPU throttling',
  'gc-pause': 'GC pause',
  'cpu-saturation': 'CPU saturation',
  'memory-bandwidth': 'memory bandwidth',
  'network-jitter': 'network jitter',
  'lock-or-queue': 'lock or queue',
  unknown: 'unknown',
};

/** A letter for each, to stand under a timeline. */
const marks: Readonly<Record<Pattern, string>> = {
  'generator-limit': 'G',
  'cpu-throttling': 'T',
  'gc-pause': 'P',
  'cpu-saturation': 'C',
  'memory-bandwidth': 'M',
  'network-jitter': 'N',
  'lock-or-queue': 'L',
  unknown: '?',
};

const MOST_PATTERNS = 4;

/** What ails the run, one paragraph a pattern: the name, and the figures that it rests on. */
export function diagnosisLines({ diagnosis, signals }: Result, style: Style, labelWidth: number): string[] {
  if (diagnosis === undefined) return [];
  const width = style.width - labelWidth;
  const shown = diagnosis.patterns.slice(0, MOST_PATTERNS);
  const lines = shown.flatMap((found) => patternLines(found, style, width));
  if (diagnosis.why !== undefined) lines.push(...wrap(`not judged: ${diagnosis.why}`, width));
  else if (lines.length === 0)
    lines.push(...wrap(`nothing stands out in ${diagnosis.judgedSeconds} seconds`, width));
  const missing = (signals?.missing ?? []).map(({ signal, why }) => `${signal}: ${style.outside(why, 200)}`);
  const rest = [
    ...(missing.length === 0 ? [] : wrap(`not seen: ${missing.join('; ')}`, width)),
    ...(signals === undefined
      ? []
      : wrap(`looking on took ${formatPercent(signals.cost.share)} of a core`, width)),
  ];
  return labelled(style.quiet('diagnosis'), [...lines, ...rest.map(style.quiet)], labelWidth);
}

/** How likely a coincidence would be, where that was tested. */
export function chanceText(evidence: FoundPattern['evidence']): string {
  const chance = evidence.find(({ p }) => p !== null)?.p ?? null;
  return chance === null ? '' : ` (by chance: ${chance < 0.001 ? '< 0.1 %' : formatPercent(chance)})`;
}

/** Its name and what it rests on, as lines. */
export function patternLines(
  { pattern, summary, evidence }: FoundPattern,
  style: Style,
  width: number,
): string[] {
  const [first = '', ...others] = wrap(
    `${patternNames[pattern]}: ${style.outside(summary, 500)}${chanceText(evidence)}`,
    width,
  );
  const name = patternNames[pattern];
  const paint = pattern === 'unknown' ? style.strong : style.warn;
  return [paint(name) + first.slice(name.length), ...others];
}

/** Marks under a timeline of so many characters, where the tail stands out; empty: nowhere. */
export function spikeMarks({ diagnosis, timeline }: Result, width: number): string {
  if (diagnosis === undefined || diagnosis.spikes.length === 0) return '';
  const byTime = new Map(diagnosis.spikes.map((spike) => [spike.t, spike.causes[0] ?? 'unknown']));
  const order = Object.keys(marks) as Pattern[]; // of our own table
  const places = resample(
    timeline.map(({ t }) => {
      const cause = byTime.get(t);
      return cause === undefined ? 0 : order.length - order.indexOf(cause);
    }),
    width,
    'max',
  );
  return places
    .map((place) => {
      const pattern = place ? order[order.length - place] : undefined;
      return pattern === undefined ? ' ' : marks[pattern];
    })
    .join('')
    .trimEnd();
}

/** What the marks stand for. */
export function markLegend({ diagnosis }: Result): string {
  const seen = new Set((diagnosis?.spikes ?? []).map(({ causes }) => causes[0] ?? 'unknown'));
  return [...seen].map((pattern) => `${marks[pattern]} ${patternNames[pattern]}`).join(', ');
}
