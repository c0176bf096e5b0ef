import { formatCount, formatPercent } from '../src/core/format.js';
import type { KeyData } from '../src/report/html/page-data.js';
import { chart, line, logAxis, logRange } from './chart.js';

/** Share of the draws by rank, both logarithmic: a zipf distribution is a straight line, of the slope −α. */
export function drawKeys(id: string, { rank, drawn, expected }: KeyData): void {
  const share = (_: unknown, value: number | null) => (value === null ? '–' : formatPercent(value));
  chart(
    id,
    {
      scales: {
        x: { time: false, distr: 3, range: () => logRange(rank) },
        share: { distr: 3, range: () => logRange([...drawn, ...expected]) },
      },
      axes: [
        logAxis({ values: (_, ticks) => ticks.map(shortCount) }),
        logAxis({ scale: 'share', size: 74, values: (_, ticks) => ticks.map(shortShare) }),
      ],
      series: [
        { label: 'rank', value: (_, at) => (at === null ? '–' : formatCount(at)) },
        line('expected', 'muted', { scale: 'share', value: share, dash: [6, 4] }),
        line('drawn', 'first', {
          scale: 'share',
          value: share,
          width: 0,
          points: { show: true, size: 6, fill: 'transparent', width: 1.5 },
        }),
      ],
    },
    [[...rank], [...expected], [...drawn]],
  );
}

/** `100 k`: ticks are near each other on a phone. */
function shortCount(count: number): string {
  const [unit, size] = (
    [
      ['', 1],
      ['k', 1e3],
      ['M', 1e6],
      ['G', 1e9],
    ] as const
  ).findLast(([, least]) => count >= least) ?? ['', 1];
  return `${Number((count / size).toPrecision(3))}${unit}`;
}

/** Always of a hundred: `1e-4 %` where there is no room for the zeros. */
function shortShare(share: number): string {
  return share >= 1e-5 ? formatPercent(share) : `${(share * 100).toExponential(0)} %`;
}
