import { audit, fail, notApplicable, pass } from '../audit.js';

const MOST_PERCENT = 90;

export const s01 = audit({
  id: 'S01',
  title: 'The generator has CPU to spare',
  failureTitle: 'The generator is out of CPU',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['load', 'generator'],
  doc: 'Fails when the generator used more than 90 % of a core for each of its workers: what was measured is how fast it can send, and latency holds its queue. An open loop that spins to be on time uses its cores on purpose; there S02 tells.',
  versions: 'every version',
  fix: 'More workers on free cores, a set rate, or a machine of its own.',
  source: 'https://grafana.com/docs/k6/latest/testing-guides/running-large-tests/',
  run({ load, generator }) {
    const { cpuPercent, workers, spinning } = load.result.generator;
    const perWorker = cpuPercent / Math.max(1, workers);
    const evidence = { cpuPercentPerWorker: Math.round(perWorker), workers, cpus: generator.cpus };
    if (spinning) return notApplicable('an open loop spins to be on time', evidence);
    if (perWorker <= MOST_PERCENT) return pass(evidence);
    const more = workers < generator.cpus;
    return fail({
      evidence,
      why: `each worker used ${Math.round(perWorker)} % of a core: the generator is the limit, not the target`,
      fix: more
        ? `--workers ${generator.cpus}   # of ${workers}`
        : '--rate …   # below what was reached; or run from a machine with more cores',
    });
  },
});
