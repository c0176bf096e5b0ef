import { type EventLoopUtilization, PerformanceObserver, performance } from 'node:perf_hooks';

/** How this thread itself fared over a span: whether it was the bottleneck. */
export class ThreadHealth {
  #start: EventLoopUtilization = performance.eventLoopUtilization();
  #gcMs = 0;
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.#gcMs += entry.duration;
  });

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** Starts a span. */
  reset(): void {
    this.#start = performance.eventLoopUtilization();
    this.#gcMs = 0;
  }

  /** What was seen since `reset`: share of time not spent waiting, [0, 1], and time in garbage collection. */
  read(): { readonly eventLoopUtilization: number; readonly gcMs: number } {
    const { utilization } = performance.eventLoopUtilization(this.#start);
    return { eventLoopUtilization: utilization, gcMs: this.#gcMs };
  }

  close(): void {
    this.#observer.disconnect();
  }
}
