import { errorKinds, grpcStatusNames, OutcomeKind, type Plan, type SparseCounts } from '../../core/index.js';
import type { LiveListener, LiveSecond, LiveTally } from '../tally.js';
import { type StagesRate, stagesRate } from '../target-rate.js';
import { BOUNDS_SEC, Buckets, quantilesSec } from './buckets.js';
import type { Frame, Labels, Metric, NumberPoint } from './metric.js';

const QUANTILES = [0.5, 0.9, 0.99, 0.999, 1] as const;
/** Of an operation: any number may come from outside. */
const MOST_STATUSES = 20;
const outcomes = ['ok', ...errorKinds] as const;

type Gauge = Extract<Metric, { kind: 'gauge' }>;

/** Turns the seconds of a run into frames. */
export class Frames implements LiveListener {
  readonly #plan: Plan;
  readonly #stagesRate: StagesRate;
  readonly #tally: LiveTally;
  readonly #nowMs: () => number;
  readonly #take: (frame: Frame) => void;
  readonly #buckets: readonly Buckets[];
  /** Where the repeat's seconds lie in time; null: none was heard yet. */
  #origin: { readonly t: number; readonly timeMs: number } | null = null;
  /** When the first window began, and when the last frame was; null: there was none. */
  #startMs: number | null = null;
  #lastMs: number | null = null;
  #gauges: readonly Gauge[] = [];

  /** @param nowMs since the epoch */
  constructor(plan: Plan, tally: LiveTally, take: (frame: Frame) => void, nowMs: () => number = Date.now) {
    this.#plan = plan;
    this.#stagesRate = stagesRate(plan);
    this.#tally = tally;
    this.#take = take;
    this.#nowMs = nowMs;
    this.#buckets = plan.operations.map(() => new Buckets());
    tally.hear(this);
  }

