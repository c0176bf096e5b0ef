import uPlot from 'uplot';
import type { CurveData } from '../src/report/html/page-data.js';
import { axis, chart, type Drawn, line, logRange, usAxis, usValue } from './chart.js';

/** Room that a label takes. */
const LABEL_PX = 50;
const hues = { response: 'first', service: 'second', baseline: 'third' } as const;

/** Latency by percentile: as much room from p90 to p99 as from p99 to p99.9, so that the tail can be seen. */
export function drawCurves(id: string, first: readonly CurveData[]): Drawn<readonly CurveData[]> {
  let shown = first;
  if (first.length === 0) return () => {};
  const joined = (curves: readonly CurveData[]) =>
    uPlot.join(curves.map(({ nines, us }) => [[...nines], [...us]] as uPlot.AlignedData));
  const most = () => Math.max(1, ...shown.map(({ nines }) => nines.at(-1) ?? 0));
  /** Its left end is the lowest value. Where there is no room for all, those without name and every other nine go. */
  const ticks = (drawn: uPlot) => {
    const ninePx = drawn.bbox.width / devicePixelRatio / most();
    const step = Math.max(1, Math.ceil(LABEL_PX / ninePx));
    const nines = Array.from({ length: Math.floor(most() / step) }, (_, i) => (i + 1) * step);
    const first = ninePx * Math.log10(2) > LABEL_PX ? [0, Math.log10(2)] : [0];
    return [...first, ...nines];
  };
  const plot = chart(
    id,
    {
      scales: {
        x: { time: false, range: () => [0, most()] },
        us: { distr: 3, range: () => logRange(shown.flatMap(({ us }) => us)) },
      },
      axes: [axis({ splits: ticks, values: (_, at) => at.map(percentile), space: 10 }), usAxis],
      series: [
        { label: 'percentile', value: (_, nines) => (nines === null ? '–' : percentile(nines)) },
        ...first.map(({ kind, label }) =>
          line(label, hues[kind], {
            scale: 'us',
            value: usValue,
            spanGaps: true,
            ...(kind === 'baseline' ? { dash: [6, 4] } : {}),
          }),
        ),
      ],
    },
    joined(first),
  );
  return (next) => {
    shown = next;
    plot?.setData(joined(next));
  };
}

function percentile(nines: number): string {
  if (nines === 0) return 'min';
  const percent = 100 * (1 - 10 ** -nines);
  return `p${Number(percent.toFixed(Math.max(1, Math.ceil(nines) - 1)))}`;
}
