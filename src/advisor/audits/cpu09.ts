import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { cpuBudget, usableCpus } from '../derive/cpu.js';
import { cpusUsed, growth, loadedWindow } from '../derive/process.js';
import type { MetricsFacts } from '../gather/metrics/facts.js';
import { deltaOf, labelOf, typicalGauge, windowOf } from '../gather/metrics/series.js';

const MOST_LAG_SEC = 0.05;
const ONE_LOOP = 0.8;
/** As of MEM06. */
const MUCH_GC = 0.1;

export const cpu09 = audit({
  id: 'CPU09',
  title: 'The event loop of Node keeps up',
  failureTitle: 'One event loop of Node is the limit, and CPUs stand idle',
  severity: 'medium',
  confidence: 'observed',
  underLoad: true,
  contention: 'neither',
  needs: ['metrics'],
  uses: ['process', 'generator'],
  doc: 'Fails when `nodejs_eventloop_lag_p99_seconds` is above 50 ms, the thread of the loop had work all the time (on a CPU or waiting for one; of a remote process: it uses about one core), and two or more CPUs are there for it: JavaScript runs on one thread, and that one is saturated.',
  versions: 'every version of Node',
  fix: 'Take work off the loop (no …Sync of crypto, zlib or fs; worker threads), then a process for each CPU: the cluster module, or more replicas.',
  source: 'https://nodejs.org/api/cluster.html',
  after: ['MEM06'],
  run(facts) {
    const { metrics, process, generator } = facts;
    const lagSec = typicalGauge(metrics, 'nodejs_eventloop_lag_p99_seconds');
    if (lagSec === null)
      return notApplicable('the page has no nodejs_eventloop_lag_p99_seconds, which prom-client gives');
    const version = labelOf(metrics, 'nodejs_version_info', 'version');
    const settings = { lagP99Ms: lagSec * 1000, ...(version === null ? {} : { node: version }) };
    if (lagSec <= MOST_LAG_SEC) return pass(settings);
    const wanted = loopShare(facts);
    if (wanted === null)
      return inconclusive('the CPU time of the process over the load is not known', settings);
    const gcShare = majorGcShare(metrics);
    if (gcShare > MUCH_GC)
      return inconclusive('the loop stands still for collections of the old generation: mend MEM06 first', {
        ...settings,
        majorGcShare: Number(gcShare.toFixed(3)),
      });
    const evidence = { ...settings, loopBusyShare: Number(wanted.toFixed(2)) };
    if (wanted < ONE_LOOP)
      return inconclusive(
        'the loop lags and is not busy: something blocks it, such as synchronous I/O, or others take its CPU',
        evidence,
      );
    const budget = cpuBudget({ ...(process === undefined ? {} : { process }) });
    const cpus =
      budget !== null ? usableCpus(budget) : generator?.sharesHost === true ? generator.cpus : null;
    if (cpus === null)
      return inconclusive('how many CPUs it may use is not known; give --pid on its machine', evidence);
    if (cpus < 2) return notApplicable('it has one CPU, and one loop fills that', { ...evidence, cpus });
    return fail({
      evidence: { ...evidence, cpus },
      why: `the loop is ${Math.round(lagSec * 1000)} ms late at p99 and busy for ${Math.round(Math.min(1, wanted) * 100)} % of the time, while ${cpus} CPUs are there`,
      fix: "import cluster from 'node:cluster';\nimport { availableParallelism } from 'node:os';\nconst cpus = availableParallelism();\nif (cluster.isPrimary) for (let i = 0; i < cpus; i++) cluster.fork();\nelse server.listen(port);",
    });
  },
});

function majorGcShare(metrics: MetricsFacts): number {
  const window = windowOf(metrics);
  if ('why' in window) return 0;
  return (deltaOf(window, 'nodejs_gc_duration_seconds_sum', { kind: 'major' }) ?? 0) / window.seconds;
}

/** Of the time that the loop had work, as far as its CPU time says that; above 1 where only the process's is known. */
function loopShare({ metrics, process }: Parameters<typeof cpu09.run>[0]): number | null {
  const window = process === undefined ? null : loadedWindow(process.views);
  if (window !== null && !('why' in window)) {
    const { first, last, seconds } = window;
    const main = growth(first.mainThreadSeconds, last.mainThreadSeconds);
    return main === null ? cpusUsed(window) : main / seconds;
  }
  const scraped = windowOf(metrics);
  if ('why' in scraped) return null;
  const seconds = deltaOf(scraped, 'process_cpu_seconds_total');
  return seconds === null ? null : seconds / scraped.seconds;
}
