import type uPlot from 'uplot';
import { formatRate } from '../src/core/format.js';
import type { TimelineData } from '../src/report/html/page-data.js';
import {
  axis,
  chart,
  colour,
  type Drawn,
  divide,
  line,
  logRange,
  timeAxis,
  timeValue,
  usAxis,
  usValue,
} from './chart.js';

const rateValue = (_: unknown, rate: number | null) => (rate === null ? '–' : formatRate(rate));
/** `2.50 k/s` as `2.5 k/s`, `50.0/s` as `50/s`. */
const shortRate = (rate: number) =>
  formatRate(rate).replace(/(\.\d*?)0+(?=[ /])/, (_, digits) => (digits === '.' ? '' : digits));
const timeScale = (shown: () => TimelineData): uPlot.Scale => ({
  time: false,
  range: () => [...shown().range],
});
const seconds = { label: 'time', value: timeValue };

/** What came back each second, what was asked for where that changes, and what went wrong. */
export function drawRate(id: string, first: TimelineData): Drawn<TimelineData> {
  let shown = first;
  const hasTarget = first.targetQps !== null;
  const most = ({ qps, errors, targetQps }: TimelineData) =>
    [...qps, ...errors, ...(targetQps ?? [])].reduce<number>(
      (highest, rate) => Math.max(highest, rate ?? 0),
      1,
    );
  const columns = ({ t, qps, errors, targetQps }: TimelineData): uPlot.AlignedData => [
    [...t],
    [...qps],
    [...errors],
    ...(hasTarget ? [[...(targetQps ?? [])]] : []),
  ];
  const plot = chart(
    id,
    {
      scales: { x: timeScale(() => shown), rate: { range: () => [0, most(shown) * 1.08] } },
      axes: [
        timeAxis,
        axis({
          scale: 'rate',
          size: 62,
          values: (_, ticks) => ticks.map(shortRate),
        }),
      ],
      series: [
        seconds,
        line('QPS', 'first', { scale: 'rate', value: rateValue }),
        line('errors', 'bad', { scale: 'rate', value: rateValue }),
        ...(hasTarget
          ? [line('target', 'muted', { scale: 'rate', value: rateValue, dash: [6, 4], width: 1 })]
          : []),
      ],
      hooks: {
        drawAxes: [(drawn) => shade(drawn, shown)],
        draw: [(drawn) => divide(drawn, shown.repeats), (drawn) => foot(drawn, shown)],
      },
    },
    columns(first),
  );
  return (next) => {
    shown = next;
    plot?.setData(columns(next));
  };
}

/** The slowest, P99 and P50 of each second, with a logarithmic axis; where they meet, P99 is seen and not the slowest. */
export function drawLatency(id: string, first: TimelineData): Drawn<TimelineData> {
  let shown = first;
  const positive = (values: readonly (number | null)[]) =>
    values.map((us) => (us !== null && us > 0 ? us : null));
  const latencies = ({ p50Us, p99Us, maxUs }: TimelineData) => [maxUs, p99Us, p50Us].map(positive);
  const plot = chart(
    id,
    {
      scales: { x: timeScale(() => shown), us: { distr: 3, range: () => logRange(latencies(shown).flat()) } },
      axes: [timeAxis, usAxis],
      series: [
        seconds,
        line('max', 'third', { scale: 'us', value: usValue, width: 1 }),
        line('P99', 'second', { scale: 'us', value: usValue }),
        line('P50', 'first', { scale: 'us', value: usValue }),
      ],
      hooks: {
        drawAxes: [(drawn) => shade(drawn, shown)],
        draw: [(drawn) => divide(drawn, shown.repeats), (drawn) => mark(drawn, shown)],
      },
    },
    [[...first.t], ...latencies(first)],
  );
  return (next) => {
    shown = next;
    plot?.setData([[...next.t], ...latencies(next)]);
  };
}

/** Shades the windows that broke a gate. */
function shade({ ctx, bbox, valToPos }: uPlot, { broken }: TimelineData): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour('bad');
  ctx.globalAlpha = 0.14;
  for (const [fromSec, toSec] of broken) {
    const left = valToPos(fromSec, 'x', true);
    ctx.fillRect(left, bbox.top, Math.max(2, valToPos(toSec, 'x', true) - left), bbox.height);
  }
  ctx.restore();
}

const FOOT_PX = 4;

/** Where errors were: one among ten thousand responses is no line that can be seen. */
function foot({ ctx, bbox, valToPos }: uPlot, { t, errors }: TimelineData): void {
  const height = FOOT_PX * devicePixelRatio;
  const half = Math.max(
    devicePixelRatio,
    (valToPos(t[1] ?? 1, 'x', true) - valToPos(t[0] ?? 0, 'x', true)) / 2,
  );
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colour('bad');
  t.forEach((at, i) => {
    if ((errors[i] ?? 0) === 0) return;
    ctx.fillRect(valToPos(at, 'x', true) - half, bbox.top + bbox.height - height, 2 * half, height);
  });
  ctx.restore();
}

/** How far apart labels have to be, in CSS pixels. */
const LABEL_PX = 110;

/** A line where the tail stands out, and above it what that is put down to, where there is room. */
function mark({ ctx, bbox, valToPos }: uPlot, { spikes }: TimelineData): void {
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = colour('muted');
  ctx.fillStyle = colour('muted');
  ctx.lineWidth = ratio;
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  let freeFrom = Number.NEGATIVE_INFINITY;
  for (const [t, cause] of spikes) {
    const x = valToPos(t, 'x', true);
    ctx.setLineDash([2 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (x < freeFrom) continue;
    // Beside its line, on the side that has room.
    const isLast = x + LABEL_PX * ratio > bbox.left + bbox.width;
    ctx.textAlign = isLast ? 'right' : 'left';
    ctx.fillText(cause, x + (isLast ? -3 : 3) * ratio, bbox.top + 2 * ratio);
    freeFrom = x + LABEL_PX * ratio;
  }
  ctx.restore();
}
