import { nowNs } from '../core/index.js';
import { behaviourStages } from './behaviour.js';
import type { Counters } from './counters.js';
import { Delays } from './delays.js';
import { InFlight } from './in-flight.js';
import { KeyLog } from './key-log.js';
import { Keyspace } from './keyspace.js';
import { MetricsPage } from './metrics.js';
import type { TargetOptions } from './options.js';
import type { Stage } from './stages.js';

/** The parts behind every protocol: one store, and one set of limits and faults over all that comes in. */
export interface Service {
  readonly options: TargetOptions;
  /** Nanoseconds, monotonic. */
  readonly clock: () => number;
  readonly counters: Counters;
  readonly delays: Delays;
  readonly inFlight: InFlight;
  readonly keyspace: Keyspace;
  /** Null when the keys are not recorded. */
  readonly keyLog: KeyLog | null;
  readonly metrics: MetricsPage;
  /** What happens to a request on purpose before it is served; empty when nothing does. */
  readonly stages: readonly Stage[];
}

/** @param clock nanoseconds, monotonic; a test hands in its own */
export function makeService(options: TargetOptions, counters: Counters, clock = nowNs): Service {
  const delays = new Delays(options.spin, clock);
  const inFlight = new InFlight(counters);
  return {
    options,
    clock,
    counters,
    delays,
    inFlight,
    keyspace: new Keyspace(options, counters),
    keyLog: options.recordKeys ? new KeyLog() : null,
    metrics: new MetricsPage(counters),
    stages: behaviourStages({ options, clock, counters, delays, inFlight }),
  };
}
