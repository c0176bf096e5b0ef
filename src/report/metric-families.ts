import { errorKinds, escapeText, type LatencySummary, type Result } from '../core/index.js';
import { viewPlan } from './plan-view.js';
import { isJudged } from './verdict.js';

/** Figures of one name, as Prometheus has them. Base units: seconds, bytes, ratios. */
export interface MetricFamily {
  readonly name: string;
  readonly type: 'gauge' | 'summary';
  readonly help: string;
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  /** What follows the family's name: `_count`; empty for most. */
  readonly suffix: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

const quantiles = [
  ['0.5', 'p50'],
  ['0.9', 'p90'],
  ['0.95', 'p95'],
  ['0.99', 'p99'],
  ['0.999', 'p99_9'],
  ['1', 'max'],
] as const satisfies readonly (readonly [string, keyof LatencySummary])[];
/** A file from outside may hold any number. */
const MOST_SAMPLES = 1000;

/**
 * A result as metrics. What is measured once, and not counted on, is a gauge, also where its name says total; what is
 * no data has no sample.
 */
export function metricFamilies(result: Result): MetricFamily[] {
  const { summary, generator } = result;
  const { durationSec } = summary;
  const startSec = Date.parse(result.startedAt) / 1000;
  const families = [
    gauge('zipfire_run_info', 'The run: always 1.', [
      sample(1, [
        ['name', viewPlan(result.plan).name ?? ''],
        ['version', result.tool.version],
        ['verdict', result.verdict],
      ]),
    ]),
    single('zipfire_run_start_time_seconds', 'When the run began, seconds since the epoch.', startSec),
    single('zipfire_run_duration_seconds', 'Length of the measured window.', durationSec),
    single('zipfire_run_valid', 'Whether the measurement holds.', result.validity.valid ? 1 : 0),
    single('zipfire_requests_planned', 'Requests that the load asked for.', summary.planned),
    single('zipfire_requests_sent', 'Requests sent.', summary.sent),
    single('zipfire_requests_dropped', 'Requests given up as no connection was free.', summary.dropped),
    single('zipfire_requests_unsent', 'Requests not sent when the run ended.', summary.unsent),
    gauge('zipfire_requests_by_outcome', 'Requests sent, by what became of them.', [
      sample(summary.ok, [['outcome', 'ok']]),
      ...errorKinds.map((kind) => sample(result.errorKinds[kind], [['outcome', kind]])),
    ]),
    single('zipfire_error_ratio', 'Errors among the requests sent.', summary.errorRate),
    single('zipfire_requests_per_second', 'Responses per second of the measured window.', summary.qps),
    single('zipfire_target_requests_per_second', 'Rate asked for.', summary.targetRate),
    single('zipfire_sent_requests_per_second', 'Rate sent.', summary.achievedRate),
    single('zipfire_received_bytes', 'Bytes received.', summary.bytesIn),
    single('zipfire_sent_bytes', 'Bytes sent.', summary.bytesOut),
    latency('zipfire_response_time_seconds', 'From the intended start, of successful requests.', [
      [summary.latencyUs.response, []],
    ]),
    latency('zipfire_service_time_seconds', 'From the send, of successful requests.', [
      [summary.latencyUs.service, []],
    ]),
    latency('zipfire_lateness_seconds', 'How late the generator sent.', [[summary.latencyUs.lateness, []]]),
    ...operationFamilies(result),
    gauge('zipfire_responses_by_status', 'Responses by HTTP status.', byName(result.statuses, 'status')),
    gauge('zipfire_calls_by_status', 'Calls by gRPC status.', byName(result.grpcStatuses, 'status')),
    ...gateFamilies(result),
    single('zipfire_generator_cpu_ratio', 'CPU time per second; 1 is one core.', generator.cpuPercent / 100),
    single('zipfire_generator_event_loop_ratio', 'Of the busiest worker.', generator.eventLoopUtilization),
    single('zipfire_generator_gc_seconds', 'Time in garbage collection, all workers.', generator.gcMs / 1000),
  ];
  return families.filter(({ samples }) => samples.length > 0);
}

function operationFamilies({ operations }: Result): MetricFamily[] {
  if (operations.length < 2) return [];
  const of = (pick: (operation: Result['operations'][number]) => number) =>
    operations.map((operation) => sample(pick(operation), [['operation', operation.name]]));
  return [
    gauge(
      'zipfire_operation_requests_sent',
      'Requests sent, by operation.',
      of(({ sent }) => sent),
    ),
    gauge(
      'zipfire_operation_requests_per_second',
      'Responses per second, by operation.',
      of(({ qps }) => qps),
    ),
    gauge(
      'zipfire_operation_error_ratio',
      'Errors among the requests sent, by operation.',
      of(({ errorRate }) => errorRate),
    ),
    latency(
      'zipfire_operation_response_time_seconds',
      'From the intended start, of successful requests, by operation.',
      operations.map(({ name, latencyUs }) => [latencyUs.response, [['operation', name]]]),
    ),
  ];
}

/** Gates of a measurement that was not judged do not pass. */
function gateFamilies(result: Result): MetricFamily[] {
  const judged = isJudged(result);
  const passes = result.gates.map(({ source, verdict }) =>
    sample(judged && verdict === 'pass' ? 1 : 0, [['gate', source]]),
  );
  const broken = result.gates.flatMap(({ source, windows }) =>
    windows === undefined ? [] : [sample(windows.total - windows.held, [['gate', source]])],
  );
  return [
    gauge('zipfire_gate_passed', 'Whether a gate holds.', passes),
    gauge('zipfire_gate_broken_windows', 'Windows in which a gate was broken.', broken),
  ];
}

function byName(counts: Readonly<Record<string, number>>, label: string): MetricSample[] {
  return Object.entries(counts).map(([name, count]) => sample(count, [[label, name]]));
}

function latency(
  name: string,
  help: string,
  summaries: readonly (readonly [LatencySummary, MetricSample['labels']])[],
): MetricFamily {
  const samples = summaries.flatMap(([summary, labels]): MetricSample[] => {
    const { count, mean } = summary;
    if (count === 0 || mean === null) return [];
    return [
      ...quantiles.flatMap(([quantile, key]) => {
        const us = summary[key];
        return us === null ? [] : [sample(us / 1e6, [...labels, ['quantile', quantile]])];
      }),
      { ...sample((mean * count) / 1e6, labels), suffix: '_sum' },
      { ...sample(count, labels), suffix: '_count' },
    ];
  });
  return { name, type: 'summary', help, samples: distinct(samples) };
}

function single(name: string, help: string, value: number | null): MetricFamily {
  return gauge(name, help, value === null || !Number.isFinite(value) ? [] : [sample(value, [])]);
}

function gauge(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, type: 'gauge', help, samples: distinct(samples) };
}

function sample(value: number, labels: MetricSample['labels']): MetricSample {
  return { suffix: '', labels: labels.map(([name, text]) => [name, escapeText(text)]), value };
}

/** Two samples of one name and the same labels are an error to who reads them: names may be equal once they are cut. */
function distinct(samples: readonly MetricSample[]): MetricSample[] {
  const seen = new Set<string>();
  return samples.slice(0, MOST_SAMPLES).filter(({ suffix, labels }) => {
    const key = JSON.stringify([suffix, labels]);
    return !seen.has(key) && seen.add(key);
  });
}
