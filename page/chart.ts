import uPlot from 'uplot';
import { formatSpan, formatUs } from '../src/core/format.js';

type Options = Omit<uPlot.Options, 'width' | 'height'>;

/** Shows other data in a chart that is drawn. */
export type Drawn<Data> = (data: Data) => void;

const HEIGHT = 280;
const FONT = '12px system-ui, sans-serif';

/** A colour of the style sheet, which has one for light and one for dark. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** A chart as wide as its place, drawn anew when that or the colours change. Null: the page has no such place. */
export function chart(id: string, options: Options, data: uPlot.AlignedData): uPlot | null {
  const place = document.getElementById(id);
  if (place === null) return null;
  const size = () => ({ width: Math.max(240, place.clientWidth), height: HEIGHT });
  const drawn = new uPlot({ ...options, ...size() }, data, place);
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (!place.isConnected || place.clientWidth === width) return;
    width = place.clientWidth;
    drawn.setSize(size());
  }).observe(place);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawn.redraw(false, true));
  matchMedia('print').addEventListener('change', () => drawn.redraw(false, true));
  return drawn;
}

/** An axis in the colours of the page. */
export function axis(changes: uPlot.Axis): uPlot.Axis {
  return {
    stroke: () => colour('muted'),
    font: FONT,
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { stroke: () => colour('grid'), width: 1, size: 5 },
    ...changes,
  };
}

export function line(label: string, hue: string, changes: Partial<uPlot.Series> = {}): uPlot.Series {
  const stroke = () => colour(hue);
  const points: uPlot.Series.Points = { show: false, filter: alone, size: 5, fill: stroke };
  return { label, stroke, width: 2, points, ...changes };
}

/** Values between two gaps, which no line leads to: without a point they would not be seen. */
function alone({ data }: uPlot, series: number): number[] {
  const values = data[series] ?? [];
  const none = (i: number) => values[i] === null || values[i] === undefined;
  return [...values.keys()].filter((i) => !none(i) && none(i - 1) && none(i + 1));
}

/** A logarithmic axis: powers of ten, and what lies between where there are few of them. */
export function logAxis(changes: uPlot.Axis): uPlot.Axis {
  return axis({
    splits: (_, __, min, max) => logTicks(min, max),
    filter: (_, ticks) => ticks,
    ...changes,
  });
}

function logTicks(min: number, max: number): number[] {
  const decades = Math.log10(max / min);
  const steps = decades < 1.2 ? [1, 2, 3, 5, 7] : decades < 3 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(min)); 10 ** power <= max; power++)
    for (const step of steps) {
      const tick = Number(`${step}e${power}`);
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  return ticks;
}

/** Latency on a logarithmic axis. */
export const usAxis: uPlot.Axis = logAxis({
  scale: 'us',
  size: 62,
  values: (_, ticks) => ticks.map((us) => formatUs(us, 1)),
});
export const usValue = (_: uPlot, us: number | null) => (us === null ? '–' : formatUs(us));

/** Thin lines where one repeat ends and the next begins. */
export function divide({ ctx, bbox, valToPos }: uPlot, repeats: readonly number[]): void {
  ctx.save();
  ctx.beginPath();
  ctx.strokeStyle = colour('muted');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const t of repeats) {
    const x = Math.round(valToPos(t, 'x', true));
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
  }
  ctx.stroke();
  ctx.restore();
}

/** Seconds of the window. */
export const timeAxis: uPlot.Axis = axis({
  space: 60,
  incrs: [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400],
  values: (_, ticks) => ticks.map((t) => formatSpan(t)),
});
export const timeValue = (_: uPlot, t: number | null) => (t === null ? '–' : formatSpan(t));

/** The range of a logarithmic scale: a fifth of room on both sides, not up to the next power of ten. */
export function logRange(values: readonly (number | null)[]): [number, number] {
  const known = values.filter((value) => value !== null && value > 0) as number[];
  if (known.length === 0) return [1, 10];
  return [
    known.reduce((least, value) => Math.min(least, value)) / 1.3,
    known.reduce((most, value) => Math.max(most, value)) * 1.3,
  ];
}
