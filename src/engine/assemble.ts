import type {
  Connections,
  KeyStatistics,
  Load,
  OperationSummary,
  Plan,
  Result,
  RunSummary,
  SlowTrace,
  Summary,
  TimelinePoint,
} from '../core/index.js';
import { RateCurve } from '../pace/index.js';
import { encodeDistribution, encodeIntervals, Tally } from '../record/index.js';
import { grpcStatusName } from '../wire/grpc/status.js';
import { type Repeat, summaryOf } from './collect.js';
import { mergeFaults } from './driver-totals.js';
import { joinIntervals, joinIntervalsOf } from './join-intervals.js';
import type { PhaseReport } from './messages.js';
import { slowestOf } from './slow-traces.js';
import { captureSummaries, usersTotals } from './users-totals.js';
import { judgeValidity } from './validity.js';

/** Everything the coordinator knows when a run is over. */
export interface RunRecord {
  readonly plan: Plan;
  readonly startedAt: Date;
  readonly repeats: readonly Repeat[];
  readonly interrupted: boolean;
  readonly prefillFailed: number;
  readonly keys: Readonly<Record<string, KeyStatistics>>;
  /** See `Connections.protocol`. */
  readonly protocol: string | null;
  /** See `Connections.addresses`. */
  readonly addresses?: readonly string[];
}

/**
 * The part of a result that the engine measured: all but what only the command line knows, which is the tool's
 * version, the redacted plan, and what the gates say.
 */
export type Measurement = Omit<Result, 'plan' | 'gates' | 'verdict' | 'tool'> & {
  readonly interrupted: boolean;
};

/** Puts the repeats together. Counts and histograms add up; rates are over the windows' total length. */
export async function assemble(record: RunRecord): Promise<Measurement> {
  const { plan, repeats, interrupted } = record;
  const runs = repeats.map((repeat) => runSummary(plan, repeat));
  const total = mergeTallies(repeats.map(({ collected }) => collected.total));
  const summary = total.summary(mergeWindows(repeats));
  const timeline = joinTimelines(repeats, runs, plan.load);
  const reports = repeats.flatMap((repeat) => repeat.reports);
  const statuses = [...total.statuses].sort(([a], [b]) => a - b);
  const faults = mergeFaults((repeats.at(-1)?.reports ?? []).map(({ faults }) => faults));
  const eventLoopUtilization = reports.map((report) => report.eventLoopUtilization);
  // Before those of the operations, which are as long.
  const intervals = await encodeIntervals(joinIntervals(repeats));
  return {
    schema: 'zipfire.result/1',
    startedAt: record.startedAt.toISOString(),
    seed: plan.seed,
    validity: judgeValidity({
      ...record,
      faults,
      summary,
      windows: repeats.map(({ collected }, i) => {
        const run = runs[i] as RunSummary; // one for each repeat
        return { summary: run, timeline: collected.timeline(run.durationSec) };
      }),
      eventLoopUtilization,
      uncaptured: usersTotals(reports).skipped.reduce((sum, count) => sum + count, 0),
    }),
    summary,
    operations: await withIntervals(plan, repeats, operationSummaries(plan, repeats)),
    statuses: plan.grpc === undefined ? Object.fromEntries(statuses) : {},
    grpcStatuses: plan.grpc === undefined ? {} : grpcStatuses(statuses),
    errorKinds: total.errorKinds(),
    faults,
    connections: {
      protocol: record.protocol,
      ...connectionsOf(repeats),
      ...(record.addresses === undefined ? {} : { addresses: record.addresses }),
    },
    timeline,
    intervals,
    keys: record.keys,
    traces: tracesOf(plan, reports),
    ...capturesOf(plan, reports),
    generator: {
      workers: plan.load.workers,
      cpuPercent: weightedMean(repeats.map(({ cpuPercent, window }) => [cpuPercent, window.durationSec])),
      eventLoopUtilization: Math.max(0, ...eventLoopUtilization),
      gcMs: reports.reduce((sum, { gcMs }) => sum + gcMs, 0),
      eventLoopDelayP99Ms: Math.max(0, ...reports.map(({ eventLoopDelayP99Ms }) => eventLoopDelayP99Ms)),
      spinning: reports.some(({ spun }) => spun),
      ...(plan.script === undefined ? {} : { scriptShare: scriptShare(reports) }),
    },
    histograms: await encodeHistograms(plan, total),
    runs,
    interrupted,
  };
}

