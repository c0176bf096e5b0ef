import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { cpuBudget, usableCpus } from '../derive/cpu.js';
import { cpusWanted, processWindow } from '../derive/process.js';
import { deltaOf, labelOf, typicalGauge, windowOf } from '../gather/metrics/series.js';

const MOST_LAG_SEC = 0.05;
const ONE_LOOP = 0.8;

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
  doc: 'Fails when `nodejs_eventloop_lag_p99_seconds` is above 50 ms, the process uses, or waits for, about one core, and two or more are there for it: JavaScript runs on one thread, and that one is saturated.',
  versions: 'every version of Node',
  fix: 'Run a process for each CPU: the cluster module, or more replicas of one CPU each.',
  source: 'https://nodejs.org/api/cluster.html',
  run(facts) {
    const { metrics, process, generator } = facts;
    const lagSec = typicalGauge(metrics, 'nodejs_eventloop_lag_p99_seconds');
    if (lagSec === null)
      return notApplicable('the page has no nodejs_eventloop_lag_p99_seconds, which prom-client gives');
    const version = labelOf(metrics, 'nodejs_version_info', 'version');
    const settings = { lagP99Ms: lagSec * 1000, ...(version === null ? {} : { node: version }) };
    if (lagSec <= MOST_LAG_SEC) return pass(settings);
    const used = cpusOf(facts);
    if (used === null)
      return inconclusive('the CPU time of the process over the load is not known', settings);
    const evidence = { ...settings, cpusWanted: Number(used.toFixed(2)) };
    if (used < ONE_LOOP)
      return inconclusive(
        'the loop lags and is not busy: something blocks it, such as synchronous I/O',
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
      why: `the loop is ${Math.round(lagSec * 1000)} ms late at p99 with ${used.toFixed(1)} CPUs' worth of work, of ${cpus} that are there`,
      fix: "import cluster from 'node:cluster';\nimport { availableParallelism } from 'node:os';\nif (cluster.isPrimary) for (let i = 0; i < availableParallelism(); i++) cluster.fork();\nelse server.listen(port);",
    });
  },
});

function cpusOf({ metrics, process }: Parameters<typeof cpu09.run>[0]): number | null {
  const window = process === undefined ? null : processWindow(process.views);
  if (window !== null && !('why' in window)) return cpusWanted(window);
  const scraped = windowOf(metrics);
  if ('why' in scraped) return null;
  const seconds = deltaOf(scraped, 'process_cpu_seconds_total');
  return seconds === null ? null : seconds / scraped.seconds;
}