  second(second: LiveSecond): void {
    const { t, lengthSec, snapshots } = second;
    for (const { operations } of snapshots)
      operations.forEach(({ response }, i) => {
        this.#buckets[i]?.add(response);
      });
    // What comes in after the window has no rate: it is in the counts of the last frame.
    if (lengthSec === 0) return;
    const nowMs = this.#nowMs();
    this.#origin ??= { t, timeMs: nowMs - lengthSec * 1000 };
    // The first was heard later than this one: what lies in the future is not there for who asks now.
    const aheadMs = Math.max(0, this.#origin.timeMs + (t - this.#origin.t + lengthSec) * 1000 - nowMs);
    this.#origin = { t: this.#origin.t, timeMs: this.#origin.timeMs - aheadMs };
    this.#gauges = withEnded(this.#gaugesOf(second), this.#gauges);
    this.#startMs ??= Math.round(this.#origin.timeMs);
    this.#give(this.#origin.timeMs + (t - this.#origin.t + lengthSec) * 1000, this.#gauges);
  }

  /** Gauges end with the window: a rate that nobody measures any more is not the last one. */
  repeatEnds(): void {
    this.#origin = null;
    const ended = withEnded([], this.#gauges);
    this.#gauges = [];
    this.#give(this.#nowMs(), ended);
  }

  #give(timeMs: number, gauges: readonly Metric[]): void {
    this.#startMs ??= Math.round(timeMs);
    const sinceMs = this.#lastMs ?? this.#startMs;
    this.#lastMs = Math.max(sinceMs + 1, Math.round(timeMs));
    const metrics = [...this.#counters(), ...gauges];
    this.#take({ startMs: this.#startMs, sinceMs, timeMs: this.#lastMs, metrics });
  }

  #labels(i: number, ...more: [string, string][]): Labels {
    return [['operation', this.#plan.operations[i]?.name ?? ''], ...more];
  }

  #counters(): Metric[] {
    const { operations } = this.#tally;
    const counter = (name: string, unit: string, help: string, points: NumberPoint[]): Metric => ({
      kind: 'counter',
      name,
      unit,
      help,
      points,
    });
    const each = (pick: (tally: (typeof operations)[number]) => number) =>
      operations.map((tally, i) => ({ labels: this.#labels(i), value: pick(tally) }));
    const statusName = (status: number) =>
      (this.#plan.grpc === undefined ? undefined : grpcStatusNames[status]) ?? String(status);
    return [
      counter(
        'zipfire.requests',
        '{request}',
        'Requests that ended, by what became of them.',
        operations.flatMap((tally, i) =>
          outcomes.map((outcome) => ({
            labels: this.#labels(i, ['outcome', outcome]),
            value: tally.outcomes[OutcomeKind[outcome]] ?? 0,
          })),
        ),
      ),
      counter(
        'zipfire.responses',
        '{response}',
        'Responses by status.',
        operations.flatMap((tally, i) =>
          [...tally.statuses]
            .slice(0, MOST_STATUSES)
            .map(([status, value]) => ({ labels: this.#labels(i, ['status', statusName(status)]), value })),
        ),
      ),
      counter(
        'zipfire.dropped',
        '{request}',
        'Requests given up as no connection was free.',
        each(({ dropped }) => dropped),
      ),
      counter(
        'zipfire.received',
        'By',
        'Bytes received.',
        each(({ bytesIn }) => bytesIn),
      ),
      counter(
        'zipfire.sent',
        'By',
        'Bytes sent.',
        each(({ bytesOut }) => bytesOut),
      ),
      {
        kind: 'histogram',
        name: 'zipfire.response.time',
        unit: 's',
        help: 'From the intended start, of successful requests.',
        bounds: BOUNDS_SEC,
        points: this.#buckets.map(({ counts, sumSec }, i) => ({
          labels: this.#labels(i),
          counts: [...counts],
          sum: sumSec,
        })),
      },
    ];
  }

  /** Of the last second. */
  #gaugesOf({ t, snapshots, lengthSec, point }: LiveSecond): Gauge[] {
    const { operations } = this.#tally;
    const gauge = (name: string, unit: string, help: string, points: NumberPoint[]): Gauge => ({
      kind: 'gauge',
      name,
      unit,
      help,
      points,
    });
    const single = (value: number | null | undefined) =>
      value === null || value === undefined ? [] : [{ labels: [], value }];
    const responses = operations.map((_, i) =>
      snapshots.flatMap((snapshot) => snapshot.operations[i]?.response ?? []),
    );
    const completed = operations.map((_, i) =>
      snapshots.reduce((sum, snapshot) => sum + (snapshot.operations[i]?.completedInWindow ?? 0), 0),
    );
    const quantiles = (of: readonly SparseCounts[], labels: Labels): NumberPoint[] =>
      quantilesSec(of, QUANTILES).flatMap((value, q) =>
        value === null ? [] : [{ labels: [...labels, ['quantile', String(QUANTILES[q])]], value }],
      );
    const latenessP99Us = point?.latenessP99Us ?? null;
    const sinceSec = t - (this.#origin?.t ?? t);
    const targetRate = this.#stagesRate(sinceSec, lengthSec) ?? this.#plan.load.rate;
    return [
      gauge(
        'zipfire.rate',
        '{response}/s',
        'Responses per second, in the last second.',
        completed.map((count, i) => ({ labels: this.#labels(i), value: count / lengthSec })),
      ),
      gauge('zipfire.target.rate', '{request}/s', 'Rate asked for.', single(targetRate)),
      gauge(
        'zipfire.response.time.quantile',
        's',
        'Response time in the last second; without an operation: of all.',
        [
          ...responses.flatMap((of, i) => quantiles(of, this.#labels(i))),
          ...(operations.length > 1 ? quantiles(responses.flat(), []) : []),
        ],
      ),
      gauge('zipfire.in.flight', '{request}', 'Requests in flight.', single(point?.inFlight)),
      gauge(
        'zipfire.lateness.p99',
        's',
        'How late the generator sent, in the last second.',
        single(latenessP99Us === null ? null : latenessP99Us / 1e6),
      ),
    ].filter(({ points }) => points.length > 0);
  }
}

/**
 * Gauges of a second, and those of the one before that have no value any more: a receiver that is not told goes on
 * with the last one, as if a service that stands still answered as before.
 */
function withEnded(now: readonly Gauge[], before: readonly Gauge[]): Gauge[] {
  const names = new Map([...before, ...now].map((gauge) => [gauge.name, gauge]));
  const pointsOf = (gauges: readonly Gauge[], name: string) =>
    gauges.find((gauge) => gauge.name === name)?.points ?? [];
  return [...names].flatMap(([name, gauge]) => {
    const points = pointsOf(now, name);
    const present = new Set(points.map(({ labels }) => JSON.stringify(labels)));
    const ended = pointsOf(before, name)
      .filter(({ labels, value }) => value !== null && !present.has(JSON.stringify(labels)))
      .map(({ labels }) => ({ labels, value: null }));
    return points.length + ended.length === 0 ? [] : [{ ...gauge, points: [...points, ...ended] }];
  });
}
