import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { cpuBudget } from '../derive/cpu.js';
import { goRuntime } from '../derive/go.js';

export const cpu03 = audit({
  id: 'CPU03',
  title: 'The CPU quota is whole enough for Go',
  failureTitle: 'Two threads of Go share a quota below 2 CPUs',
  severity: 'medium',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  uses: ['metrics'],
  doc: 'Fails when the quota is below 2 CPUs and GOMAXPROCS is 2. Go rounds a quota up and takes two threads at least; automaxprocs rounds down, to one at least. Which is better depends on the service: two threads are throttled earlier, one can never use a burst.',
  versions: 'Go 1.25 and newer, and every Go with GOMAXPROCS=2',
  fix: 'Compare GOMAXPROCS=1 with 2 under load, or raise the limit to 2 CPUs.',
  source: 'https://go.dev/blog/container-aware-gomaxprocs',
  after: ['CPU01'],
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const quotaCpus = cpuBudget(facts)?.quotaCpus ?? null;
    if (quotaCpus === null) return notApplicable('no cgroup limits its CPU time');
    if (go.procs === null) return inconclusive('GOMAXPROCS is not known; give --metrics');
    const evidence = { GOMAXPROCS: go.procs, quotaCpus };
    if (quotaCpus >= 2 || go.procs !== 2) return pass(evidence);
    return fail({
      evidence,
      why: `two threads spend a quota of ${quotaCpus} CPUs before the period ends, and stand still for its rest`,
      fix: 'GOMAXPROCS=1   # measure it against 2; or raise the CPU limit to 2',
    });
  },
});
