import type { Encoding, Frame, Labels, Metric, RunIdentity } from './metric.js';
import { CUMULATIVE, NO_RECORDED_VALUE, nanos, resourceLabels, uniqueLabels } from './otlp-common.js';

/**
 * OTLP over HTTP in its JSON encoding: names in camel case, 64-bit numbers as texts, enumerations as numbers.
 *
 * Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function otlpJsonEncoding(run: RunIdentity): Encoding {
  const resource = { attributes: attributes(resourceLabels(run)) };
  const encode = (frame: Frame) => {
    const metrics = frame.metrics.map((metric) => ({
      name: metric.name,
      unit: metric.unit,
      description: metric.help,
      ...data(metric, String(nanos(frame.startMs)), String(nanos(frame.timeMs))),
    }));
    const scope = { name: 'zipfire', version: run.version };
    return Buffer.from(
      JSON.stringify({ resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics }] }] }),
    );
  };
  return { headers: { 'content-type': 'application/json' }, encode, rejected };
}

function data(metric: Metric, startTimeUnixNano: string, timeUnixNano: string): object {
  switch (metric.kind) {
    case 'gauge': {
      const dataPoints = metric.points.map(({ labels, value }) => ({
        attributes: attributes(labels),
        timeUnixNano,
        ...(value === null ? { flags: NO_RECORDED_VALUE } : { asDouble: value }),
      }));
      return { gauge: { dataPoints } };
    }
    case 'counter': {
      const dataPoints = metric.points.map(({ labels, value }) => ({
        attributes: attributes(labels),
        startTimeUnixNano,
        timeUnixNano,
        asInt: String(value ?? 0),
      }));
      return { sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
    }
    case 'histogram': {
      const dataPoints = metric.points.map(({ labels, counts, sum }) => ({
        attributes: attributes(labels),
        startTimeUnixNano,
        timeUnixNano,
        count: String(counts.reduce((total, count) => total + count, 0)),
        sum,
        bucketCounts: counts.map(String),
        explicitBounds: metric.bounds,
      }));
      return { histogram: { aggregationTemporality: CUMULATIVE, dataPoints } };
    }
  }
}

function attributes(labels: Labels): object[] {
  return uniqueLabels(labels).map(([key, value]) => ({ key, value: { stringValue: value } }));
}

/** `{"partialSuccess": {"rejectedDataPoints": "3"}}`; anything else is whole success. */
function rejected(body: Buffer): number {
  try {
    const { partialSuccess } = JSON.parse(body.toString()) as {
      partialSuccess?: { rejectedDataPoints?: unknown };
    };
    const count = Number(partialSuccess?.rejectedDataPoints ?? 0);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}
