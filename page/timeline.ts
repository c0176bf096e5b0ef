import { formatRate } from '../src/core/format.js';
import type { TimelineData } from '../src/report/html/page-data.js';
import { axis, chart, line, logRange, timeAxis, timeValue, usAxis, usValue } from './chart.js';

const rateValue = (_: unknown, rate: number | null) => (rate === null ? '–' : formatRate(rate));
const seconds = { label: 'time', value: timeValue };

/** What came back each second, what was asked for where that changes, and what went wrong. */
export function drawRate(id: string, { t, qps, targetQps, errors }: TimelineData): void {
  const most = Math.max(1, ...qps, ...errors, ...(targetQps ?? []).map((rate) => rate ?? 0));
  chart(
    id,
    {
      scales: { x: { time: false }, rate: { range: [0, most * 1.08] } },
      axes: [
        timeAxis,
        axis({
          scale: 'rate',
          size: 62,
          values: (_, ticks) => ticks.map((rate) => formatRate(rate).replace(/\.0+ /, ' ')),
        }),
      ],
      series: [
        seconds,
        line('QPS', 'first', { scale: 'rate', value: rateValue }),
        line('errors', 'bad', { scale: 'rate', value: rateValue }),
        ...(targetQps === null
          ? []
          : [line('target', 'muted', { scale: 'rate', value: rateValue, dash: [6, 4], width: 1 })]),
      ],
    },
    [[...t], [...qps], [...errors], ...(targetQps === null ? [] : [[...targetQps]])],
  );
}

/** P50, P99 and the slowest of each second, with a logarithmic axis. */
export function drawLatency(id: string, { t, p50Us, p99Us, maxUs }: TimelineData): void {
  const positive = (values: readonly (number | null)[]) =>
    values.map((us) => (us !== null && us > 0 ? us : null));
  const columns = [p50Us, p99Us, maxUs].map(positive);
  chart(
    id,
    {
      scales: { x: { time: false }, us: { distr: 3, range: () => logRange(columns.flat()) } },
      axes: [timeAxis, usAxis],
      series: [
        seconds,
        line('P50', 'first', { scale: 'us', value: usValue }),
        line('P99', 'second', { scale: 'us', value: usValue }),
        line('max', 'third', { scale: 'us', value: usValue, width: 1 }),
      ],
    },
    [[...t], ...columns],
  );
}
