import {
  type CapacityResult,
  type CapacityStep,
  formatCount,
  formatPercent,
  formatRate,
  formatRateExact,
  formatUs,
} from '../core/index.js';
import {
  capacitySentence,
  countsCalls,
  limitRunsText,
  perSecond,
  runSigns,
  slotsText,
  slotsWord,
} from './capacity-sentence.js';
import { patternLines } from './diagnosis.js';
import { type Column, cut, flow, labelled, table, wrap } from './layout.js';
import { viewPlan } from './plan-view.js';
import { renderScatter } from './scatter.js';
import { createStyle, foldToAscii, type Style, type TerminalOptions } from './style.js';

const LABEL_WIDTH = 11;
const MOST_GATES = 8;
const MOST_PATTERNS = 3;
const MOST_WHY = 60;
/** Points of the fitted law, drawn. */
const LAW_POINTS = 128;

/** A capacity for a person at a terminal: the figure, the steps, their curve, and at the end one sentence. */
export function renderCapacity(result: CapacityResult, options: TerminalOptions): string {
  const style = createStyle(options);
  const paragraphs = [
    headline(result, style),
    aboutLines(result, style),
    stepLines(result, style),
    result.varied === 'rate' ? rateCurve(result, style) : sweepCurve(result, style),
    [...kneeLines(result, style), ...uslLines(result, style), ...limitLines(result, style)],
    result.warnings.flatMap((text) =>
      labelled(style.warn('!'), wrap(style.outside(text, 400), style.width - 2), 2),
    ),
    wrap(style.outside(capacitySentence(result), 600), style.width),
  ];
  const text = paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => cut(line, style.width)).join('\n'))
    .join('\n\n');
  return `${style.unicode ? text : foldToAscii(text)}\n`;
}

const badges: Readonly<Record<CapacityResult['ended'], string>> = {
  found: '',
  ceiling: '',
  collapsed: '',
  floor: '✗ NOTHING PASSED',
  generator: '! GENERATOR LIMIT',
  connections: '! CONNECTION LIMIT',
  unstable: '! UNSTABLE',
  time: '! TIME IS OVER',
  interrupted: '! INTERRUPTED',
  failed: '! ENDED BY AN ERROR',
};

function headline(result: CapacityResult, style: Style): string[] {
  const { ended, maxRate, p99Us, low, high, confidence } = result;
  const badge = ended === 'collapsed' && maxRate === null ? '! DID NOT COME BACK' : badges[ended];
  const paint = ended === 'floor' ? style.badBadge : style.warnBadge;
  const range =
    low === null || high === null || low === high
      ? ''
      : `between ${formatRateExact(low)} and ${formatRateExact(high)}`;
  const open = result.varied === 'rate' && high === null ? 'AT LEAST ' : '';
  const figure = `${open}${perSecond(maxRate)}    P99 ${formatUs(p99Us)}`;
  const sure =
    confidence === null || confidence === 0 || result.varied === 'connections'
      ? []
      : [`${formatPercent(confidence, 2)} sure`];
  const items = [
    style.strong(`${result.varied === 'rate' ? 'CAPACITY' : 'PEAK'} ${figure}`),
    ...(range === '' ? [] : [range]),
    ...sure,
  ];
  return [
    ...(badge === '' ? [] : [paint(badge)]),
    // Where there is no figure to trust, none is shown: the last sentence says what there is.
    ...(maxRate === null ? [] : flow(items, style.width, '    ')),
  ];
}

/** Requests at once: of each connection so many, unless calls are counted. */
function inFlight(result: CapacityResult): number {
  const { connections, plan } = result;
  const { http, streams, pipeline } = viewPlan(plan);
  return countsCalls(result) ? connections : connections * ((http === '2' ? streams : pipeline) ?? 1);
}

function aboutLines(result: CapacityResult, style: Style): string[] {
  const { name, gates, varied } = result;
  const shown = gates.slice(0, MOST_GATES).map((gate) => style.outside(gate, 80));
  const more = gates.length > MOST_GATES ? [`and ${gates.length - MOST_GATES} more`] : [];
  const load =
    varied === 'rate'
      ? `open loop · ${formatCount(inFlight(result))} in flight at most`
      : `closed loop, by ${slotsWord(result)}`;
  const width = style.width - LABEL_WIDTH;
  return [
    ...labelled(style.quiet('target'), [style.outside(name, width)], LABEL_WIDTH),
    ...labelled(style.quiet('load'), wrap(load, width), LABEL_WIDTH),
    ...(gates.length === 0
      ? []
      : labelled(style.quiet('gates'), flow([...shown, ...more], width), LABEL_WIDTH)),
  ];
}

function stepLines(result: CapacityResult, style: Style): string[] {
  const { steps } = result;
  if (steps.length === 0) return [];
  const column = (
    title: string,
    rank: number,
    cell: (step: CapacityStep) => string,
    align: Column['align'] = 'right',
  ): Column => ({ title: style.quiet(title), rank, align, cells: steps.map(cell) });
  const byRate = steps.some(({ rate }) => rate !== null);
  return table(
    [
      byRate
        ? column('rate', 0, ({ rate }) => perSecond(rate))
        : column(slotsWord(result), 0, ({ connections }) => formatCount(connections)),
      column('qps', 1, ({ achieved }) => formatRateExact(achieved)),
      column('errors', 3, ({ errorRate }) => formatPercent(errorRate)),
      column('p50', 2, ({ p50Us }) => formatUs(p50Us)),
      column('p99', 0, ({ p99Us }) => formatUs(p99Us)),
      ...(steps.some(({ signals }) => signals !== undefined)
        ? [column('cpu', 2, ({ signals }) => cpuText(signals?.cpuCores ?? null))]
        : []),
      column('runs', 0, (step) => verdictPaint(step, style)(runSigns(step)), 'left'),
      column('', 4, (step) => style.quiet(remark(step, style)), 'left'),
    ],
    style.width,
  );
}

