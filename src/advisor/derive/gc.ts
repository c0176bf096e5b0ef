import type { Facts } from '../facts.js';
import { deltaOf, windowOf } from '../gather/metrics/series.js';

export interface GcShare {
  /** Of the CPU time that the program used, or had; in [0, 1]. */
  readonly share: number;
  readonly from: string;
}

/**
 * How much of its CPU time a Go program spends on collections: gc ÷ (total − idle) by the runtime's CPU classes over
 * the load, else expvar's fraction since the program began. Null, or why it is not known.
 */
export function gcShare({
  metrics,
  expvar,
}: Partial<Pick<Facts, 'metrics' | 'expvar'>>): GcShare | { readonly why: string } {
  const window = metrics === undefined ? { why: 'there is no metrics page' } : windowOf(metrics);
  if (!('why' in window)) {
    const of = (name: string) => deltaOf(window, `go_cpu_classes_${name}_cpu_seconds_total`);
    const gc = of('gc_total');
    const total = of('total');
    const idle = of('idle');
    if (gc !== null && total !== null && idle !== null && total > idle)
      return { share: gc / (total - idle), from: 'go_cpu_classes' };
  }
  const page = expvar?.pages.at(-1);
  if (page !== undefined)
    return { share: page.gcCpuFraction, from: 'memstats.GCCPUFraction, since the start' };
  return {
    why: 'the page has no go_cpu_classes_*; register the collector with WithGoCollectorRuntimeMetrics(MetricsGC), or give --expvar',
  };
}
