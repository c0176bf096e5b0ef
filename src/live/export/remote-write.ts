import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Encoding, Frame, Labels, Metric, RunIdentity } from './metric.js';
import { prometheusName, runLabels } from './prometheus-names.js';
import { snappyLiterals } from './snappy.js';

/** The NaN by which Prometheus knows that a series has ended. */
const STALE_NAN = 0x7ff0000000000002n;
const metadataTypes: Readonly<Record<Metric['kind'], number>> = { counter: 1, gauge: 2, histogram: 3 };

/** Numbers of the fields of `prometheus.WriteRequest` and what is in it. */
const field = {
  request: { timeseries: 1, metadata: 3 },
  series: { labels: 1, samples: 2 },
  label: { name: 1, value: 2 },
  sample: { value: 1, timestamp: 2 },
  metadata: { type: 1, familyName: 2, help: 4 },
} as const;

/**
 * Prometheus remote write 1.0: a protobuf of series, in Snappy's block format.
 *
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export function remoteWriteEncoding(run: RunIdentity): Encoding {
  const ofRun = runLabels(run);
  const said: Said = { names: new Set(), series: new Set() };
  return {
    headers: {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    },
    encode: (frame) => snappyLiterals(writeRequest(frame, ofRun, said)),
    rejected: () => 0,
  };
}

/** What a receiver was told once. */
interface Said {
  /** Metrics whose metadata were sent. */
  readonly names: Set<string>;
  /** Counts that have begun. */
  readonly series: Set<string>;
}

function writeRequest({ metrics, sinceMs, timeMs }: Frame, ofRun: Labels, said: Said): Uint8Array {
  const writer = new BinaryWriter();
  for (const metric of metrics) {
    const name = prometheusName(metric);
    for (const { labels, value } of seriesOf(metric, name)) {
      const samples: Sample[] = [{ value, timeMs }];
      if (metric.kind !== 'gauge' && begins(labels, said)) samples.unshift({ value: 0, timeMs: sinceMs });
      writer.tag(field.request.timeseries, WireType.LengthDelimited).fork();
      writeSeries(writer, [...ofRun, ...labels], samples);
      writer.join();
    }
    if (said.names.has(name)) continue;
    said.names.add(name);
    writer.tag(field.request.metadata, WireType.LengthDelimited).fork();
    writer.tag(field.metadata.type, WireType.Varint).int32(metadataTypes[metric.kind]);
    writer.tag(field.metadata.familyName, WireType.LengthDelimited).string(name);
    writer.tag(field.metadata.help, WireType.LengthDelimited).string(metric.help);
    writer.join();
  }
  return writer.finish();
}

/**
 * Counts begin with a zero at the time of the frame before: what a receiver reckons as their increase is from one
 * sample to another, and would be short of all that is in the first.
 */
function begins(labels: Labels, { series }: Said): boolean {
  const before = series.size;
  return series.add(JSON.stringify(labels)).size > before;
}

interface Sample {
  /** Null: the series has ended. */
  readonly value: number | null;
  readonly timeMs: number;
}

interface Series {
  readonly labels: Labels;
  readonly value: number | null;
}

/** A histogram is a series for each bound, which counts all up to it, and two more. */
function seriesOf(metric: Metric, name: string): Series[] {
  if (metric.kind !== 'histogram')
    return metric.points.map(({ labels, value }) => ({ labels: [['__name__', name], ...labels], value }));
  return metric.points.flatMap(({ labels, counts, sum }) => {
    const series = (suffix: string, value: number, ...more: [string, string][]): Series => ({
      labels: [['__name__', `${name}${suffix}`], ...labels, ...more],
      value,
    });
    let within = 0;
    const buckets = counts.map((count, i) => {
      within += count;
      const bound = metric.bounds[i];
      return series('_bucket', within, ['le', bound === undefined ? '+Inf' : String(bound)]);
    });
    return [...buckets, series('_sum', sum), series('_count', within)];
  });
}

/** Labels stand in the order of their names, by bytes, and none is empty. */
function writeSeries(writer: BinaryWriter, labels: Labels, samples: readonly Sample[]): void {
  const sorted = [...labels].filter(([, text]) => text !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, text] of sorted) {
    writer.tag(field.series.labels, WireType.LengthDelimited).fork();
    writer.tag(field.label.name, WireType.LengthDelimited).string(name);
    writer.tag(field.label.value, WireType.LengthDelimited).string(text);
    writer.join();
  }
  for (const { value, timeMs } of samples) {
    writer.tag(field.series.samples, WireType.LengthDelimited).fork();
    writer.tag(field.sample.value, WireType.Bit64);
    // As bits: a number that is written and read again is another NaN.
    if (value === null) writer.fixed64(STALE_NAN);
    else writer.double(value);
    writer.tag(field.sample.timestamp, WireType.Varint).int64(timeMs);
    writer.join();
  }
}