function capturesOf(plan: Plan, reports: readonly PhaseReport[]): Pick<Measurement, 'captures'> {
  const captures = captureSummaries(plan, reports);
  return captures === undefined ? {} : { captures };
}

function grpcStatuses(codes: readonly (readonly [number, number])[]): Record<string, number> {
  return Object.fromEntries(codes.map(([code, count]) => [grpcStatusName(code), count]));
}

async function encodeHistograms({ load }: Plan, { response, service }: Tally): Promise<Result['histograms']> {
  const encoded = await encodeDistribution(response);
  // In a closed loop the two are the same.
  return { response: encoded, service: load.rate === null ? encoded : await encodeDistribution(service) };
}

function runSummary(plan: Plan, repeat: Repeat): RunSummary {
  const summary = summaryOf(repeat);
  if (plan.operations.length === 1 && plan.sequences === undefined) return summary;
  return { ...summary, operations: operationSummaries(plan, [repeat]) };
}

/** What a result tells of by itself: an operation, a part of one, or a sequence. */
interface Told {
  readonly name: string;
  readonly partOf?: string;
  /** Its rows among what was collected. */
  readonly rows: readonly number[];
}

/** Each operation, one with weighted headers as a whole first and then its parts. */
function toldOperations({ operations }: Plan): Told[] {
  return operations.flatMap(({ name, partOf }, i): Told[] => {
    if (partOf === undefined) return [{ name, rows: [i] }];
    const part = { name, partOf, rows: [i] };
    if (operations[i - 1]?.partOf === partOf) return [part];
    const parts = operations.flatMap((other, at) => (other.partOf === partOf ? [at] : []));
    return [{ name: partOf, rows: parts }, part];
  });
}

/** The operations, and then each sequence. */
function operationSummaries(plan: Plan, repeats: readonly Repeat[]): OperationSummary[] {
  const summary = (indices: readonly number[]) => {
    const ofThese = <T>(all: readonly T[]) => indices.flatMap((i) => all[i] ?? []);
    const tally = mergeTallies(repeats.flatMap(({ collected }) => ofThese(collected.operations)));
    const planned = repeats
      .flatMap(({ plannedByOperation }) => ofThese(plannedByOperation))
      .reduce((sum, count) => sum + count, 0);
    return tally.summary({ ...mergeWindows(repeats), planned, targetRate: null });
  };
  const ofOperations = toldOperations(plan).map(({ rows, ...told }) => ({ ...told, ...summary(rows) }));
  return [...ofOperations, ...sequenceSummaries(plan, repeats)];
}

/** Adds what each did by the second, where that was kept. @param summaries in the order of `operationSummaries` */
function withIntervals(
  plan: Plan,
  repeats: readonly Repeat[],
  summaries: readonly OperationSummary[],
): Promise<OperationSummary[]> {
  const { operations, sequences = [] } = plan;
  const rows = [
    ...toldOperations(plan).map((told) => told.rows),
    ...sequences.map((_, i) => [operations.length + i]),
  ];
  return Promise.all(
    summaries.map(async (summary, i) => {
      const intervals = joinIntervalsOf(rows[i] ?? [], repeats);
      return intervals === null ? summary : { ...summary, intervals: await encodeIntervals(intervals) };
    }),
  );
}

