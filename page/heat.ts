import type uPlot from 'uplot';
import { formatCount, formatUs } from '../src/core/format.js';
import type { HeatData } from '../src/report/html/page-data.js';
import { chart, colour, type Drawn, divide, timeAxis, timeValue, usAxis } from './chart.js';

/**
 * Responses by time and latency. The shade follows the logarithm of the count: one stalled request among ten thousand
 * is the reason for the drawing.
 */
export function drawHeat(id: string, first: HeatData): Drawn<HeatData> {
  let shown = shade(first);

  function edge(band: number): number {
    return 10 ** ((shown.heat.first + band) / shown.heat.perDecade);
  }

  function paint(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const { heat, most } = shown;
    const x = (value: number) => Math.round(plot.valToPos(value, 'x', true));
    const y = (value: number) => Math.round(plot.valToPos(value, 'us', true));
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.fillStyle = colour('heat');
    // Two columns in one pixel would add up to a colour that stands for neither.
    const size = Math.max(1, Math.ceil(heat.cells.length / bbox.width));
    for (let i = 0; i < heat.cells.length; i += size) {
      const { counts, lengthSec, endSec } = together(heat, i, size);
      const left = x(heat.t[i] ?? 0);
      const width = Math.max(1, x(endSec) - left);
      for (const [band, count] of counts) {
        ctx.globalAlpha = 0.12 + 0.88 * Math.min(1, Math.log1p(count / lengthSec) / most);
        const top = y(edge(band + 1));
        ctx.fillRect(left, top, width, Math.max(1, y(edge(band)) - top));
      }
    }
    ctx.restore();
  }

  const columns = (): uPlot.AlignedData => {
    const { heat } = shown;
    const middles = heat.t.map((start, i) => start + lengthOf(heat, i) / 2);
    const floor = middles.map(() => edge(0));
    return [middles, floor, floor];
  };
  const drawn = chart(
    id,
    {
      scales: {
        x: { time: false, range: () => [...shown.heat.range] },
        us: { distr: 3, range: () => [edge(0), edge(shown.heat.bands)] },
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
          value: (_, __, ___, i) => (i === null ? '–' : formatCount(shown.totals[i] ?? 0)),
        },
        {
          label: 'most at',
          scale: 'us',
          stroke: () => colour('heat'),
          width: 0,
          points: { show: false },
          value: (_, __, ___, i) => (i === null ? '–' : `${formatUs(peakOf(shown.heat.cells[i] ?? []), 2)}`),
        },
      ],
      hooks: { drawAxes: [paint, (plot) => divide(plot, shown.heat.repeats)] },
    },
    columns(),
  );
  return (next) => {
    shown = shade(next);
    drawn?.setData(columns());
  };

  function peakOf(row: readonly number[]): number {
    let peak = 0;
    for (let j = 1; j < row.length; j += 2) if ((row[j] as number) > (row[peak + 1] ?? 0)) peak = j - 1;
    return edge((row[peak] ?? 0) + 0.5);
  }
}

/** What is drawn of a heat map besides itself. */
interface Shaded {
  readonly heat: HeatData;
  /** Responses of each stretch. */
  readonly totals: readonly number[];
  /** Logarithm of the highest rate in a cell. */
  readonly most: number;
}

function shade(heat: HeatData): Shaded {
  const totals = heat.cells.map((row) => row.reduce((sum, value, i) => (i % 2 === 1 ? sum + value : sum), 0));
  const rates = heat.cells.flatMap((row, i) =>
    row.filter((_, j) => j % 2 === 1).map((count) => count / lengthOf(heat, i)),
  );
  const highest = rates.reduce((most, rate) => Math.max(most, rate), 0);
  return { heat, totals, most: Math.max(1, Math.log1p(highest)) };
}

/** Some stretches as one. */
function together(heat: HeatData, first: number, size: number) {
  const counts = new Map<number, number>();
  let lengthSec = 0;
  let endSec = 0;
  heat.cells.slice(first, first + size).forEach((row, k) => {
    for (let j = 0; j + 1 < row.length; j += 2) {
      const band = row[j] as number;
      counts.set(band, (counts.get(band) ?? 0) + (row[j + 1] as number));
    }
    lengthSec += lengthOf(heat, first + k);
    endSec = (heat.t[first + k] ?? 0) + lengthOf(heat, first + k);
  });
  return { counts, lengthSec, endSec };
}

function lengthOf({ lengthSec }: HeatData, i: number): number {
  return Math.max(1e-3, lengthSec[i] ?? 1);
}
