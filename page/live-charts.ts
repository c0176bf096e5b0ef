import {
  BANDS_A_DECADE,
  type LiveRow,
  type LiveUpdate,
  MOST_HEAT_ROWS,
  MOST_LIVE_ROWS,
} from '../src/report/html/live-data.js';
import type { CurveData, HeatData, Range, TimelineData } from '../src/report/html/page-data.js';
import type { Drawn } from './chart.js';
import { drawCurves } from './curves.js';
import { drawHeat } from './heat.js';
import { drawLatency, drawRate } from './timeline.js';

/** The charts of a run that goes on. Each is drawn once there is enough for it, and then takes what is new. */
export class LiveCharts {
  #rows: LiveRow[] = [];
  /** Number of the first row that is kept. */
  #first = 0;
  #timeline: Drawn<TimelineData> | null = null;
  #heat: Drawn<HeatData> | null = null;
  #curves: Drawn<readonly CurveData[]> | null = null;

  /** Adds rows; one that comes again, as after a lost connection, is in its place. */
  add({ from, rows, curves }: LiveUpdate): void {
    if (from < this.#first || from > this.#first + this.#rows.length) {
      this.#rows = [];
      this.#first = from;
    }
    this.#rows.splice(from - this.#first, Number.POSITIVE_INFINITY, ...rows);
    const tooMany = Math.max(0, this.#rows.length - MOST_LIVE_ROWS);
    this.#rows.splice(0, tooMany);
    this.#first += tooMany;
    if (this.#rows.length > 1) this.#draw();
    if (curves.length === 0) return;
    if (this.#curves === null) this.#curves = drawCurves('percentiles', curves);
    else this.#curves(curves);
  }

  #draw(): void {
    const timeline = timelineOf(this.#rows);
    if (this.#timeline === null) {
      const rate = drawRate('rate', timeline);
      const latency = drawLatency('latency', timeline);
      this.#timeline = (next) => {
        rate(next);
        latency(next);
      };
    } else {
      this.#timeline(timeline);
    }
    const heat = heatOf(this.#rows.slice(-MOST_HEAT_ROWS));
    if (heat === null) return;
    if (this.#heat === null) this.#heat = drawHeat('heat', heat);
    else this.#heat(heat);
  }
}

function timelineOf(rows: readonly LiveRow[]): TimelineData {
  return {
    range: rangeOf(rows),
    repeats: [],
    t: rows.map(({ t }) => t + 0.5),
    qps: rows.map(({ qps }) => qps),
    targetQps: rows.some(({ targetQps }) => targetQps !== null)
      ? rows.map(({ targetQps }) => targetQps)
      : null,
    p50Us: rows.map(({ p50Us }) => p50Us),
    p99Us: rows.map(({ p99Us }) => p99Us),
    maxUs: rows.map(({ maxUs }) => maxUs),
    errors: rows.map(({ errors }) => errors),
    broken: [],
    spikes: [],
  };
}

function rangeOf(rows: readonly LiveRow[]): Range {
  return [rows[0]?.t ?? 0, (rows.at(-1)?.t ?? 0) + 1];
}

/** Null: no response yet. */
function heatOf(rows: readonly LiveRow[]): HeatData | null {
  const drawn = rows.filter(({ bands }) => bands.length > 0);
  const numbers = drawn.flatMap(({ bands }) => bands.filter((_, i) => i % 2 === 0));
  if (numbers.length === 0) return null;
  const first = numbers.reduce((least, band) => Math.min(least, band));
  const last = numbers.reduce((most, band) => Math.max(most, band));
  return {
    range: rangeOf(rows),
    repeats: [],
    perDecade: BANDS_A_DECADE,
    first,
    bands: last - first + 1,
    t: drawn.map(({ t }) => t),
    lengthSec: drawn.map(() => 1),
    cells: drawn.map(({ bands }) => bands.map((value, i) => (i % 2 === 0 ? value - first : value))),
  };
}