/** A sequence is asked for in its share of the rate. */
function sequenceSummaries(
  { operations, sequences = [] }: Plan,
  repeats: readonly Repeat[],
): OperationSummary[] {
  const weights = [...operations, ...sequences].reduce((sum, { weight }) => sum + weight, 0);
  const { targetRate } = mergeWindows(repeats);
  return sequences.map(({ name, steps, weight }, i) => {
    const tally = mergeTallies(repeats.flatMap(({ collected }) => collected.sequences[i] ?? []));
    const planned = repeats.reduce((sum, { plannedBySequence }) => sum + (plannedBySequence[i] ?? 0), 0);
    const share = weight / weights;
    const window = {
      ...mergeWindows(repeats),
      planned,
      targetRate: targetRate === null ? null : targetRate * share,
    };
    return { name, steps: steps.map(({ operation }) => operation), ...tally.summary(window) };
  });
}

function tracesOf({ operations }: Plan, reports: readonly PhaseReport[]): SlowTrace[] {
  return slowestOf(reports.flatMap(({ traces }) => traces)).map(({ traceId, us, operation, status }) => ({
    traceId,
    us,
    operation: operations[operation]?.name ?? '',
    status,
  }));
}

function mergeTallies(tallies: readonly Tally[]): Tally {
  const [only] = tallies;
  if (only !== undefined && tallies.length === 1) return only;
  const merged = new Tally();
  for (const tally of tallies) merged.merge(tally);
  return merged;
}

function mergeWindows(repeats: readonly Repeat[]) {
  return {
    durationSec: repeats.reduce((sum, { window }) => sum + window.durationSec, 0),
    planned: repeats.reduce((sum, { window }) => sum + window.planned, 0),
    targetRate: repeats[0]?.window.targetRate ?? null,
  };
}

/** Workers count from the beginning of the run on, so the last report of each holds the others. */
function connectionsOf(repeats: readonly Repeat[]): Omit<Connections, 'protocol'> {
  const counters = (repeats.at(-1)?.reports ?? []).map((report) => report.counters);
  const sum = (pick: (counters: Repeat['reports'][number]['counters']) => number) =>
    counters.reduce((total, each) => total + pick(each), 0);
  return {
    opened: sum(({ connects }) => connects),
    reconnects: sum(({ reconnects }) => reconnects),
    failed: sum(({ connectFailures }) => connectFailures),
  };
}

/** One after the other, as if there had been no time between them. */
function joinTimelines(repeats: readonly Repeat[], runs: readonly Summary[], load: Load): TimelinePoint[] {
  let offsetSec = 0;
  return repeats.flatMap(({ collected }, i) => {
    const durationSec = runs[i]?.durationSec ?? 0;
    const points = withTargets(collected.timeline(durationSec), durationSec, load).map((point) => ({
      ...point,
      t: point.t + offsetSec,
    }));
    offsetSec += durationSec;
    return points;
  });
}

/** Adds what the stages asked for in each second, where there are stages. */
function withTargets(
  points: readonly TimelinePoint[],
  durationSec: number,
  { stages }: Load,
): readonly TimelinePoint[] {
  if (stages === undefined) return points;
  const curve = new RateCurve(stages);
  return points.map((point) => {
    const endSec = Math.min(point.t + 1, durationSec);
    const arrivals = curve.arrivalsBy(endSec * 1e9) - curve.arrivalsBy(point.t * 1e9);
    return { ...point, targetQps: arrivals / (endSec - point.t) };
  });
}

function scriptShare(reports: readonly PhaseReport[]): number {
  const spentNs = reports.reduce((sum, { scriptNs }) => sum + scriptNs, 0);
  const workedNs = reports.reduce((sum, { startNs, endNs }) => sum + endNs - startNs, 0);
  return workedNs > 0 ? Math.min(1, spentNs / workedNs) : 0;
}

function weightedMean(pairs: readonly (readonly [value: number, weight: number])[]): number {
  const total = pairs.reduce((sum, [, weight]) => sum + weight, 0);
  return total === 0 ? 0 : pairs.reduce((sum, [value, weight]) => sum + value * weight, 0) / total;
}