function verdictPaint({ verdict }: CapacityStep, style: Style): (text: string) => string {
  return verdict === 'pass' ? style.good : verdict === 'fail' ? style.bad : style.warn;
}

function remark(step: CapacityStep, style: Style): string {
  const why = step.ok === true ? null : (step.runs.findLast((run) => run.why !== null)?.why ?? null);
  const parts = [
    ...(step.verdict === 'undecided' ? ['not decided'] : []),
    ...(step.flaps ? ['flaps'] : []),
    ...(why === null ? [] : [style.outside(why, MOST_WHY)]),
  ];
  return parts.join(': ');
}

function rateCurve({ steps }: CapacityResult, style: Style): string[] {
  const [dot, full, cross] = style.unicode ? ['·', '●', '×'] : ['.', 'o', 'x'];
  const points = (of: (step: CapacityStep) => number | null, ok: boolean) =>
    steps
      .filter((step) => (step.ok === true) === ok)
      .flatMap((step) => {
        const y = of(step);
        return step.rate === null || y === null ? [] : [[step.rate, y] as const];
      });
  return titled(
    'latency by rate',
    renderScatter(
      [
        { name: 'p50', mark: dot, paint: style.quiet, points: points(({ p50Us }) => p50Us, true) },
        { name: 'p99, passed', mark: full, paint: style.good, points: points(({ p99Us }) => p99Us, true) },
        {
          name: 'p99, not passed',
          mark: cross,
          paint: style.bad,
          points: points(({ p99Us }) => p99Us, false),
        },
      ],
      { scale: 'linear', fromZero: true, format: formatRate },
      { scale: 'log', format: (us) => formatUs(us, 2) },
      style,
    ),
    style,
  );
}

function sweepCurve(result: CapacityResult, style: Style): string[] {
  const { steps, usl } = result;
  const [dot, full] = style.unicode ? ['·', '●'] : ['.', 'o'];
  const counts = steps.map(({ connections }) => connections);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const law = (n: number) =>
    usl === null ? 0 : (usl.lambda * n) / (1 + usl.sigma * (n - 1) + usl.kappa * n * (n - 1));
  const along = Array.from(
    { length: LAW_POINTS },
    (_, i) => least * (most / least) ** (i / (LAW_POINTS - 1)),
  );
  return titled(
    `throughput by ${slotsWord(result)}`,
    renderScatter(
      [
        {
          name: 'scalability law',
          mark: dot,
          paint: style.quiet,
          points: usl === null ? [] : along.map((n) => [n, law(n)] as const),
        },
        {
          name: 'measured',
          mark: full,
          paint: style.drawing,
          points: steps.map(({ connections, achieved }) => [connections, achieved] as const),
        },
      ],
      { scale: 'log', format: formatCount },
      { scale: 'linear', fromZero: true, format: formatRate },
      style,
    ),
    style,
  );
}

function titled(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.quiet(title), ...lines];
}

function kneeLines(result: CapacityResult, style: Style): string[] {
  const { knee } = result;
  if (knee === null) return [];
  const where = knee.rate === null ? slotsText(result, knee.connections) : perSecond(knee.rate);
  const text = `${where}, P99 ${formatUs(knee.p99Us)}: beyond it latency grows by more than throughput`;
  return labelled(style.quiet('knee'), wrap(text, style.width - LABEL_WIDTH), LABEL_WIDTH);
}

/** What the service ran out of, one paragraph a pattern, and which runs say so. */
function limitLines({ limit }: CapacityResult, style: Style): string[] {
  if (limit === undefined) return [];
  const width = style.width - LABEL_WIDTH;
  const patterns = limit.patterns
    .slice(0, MOST_PATTERNS)
    .flatMap((found) => patternLines(found, style, width));
  const missing = (limit.target?.missing ?? []).map(
    ({ signal, why }) => `${signal}: ${style.outside(why, 200)}`,
  );
  return labelled(
    style.quiet('limit'),
    [
      ...(patterns.length > 0 ? patterns : wrap(style.outside(limit.summary, 500), width)),
      ...(limit.why === undefined ? wrap(`in ${limitRunsText(limit)}`, width).map(style.quiet) : []),
      ...(missing.length === 0 ? [] : wrap(`not seen: ${missing.join('; ')}`, width).map(style.quiet)),
    ],
    LABEL_WIDTH,
  );
}

/** CPUs in use. */
function cpuText(cores: number | null): string {
  return cores === null ? '–' : cores.toFixed(2);
}

function uslLines({ usl }: CapacityResult, style: Style): string[] {
  if (usl === null) return [];
  const peak =
    usl.peak === null
      ? 'no peak'
      : `peak ${perSecond(usl.peak)}${usl.peakConnections === null ? ' (asymptote)' : ` at ${formatCount(usl.peakConnections)}`}`;
  const figures = flow(
    [`σ ${formatPercent(usl.sigma, 3)}`, `κ ${usl.kappa.toPrecision(3)}`, peak, `R² ${usl.r2.toFixed(3)}`],
    style.width - LABEL_WIDTH,
  );
  const verdict = usl.fits
    ? []
    : wrap(`does not fit: ${usl.reasons.join('; ')}`, style.width - LABEL_WIDTH).map(style.warn);
  return labelled(style.quiet('USL'), [...figures, ...verdict], LABEL_WIDTH);
}
