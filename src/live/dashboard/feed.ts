import {
  formatCount,
  formatPercent,
  formatRateExact,
  formatUs,
  type Plan,
  type Snapshot,
} from '../../core/index.js';
import type { Tally } from '../../record/index.js';
import { lowestOf } from '../../record/layout.js';
import {
  BANDS_A_DECADE,
  type LiveRow,
  type LiveUpdate,
  MOST_LIVE_ROWS,
} from '../../report/html/live-data.js';
import type { CurveData } from '../../report/html/page-data.js';
import type { LivePhase } from '../../report/index.js';
import { curveOf } from '../curve.js';
import type { LiveListener, LiveSecond, LiveTally } from '../tally.js';
import { type StagesRate, stagesRate } from '../target-rate.js';

const MOST_OPERATIONS = 50;

/** A run as its page is told of it: what is new, and what was before. Memory does not grow with its length. */
export class Feed implements LiveListener {
  readonly #plan: Plan;
  readonly #tally: LiveTally;
  readonly #stagesRate: StagesRate;
  readonly #nowMs: () => number;
  #rows: LiveRow[] = [];
  /** Number of the first row that is kept, and of the first that was not yet said. */
  #first = 0;
  #unsaid = 0;
  #phase: LivePhase = 'connecting';
  #run = 1;
  #sinceMs: number;
  #inFlight = 0;
  #latenessP99Us: number | null = null;
  /** Of the window of the repeat that is measured. */
  #second = 0;

  /** @param nowMs a clock that does not go back */
  constructor(plan: Plan, tally: LiveTally, nowMs: () => number = () => performance.now()) {
    this.#plan = plan;
    this.#tally = tally;
    this.#nowMs = nowMs;
    this.#sinceMs = nowMs();
    this.#stagesRate = stagesRate(plan);
    tally.hear(this);
  }

  /** The run is at a phase, which it may have been at before. */
  phase(phase: LivePhase, run: number): void {
    if (phase === this.#phase && run === this.#run) return;
    this.#phase = phase;
    this.#run = run;
    this.#sinceMs = this.#nowMs();
  }

  second({ t, lengthSec, point, snapshots }: LiveSecond): void {
    if (point === null) return;
    this.#inFlight = point.inFlight;
    this.#latenessP99Us = point.latenessP99Us;
    const { qps, p50Us, p99Us, maxUs, errors } = point;
    this.#rows.push({
      t,
      qps,
      targetQps: this.#stagesRate(this.#second, lengthSec),
      p50Us,
      p99Us,
      maxUs,
      errors: lengthSec > 0 ? errors / lengthSec : errors,
      bands: bandsOf(snapshots),
    });
    this.#second++;
    if (this.#rows.length <= MOST_LIVE_ROWS) return;
    this.#rows.shift();
    this.#first++;
  }

  repeatEnds(): void {
    this.#second = 0;
  }

  /** What is new since this was last asked for. */
  next(): LiveUpdate {
    const from = Math.max(this.#unsaid, this.#first);
    this.#unsaid = this.#first + this.#rows.length;
    return this.#update(from);
  }

  /** Everything so far. */
  whole(): LiveUpdate {
    return this.#update(this.#first);
  }

  #update(from: number): LiveUpdate {
    const { phases } = this.#plan;
    const durationMs = { 'warm-up': phases.warmupMs, measure: phases.measure.durationMs }[
      this.#phase as string
    ];
    return {
      phase: this.#phase,
      run: this.#run,
      runs: phases.repeat,
      elapsedSec: Math.round((this.#nowMs() - this.#sinceMs) / 100) / 10,
      durationSec: durationMs === undefined || durationMs === null ? null : durationMs / 1000,
      tiles: this.#tiles(),
      from,
      rows: this.#rows.slice(from - this.#first),
      curves: this.#curves(),
      operations: this.#operations(),
    };
  }

  #tiles(): [string, string][] {
    const { total } = this.#tally;
    const [p50 = null, p99 = null] = total.response.quantilesNs([0.5, 0.99]);
    return [
      ['QPS', formatRateExact(this.#rows.at(-1)?.qps ?? null)],
      ['P50', formatUs(p50 === null ? null : p50 / 1000)],
      ['P99', formatUs(p99 === null ? null : p99 / 1000)],
      ['max', formatUs(total.response.total === 0 ? null : total.response.maxNs / 1000)],
      ['errors', formatPercent(errorShare(total))],
      ['in flight', formatCount(this.#rows.length === 0 ? null : this.#inFlight)],
      ...(this.#plan.load.rate === null
        ? []
        : [['lateness P99', formatUs(this.#latenessP99Us)] as [string, string]]),
    ];
  }

  #curves(): CurveData[] {
    const { total } = this.#tally;
    if (total.response.total < 2) return [];
    const response = curveOf('response', total.response);
    // In a closed loop the two are the same.
    return this.#plan.load.rate === null ? [response] : [response, curveOf('service', total.service)];
  }

  #operations(): string[][] {
    const { operations, measuredSec } = this.#tally;
    if (operations.length < 2) return [];
    return operations.slice(0, MOST_OPERATIONS).map((tally, i) => {
      const [p50 = null, p99 = null] = tally.response.quantilesNs([0.5, 0.99]);
      const us = (ns: number | null) => formatUs(ns === null ? null : ns / 1000);
      return [
        (this.#plan.operations[i]?.name ?? '').slice(0, 80),
        formatCount(tally.sent),
        formatRateExact(measuredSec > 0 ? tally.completedInWindow / measuredSec : null),
        formatPercent(errorShare(tally)),
        us(p50),
        us(p99),
        us(tally.response.total === 0 ? null : tally.response.maxNs),
      ];
    });
  }
}

function errorShare({ sent, errors }: Tally): number | null {
  return sent > 0 ? errors / sent : null;
}

function bandsOf(snapshots: readonly Snapshot[]): number[] {
  const bands = new Map<number, number>();
  for (const { operations } of snapshots)
    for (const { response } of operations)
      response.indices.forEach((bucket, i) => {
        const band = Math.floor(Math.log10(Math.max(1, lowestOf(bucket)) / 1000) * BANDS_A_DECADE);
        bands.set(band, (bands.get(band) ?? 0) + (response.counts[i] ?? 0));
      });
  return [...bands].sort(([a], [b]) => a - b).flat();
}
