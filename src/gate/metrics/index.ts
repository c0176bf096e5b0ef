import type { Metric } from '../metric.js';
import { burn } from './burn.js';
import { dropped } from './dropped.js';
import { errors } from './errors.js';
import { grpc } from './grpc.js';
import { jitter } from './jitter.js';
import { latency } from './latency.js';
import { messages } from './messages.js';
import { ok } from './ok.js';
import { qps } from './qps.js';
import { status } from './status.js';
import { timeouts } from './timeouts.js';
import { unsent } from './unsent.js';

export { histograms } from './latency.js';

/** Every metric a gate can be about. One more is one file here and one entry in this list. */
export const metrics: readonly Metric[] = [
  latency,
  errors,
  timeouts,
  status,
  grpc,
  ok,
  qps,
  jitter,
  dropped,
  unsent,
  messages,
  burn,
];

/** Every name of every metric, for messages. */
export const metricNames: readonly string[] = metrics.flatMap((metric) => metric.names);
