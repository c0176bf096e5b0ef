import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Encoding, Frame, HistogramPoint, Labels, Metric, NumberPoint, RunIdentity } from './metric.js';
import { CUMULATIVE, NO_RECORDED_VALUE, nanos, resourceLabels, uniqueLabels } from './otlp-common.js';

/**
 * Numbers of the fields of `ExportMetricsServiceRequest`, what is in it, and its response.
 *
 * Source: https://github.com/open-telemetry/opentelemetry-proto, metrics/v1/metrics.proto
 */
const field = {
  request: { resourceMetrics: 1 },
  resourceMetrics: { resource: 1, scopeMetrics: 2 },
  resource: { attributes: 1 },
  scopeMetrics: { scope: 1, metrics: 2 },
  scope: { name: 1, version: 2 },
  metric: { name: 1, description: 2, unit: 3, gauge: 5, counter: 7, histogram: 9 },
  data: { points: 1, temporality: 2, isMonotonic: 3 },
  number: { start: 2, time: 3, asDouble: 4, asInt: 6, attributes: 7, flags: 8 },
  histogram: { start: 2, time: 3, count: 4, sum: 5, bucketCounts: 6, bounds: 7, attributes: 9 },
  keyValue: { key: 1, value: 2 },
  anyValue: { text: 1 },
  response: { partialSuccess: 1 },
  partialSuccess: { rejectedPoints: 1 },
} as const;

/** OTLP over HTTP in protobuf, which every receiver of it takes. */
export function otlpProtobufEncoding(run: RunIdentity): Encoding {
  const resource = resourceLabels(run);
  return {
    headers: { 'content-type': 'application/x-protobuf' },
    encode: (frame) => exportRequest(frame, resource, run.version),
    rejected,
  };
}

function exportRequest(frame: Frame, resource: Labels, version: string): Uint8Array {
  const writer = new BinaryWriter();
  within(writer, field.request.resourceMetrics, () => {
    within(writer, field.resourceMetrics.resource, () =>
      writeAttributes(writer, field.resource.attributes, resource),
    );
    within(writer, field.resourceMetrics.scopeMetrics, () => {
      within(writer, field.scopeMetrics.scope, () => {
        writeText(writer, field.scope.name, 'zipfire');
        writeText(writer, field.scope.version, version);
      });
      for (const metric of frame.metrics)
        within(writer, field.scopeMetrics.metrics, () => writeMetric(writer, metric, frame));
    });
  });
  return writer.finish();
}

function writeMetric(writer: BinaryWriter, metric: Metric, frame: Frame): void {
  writeText(writer, field.metric.name, metric.name);
  writeText(writer, field.metric.description, metric.help);
  writeText(writer, field.metric.unit, metric.unit);
  within(writer, field.metric[metric.kind], () => {
    if (metric.kind === 'histogram') {
      for (const point of metric.points)
        within(writer, field.data.points, () => writeHistogram(writer, point, metric.bounds, frame));
    } else {
      for (const point of metric.points)
        within(writer, field.data.points, () => writeNumber(writer, point, metric.kind, frame));
    }
    if (metric.kind === 'gauge') return;
    writer.tag(field.data.temporality, WireType.Varint).int32(CUMULATIVE);
    if (metric.kind === 'counter') writer.tag(field.data.isMonotonic, WireType.Varint).bool(true);
  });
}

function writeNumber(
  writer: BinaryWriter,
  { labels, value }: NumberPoint,
  kind: 'gauge' | 'counter',
  { startMs, timeMs }: Frame,
): void {
  const of = field.number;
  if (kind === 'counter') writer.tag(of.start, WireType.Bit64).fixed64(nanos(startMs));
  writer.tag(of.time, WireType.Bit64).fixed64(nanos(timeMs));
  if (kind === 'counter') writer.tag(of.asInt, WireType.Bit64).sfixed64(value ?? 0);
  else if (value === null) writer.tag(of.flags, WireType.Varint).uint32(NO_RECORDED_VALUE);
  else writer.tag(of.asDouble, WireType.Bit64).double(value);
  writeAttributes(writer, of.attributes, uniqueLabels(labels));
}

function writeHistogram(
  writer: BinaryWriter,
  { labels, counts, sum }: HistogramPoint,
  bounds: readonly number[],
  { startMs, timeMs }: Frame,
): void {
  const of = field.histogram;
  writer.tag(of.start, WireType.Bit64).fixed64(nanos(startMs));
  writer.tag(of.time, WireType.Bit64).fixed64(nanos(timeMs));
  writer.tag(of.count, WireType.Bit64).fixed64(counts.reduce((total, count) => total + count, 0));
  writer.tag(of.sum, WireType.Bit64).double(sum);
  within(writer, of.bucketCounts, () => {
    for (const count of counts) writer.fixed64(count);
  });
  within(writer, of.bounds, () => {
    for (const bound of bounds) writer.double(bound);
  });
  writeAttributes(writer, of.attributes, uniqueLabels(labels));
}

function writeAttributes(writer: BinaryWriter, number: number, labels: Labels): void {
  for (const [key, text] of labels)
    within(writer, number, () => {
      writeText(writer, field.keyValue.key, key);
      within(writer, field.keyValue.value, () => writeText(writer, field.anyValue.text, text));
    });
}

function writeText(writer: BinaryWriter, number: number, text: string): void {
  writer.tag(number, WireType.LengthDelimited).string(text);
}

/** A message, or packed numbers. */
function within(writer: BinaryWriter, number: number, write: () => void): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

/** `partial_success.rejected_data_points`; anything else is whole success. */
function rejected(body: Uint8Array): number {
  try {
    let count = 0;
    eachField(body, (number, type, reader) => {
      if (number !== field.response.partialSuccess || type !== WireType.LengthDelimited) return false;
      eachField(reader.bytes(), (inner, innerType, points) => {
        if (inner !== field.partialSuccess.rejectedPoints || innerType !== WireType.Varint) return false;
        count = Number(points.int64());
        return true;
      });
      return true;
    });
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}

/** @param take reads a field, or leaves it, and says which. Throws on what is no protobuf. */
function eachField(
  bytes: Uint8Array,
  take: (number: number, type: WireType, reader: BinaryReader) => boolean,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (!take(number, type, reader)) reader.skip(type, number);
  }
}
