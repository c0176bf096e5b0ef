import type { Tally } from '../record/index.js';
import type { CurveData } from '../report/html/page-data.js';

/** Points of a curve for a tenfold of the distance to 100 %. */
const POINTS_A_NINE = 12;

/** Latency by percentile, as far out as there is a value: the last point stands for one of all. */
export function curveOf(kind: 'response' | 'service', distribution: Tally['response']): CurveData {
  const { total } = distribution;
  const nines: number[] = [];
  for (let i = 0; 10 ** (-i / POINTS_A_NINE) * total >= 1; i++) nines.push(i / POINTS_A_NINE);
  // The first is the lowest value, the share of which is none.
  const quantiles = nines.map((nine) => Math.max(1 / Math.max(1, total), 1 - 10 ** -nine));
  const us = distribution.quantilesNs(quantiles).map((ns) => digits(Math.max(1, ns ?? 1) / 1000));
  return { kind, label: kind, nines: nines.map(digits), us };
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
