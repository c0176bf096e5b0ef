import {
  type EventLoopUtilization,
  monitorEventLoopDelay,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';

const DELAY_RESOLUTION_MS = 10;

/** How this thread itself fared over a span: whether it was the bottleneck. */
export class ThreadHealth {
  #start: EventLoopUtilization = performance.eventLoopUtilization();
  #gcMs = 0;
  /** Times between the beats of a timer. */
  readonly #beats = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.#gcMs += entry.duration;
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
    this.#beats.enable();
  }

  /** Starts a span. */
  reset(): void {
    this.#start = performance.eventLoopUtilization();
    this.#gcMs = 0;
    this.#beats.reset();
  }

  /**
   * What was seen since `reset`: share of time not spent waiting, [0, 1], time in garbage collection, and how late a
   * timer fires at p99 (0 before the first one fired).
   */
  read(): {
    readonly eventLoopUtilization: number;
    readonly gcMs: number;
    readonly eventLoopDelayP99Ms: number;
  } {
    const { utilization } = performance.eventLoopUtilization(this.#start);
    const beatMs = this.#beats.count === 0 ? 0 : this.#beats.percentile(99) / 1e6;
    const eventLoopDelayP99Ms = Math.max(0, beatMs - DELAY_RESOLUTION_MS);
    return { eventLoopUtilization: utilization, gcMs: this.#gcMs, eventLoopDelayP99Ms };
  }

  close(): void {
    this.#observer.disconnect();
    this.#beats.disable();
  }
}
