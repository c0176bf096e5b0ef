import type uPlot from 'uplot';
import { formatCount, formatUs } from '../src/core/format.js';
import type { HeatData } from '../src/report/html/page-data.js';
import { chart, colour, timeAxis, timeValue, usAxis } from './chart.js';

/**
 * Responses by time and latency. The shade follows the logarithm of the count: one stalled request among ten thousand
 * is the reason for the drawing.
 */
export function drawHeat(id: string, heat: HeatData): void {
  const { t, lengthSec, cells, bands } = heat;
  const edge = (band: number) => 10 ** ((heat.first + band) / heat.perDecade);
  const totals = cells.map((row) => row.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0));
  const rates = cells.flatMap((row, i) =>
    row.filter((_, j) => j % 2 === 1).map((count) => count / lengthOf(i)),
  );
  const most = Math.max(1, ...[Math.log1p(rates.reduce((highest, rate) => Math.max(highest, rate), 0))]);
  const end = (t.at(-1) ?? 0) + (lengthSec.at(-1) ?? 1);

  function lengthOf(i: number): number {
    return Math.max(1e-3, lengthSec[i] ?? 1);
  }

  function paint(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const x = (value: number) => Math.round(plot.valToPos(value, 'x', true));
    const y = (value: number) => Math.round(plot.valToPos(value, 'us', true));
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour('heat');
    cells.forEach((row, i) => {
      const start = t[i] ?? 0;
      const left = x(start);
      const width = Math.max(1, x(start + lengthOf(i)) - left);
      for (let j = 0; j + 1 < row.length; j += 2) {
        const band = row[j] as number;
        const shade = Math.log1p((row[j + 1] as number) / lengthOf(i)) / most;
        ctx.globalAlpha = 0.12 + 0.88 * Math.min(1, shade);
        const top = y(edge(band + 1));
        ctx.fillRect(left, top, width, Math.max(1, y(edge(band)) - top));
      }
    });
    ctx.restore();
  }

  const middles = t.map((start, i) => start + lengthOf(i) / 2);
  chart(
    id,
    {
      scales: {
        x: { time: false, range: [t[0] ?? 0, end] },
        us: { distr: 3, range: [edge(0), edge(bands)] },
      },
      axes: [timeAxis, usAxis],
      series: [
        { label: 'time', value: timeValue },
        {
          label: 'responses',
          scale: 'us',
          stroke: () => colour('heat'),
          width: 0,
          points: { show: false },
          value: (_, __, ___, i) => (i === null ? '–' : formatCount(totals[i] ?? 0)),
        },
        {
          label: 'most at',
          scale: 'us',
          stroke: () => colour('heat'),
          width: 0,
          points: { show: false },
          value: (_, __, ___, i) => (i === null ? '–' : `${formatUs(peakOf(cells[i] ?? []), 2)}`),
        },
      ],
      hooks: { drawAxes: [paint] },
    },
    [middles, middles.map(() => edge(0)), middles.map(() => edge(0))],
  );

  function peakOf(row: readonly number[]): number {
    let peak = 0;
    for (let j = 1; j < row.length; j += 2) if ((row[j] as number) > (row[peak + 1] ?? 0)) peak = j - 1;
    return edge((row[peak] ?? 0) + 0.5);
  }
}
