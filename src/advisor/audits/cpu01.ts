import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { cpuBudget } from '../derive/cpu.js';
import { type GoRuntime, goRuntime, procsFor } from '../derive/go.js';

export const cpu01 = audit({
  id: 'CPU01',
  title: 'GOMAXPROCS fits the CPU quota',
  failureTitle: 'GOMAXPROCS exceeds the CPU quota',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  uses: ['metrics'],
  doc: 'Fails when a Go program runs more threads than max(2, ⌈quota ÷ period⌉) of the tightest cgroup. All of them run until the quota is spent, and then all of them stand still for the rest of the period: at a quota of 2 CPUs, 24 threads gave 22 k requests per second and a p99.9 of 76 ms, 2 threads 45 k and 26 ms.',
  versions:
    'every version of Go; since 1.25 the runtime follows the quota by itself, unless something turns that off or pins it',
  fix: 'Build with Go 1.25 or newer and `go 1.25` in go.mod, and remove a pin; before, set GOMAXPROCS to the quota.',
  source: 'https://github.com/uber-go/automaxprocs#performance',
  after: ['CPU02'],
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const budget = cpuBudget(facts);
    if (budget === null) return inconclusive('the process could not be looked at');
    const { quotaCpus, level } = budget;
    if (quotaCpus === null || level === null) return notApplicable('no cgroup limits its CPU time');
    if (go.procs === null)
      return inconclusive('GOMAXPROCS is not known; give --metrics with go_sched_gomaxprocs_threads');
    const fitting = procsFor(quotaCpus);
    const evidence = {
      GOMAXPROCS: go.procs,
      quotaCpus,
      cgroup: level.path,
      ...(go.version === null ? {} : { go: go.version }),
    };
    if (go.procs <= fitting) return pass(evidence);
    if (budget.isAncestor && go.followsQuota === true && go.pin === 'none')
      return notApplicable('the limit is that of a group above its own: CPU05', evidence);
    return fail({
      evidence,
      why: `${go.procs} threads share a quota of ${quotaCpus} CPUs: they spend it early in each period, and then every request waits for the next one`,
      fix: fixFor(go, fitting, budget.isAncestor),
    });
  },
});

/** Who can follow the quota need not be told it, but for that of a group above its own, which Go does not see. */
function fixFor({ followsQuota, pin }: GoRuntime, fitting: number, isAncestor: boolean): string {
  const set = `GOMAXPROCS=${fitting}`;
  if (isAncestor) return set;
  if (followsQuota !== true) return `${set}   # or build with Go 1.25 and go 1.25 in go.mod`;
  if (pin === 'none') return `go 1.25   # in go.mod, and no runtime.GOMAXPROCS(…) in the program; or ${set}`;
  return `unset GOMAXPROCS   # Go follows the quota by itself; or ${set}`;
}
