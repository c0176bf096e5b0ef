import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { cpuBudget } from '../derive/cpu.js';
import { goRuntime, procsFor } from '../derive/go.js';

export const cpu05 = audit({
  id: 'CPU05',
  title: 'The CPU limit stands where Go looks for it',
  failureTitle: 'The CPU limit of a group above is not seen by Go',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  uses: ['metrics'],
  doc: 'Fails when GOMAXPROCS is the number of CPUs, and an ancestor of the process’s cgroup has a tighter `cpu.max` than its own. Go reads the leaf of the hierarchy only, so it takes every CPU and is throttled by the group above.',
  versions: 'Go 1.25 and newer; before, and where GOMAXPROCS is pinned, CPU01 tells it',
  fix: 'Set GOMAXPROCS to the limit of the group above, rounded up.',
  source: 'https://github.com/golang/go/issues/81180',
  guard(facts) {
    const go = goRuntime(facts);
    return go?.followsQuota === false ? `${go.version} looks at no group at all: CPU01` : null;
  },
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const budget = cpuBudget(facts);
    if (budget === null || budget.quotaCpus === null || budget.level === null)
      return notApplicable('no cgroup limits its CPU time');
    if (!budget.isAncestor) return pass({ cgroup: budget.level.path, quotaCpus: budget.quotaCpus });
    if (go.procs === null) return inconclusive('GOMAXPROCS is not known; give --metrics');
    const fitting = procsFor(budget.quotaCpus);
    const evidence = {
      GOMAXPROCS: go.procs,
      quotaCpus: budget.quotaCpus,
      cgroup: budget.level.path,
      allowedCpus: budget.allowedCpus,
    };
    if (go.procs <= fitting) return pass(evidence);
    if (go.followsQuota === null)
      return inconclusive('the version of Go is not known; give --metrics with go_info', evidence);
    if (typeof go.pin === 'number')
      return notApplicable(`GOMAXPROCS=${go.pin} decides, whatever Go would see: CPU01`, evidence);
    return fail({
      evidence,
      why: `the group ${budget.level.path} allows ${budget.quotaCpus} CPUs, and Go, which looks at its own group only, runs ${go.procs} threads`,
      fix: `GOMAXPROCS=${fitting}`,
    });
  },
});
