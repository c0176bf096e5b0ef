import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { cpuBudget } from '../derive/cpu.js';
import { goRuntime, procsFor } from '../derive/go.js';
import { gaugeOf } from '../gather/metrics/series.js';

const EVENTS = 'go_godebug_non_default_behavior_containermaxprocs_events_total';

export const cpu02 = audit({
  id: 'CPU02',
  title: 'Go follows the CPU quota of its container',
  failureTitle: 'Go was told not to follow the CPU quota of its container',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: [],
  uses: ['metrics', 'process'],
  needsAny: ['metrics', 'process'],
  doc: `Fails when \`${EVENTS}\` is above 0, or GODEBUG holds \`containermaxprocs=0\`. That is the default of every module whose go.mod says \`go 1.24\` or older, whatever the toolchain that builds it. Where GOMAXPROCS is pinned, that decides.`,
  versions: 'Go 1.25 and newer; before, no Go follows the quota (CPU01)',
  fix: 'Raise the `go` line of go.mod to 1.25, or set GODEBUG=containermaxprocs=1.',
  source: 'https://go.dev/doc/godebug#go-125',
  guard(facts) {
    const go = goRuntime(facts);
    if (go === null) return 'nothing says that this is a Go program';
    if (typeof go.pin === 'number') return `GOMAXPROCS=${go.pin} decides, whatever it would follow: CPU01`;
    return go.followsQuota === false ? `${go.version} follows no quota at all: CPU01` : null;
  },
  run(facts) {
    const { metrics, process } = facts;
    const budget = cpuBudget(facts);
    if (budget !== null && budget.quotaCpus === null) return notApplicable('no cgroup limits its CPU time');
    // Go takes as many threads whether it looks at the quota or not.
    if (budget?.quotaCpus != null && procsFor(budget.quotaCpus) >= budget.allowedCpus)
      return pass({ quotaCpus: budget.quotaCpus, allowedCpus: budget.allowedCpus });
    const godebug = process?.environment['GODEBUG'] ?? '';
    if (/(^|,)containermaxprocs=0(,|$)/.test(godebug))
      return fail({
        evidence: { GODEBUG: godebug },
        why: 'GODEBUG turns off that GOMAXPROCS follows the cgroup, so it is the number of all CPUs',
        fix: 'GODEBUG=containermaxprocs=1',
      });
    const events = metrics === undefined ? null : gaugeOf(metrics, EVENTS);
    const procs = goRuntime(facts)?.procs ?? null;
    if (events === null && procs !== null && budget?.quotaCpus != null && procs <= procsFor(budget.quotaCpus))
      return pass({ GOMAXPROCS: procs, quotaCpus: budget.quotaCpus, allowedCpus: budget.allowedCpus });
    if (events === null)
      return inconclusive(
        `the page has no ${EVENTS}; register the collector with WithGoCollectorRuntimeMetrics(MetricsDebug)`,
      );
    if (events === 0) return pass({ [EVENTS]: events });
    return fail({
      evidence: { [EVENTS]: events },
      why: 'the module asks for the behaviour of Go 1.24 or older, which takes all CPUs of the machine',
      fix: 'go 1.25        # in go.mod, then build again',
    });
  },
});
