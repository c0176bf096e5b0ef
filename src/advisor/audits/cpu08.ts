import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { goRuntime } from '../derive/go.js';
import { histogramDelta, quantileBounds, windowOf } from '../gather/metrics/series.js';

const MOST_SEC = 0.01;
/** The bucket that holds the threshold ends a little above it (10.5 ms). */
const SLACK = 1.1;
const NAME = 'go_sched_latencies_seconds';

export const cpu08 = audit({
  id: 'CPU08',
  title: 'Goroutines do not wait for a CPU',
  failureTitle: 'Goroutines wait for a CPU',
  severity: 'medium',
  confidence: 'observed',
  underLoad: true,
  contention: 'worsens',
  needs: ['metrics'],
  doc: `Fails when p99 of \`${NAME}\` lies above 10 ms over the load: so long did a goroutine that could run wait for a thread to run on. That time is in every response, and no profile of CPU shows it.`,
  versions: 'Go 1.17 and newer, where the collector is asked for it',
  fix: 'More CPU, or fewer goroutines at work at once; mend CPU01, CPU06 and CPU07 first.',
  source: 'https://pkg.go.dev/runtime/metrics#hdr-Supported_metrics',
  after: ['CPU01', 'CPU05', 'CPU06', 'CPU07'],
  run({ metrics }) {
    if (goRuntime({ metrics }) === null) return notApplicable('nothing says that this is a Go program');
    const window = windowOf(metrics);
    if ('why' in window) return inconclusive(window.why);
    const histogram = histogramDelta(window, NAME);
    if (histogram === null)
      return notApplicable(
        `the page has no ${NAME}; WithGoCollectorRuntimeMetrics(MetricsScheduler) adds it`,
      );
    const bounds = quantileBounds(histogram, 0.99);
    if (bounds === null) return inconclusive('no goroutine was scheduled while the load ran');
    const evidence = {
      p99AboveMs: bounds.low * 1000,
      p99AtMostMs: Number.isFinite(bounds.high) ? bounds.high * 1000 : null,
      goroutinesScheduled: histogram.count,
    };
    if (bounds.high <= MOST_SEC * SLACK) return pass(evidence);
    if (bounds.low < MOST_SEC / SLACK)
      return inconclusive('the buckets of the histogram are too wide to tell', evidence);
    return fail({
      evidence,
      why: `one in a hundred goroutines that could run waited longer than ${(bounds.low * 1000).toFixed(1)} ms for a thread`,
      fix: 'resources:\n  limits:\n    cpu: "…"   # more than now, or more replicas',
    });
  },
});
