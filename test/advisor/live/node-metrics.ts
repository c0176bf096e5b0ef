import { monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';

/** Of `kind` in an entry of garbage collection: https://nodejs.org/api/perf_hooks.html#garbage-collection-gc-details */
const MAJOR = 4;

/** The page of metrics that prom-client's collectDefaultMetrics makes, as far as rules look at it. */
export function runtimeMetrics(): () => string {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let majorMs = 0;
  new PerformanceObserver((list) => {
    for (const { detail, duration } of list.getEntries() as (PerformanceEntry & {
      detail: { kind: number };
    })[])
      if (detail.kind === MAJOR) majorMs += duration;
  }).observe({ entryTypes: ['gc'] });
  return () => {
    const lagSec = delay.percentile(99) / 1e9;
    delay.reset();
    const { user, system } = process.cpuUsage();
    return [
      `nodejs_version_info{version="${process.version}"} 1`,
      `process_cpu_seconds_total ${(user + system) / 1e6}`,
      `process_start_time_seconds ${Math.floor(performance.timeOrigin / 1000)}`,
      `nodejs_eventloop_lag_p99_seconds ${lagSec}`,
      `nodejs_gc_duration_seconds_sum{kind="major"} ${majorMs / 1000}`,
      '',
    ].join('\n');
  };
}
