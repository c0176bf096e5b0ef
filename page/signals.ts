import type uPlot from 'uplot';
import { formatUs } from '../src/core/format.js';
import type { SignalData } from '../src/report/html/page-data.js';
import { axis, chart, divide, line, timeAxis, timeValue } from './chart.js';

/** That of the charts above it. */
const timeScale = ({ range }: SignalData): uPlot.Scale => ({ time: false, range: () => [...range] });
const time = { label: 'time', value: timeValue };
const coresValue = (_: unknown, cores: number | null) => (cores === null ? '–' : String(cores));
const msValue = (_: unknown, ms: number | null) => (ms === null ? '–' : formatUs(1000 * ms));

function highest(columns: readonly (readonly (number | null)[])[], least: number): number {
  return columns.flat().reduce<number>((most, value) => Math.max(most, value ?? 0), least);
}

/** The CPU time that the service used, and its busiest thread. */
export function drawServiceCpu(id: string, data: SignalData): void {
  const { t, cores, busiest, limit } = data;
  const most = highest([cores, busiest], 0.1);
  const isNear = limit !== null && limit <= 4 * most;
  chart(
    id,
    {
      scales: { x: timeScale(data), cpu: { range: () => [0, Math.max(most, isNear ? limit : 0) * 1.08] } },
      axes: [timeAxis, axis({ scale: 'cpu', size: 62 })],
      series: [
        time,
        line('CPUs', 'first', { scale: 'cpu', value: coresValue }),
        line('busiest thread', 'second', { scale: 'cpu', value: coresValue }),
        ...(isNear
          ? [line('limit', 'muted', { scale: 'cpu', value: coresValue, dash: [6, 4], width: 1 })]
          : []),
      ],
      hooks: { draw: [(drawn) => divide(drawn, data.repeats)] },
    },
    [[...t], [...cores], [...busiest], ...(isNear ? [t.map(() => limit)] : [])],
  );
}

/** For how much of each second something held the service up. */
export function drawServiceHeld(id: string, data: SignalData): void {
  const { t, held } = data;
  const most = highest(
    held.map(({ ms }) => ms),
    100,
  );
  const hues = { collector: 'second', quota: 'bad', 'waiting for a CPU': 'third', quiet: 'first' };
  const series: uPlot.Series[] = held.map(({ what }) =>
    line(what, hues[what], { scale: 'ms', value: msValue }),
  );
  chart(
    id,
    {
      scales: { x: timeScale(data), ms: { range: () => [0, most * 1.08] } },
      axes: [timeAxis, axis({ scale: 'ms', size: 62, values: (_, ticks) => ticks.map((ms) => `${ms} ms`) })],
      series: [time, ...series],
      hooks: { draw: [(drawn) => divide(drawn, data.repeats)] },
    },
    [[...t], ...held.map(({ ms }) => [...ms])],
  );
}
