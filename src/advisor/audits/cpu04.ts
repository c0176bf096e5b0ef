import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { cpuBudget } from '../derive/cpu.js';
import { goRuntime } from '../derive/go.js';

export const cpu04 = audit({
  id: 'CPU04',
  title: 'GOMAXPROCS is left to Go',
  failureTitle: 'GOMAXPROCS is pinned, and Go would follow the quota',
  severity: 'low',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  uses: ['metrics'],
  doc: 'Fails when GOMAXPROCS is set in the environment of a program of Go 1.25 or newer. That turns off the live update: a limit that is resized later is not followed. From the downward API without a limit it is the number of CPUs of the node. A pin is right where the limit is that of a group above, which Go does not see (CPU05), and a 1 under a quota below 2 CPUs is a choice (CPU03).',
  versions: 'Go 1.25 and newer; before, something has to set it, and whether it fits is CPU01',
  fix: 'Remove GOMAXPROCS from the environment, and automaxprocs from the program.',
  source: 'https://go.dev/doc/go1.25#container-aware-gomaxprocs',
  after: ['CPU05'],
  guard(facts) {
    const go = goRuntime(facts);
    return go?.followsQuota === false
      ? `${go.version} does not follow the quota: a pin is what it takes, and whether it fits is CPU01`
      : null;
  },
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const { pin } = go;
    if (pin === 'unknown')
      return inconclusive('the environment of the process is not ours to read; run as its user');
    if (pin === 'none') return pass();
    const pinned = { GOMAXPROCS: pin };
    if (go.version === null)
      return inconclusive('the version of Go is not known; give --metrics with go_info', pinned);
    const budget = cpuBudget(facts);
    const evidence = {
      ...pinned,
      go: go.version,
      ...(budget?.quotaCpus == null ? {} : { quotaCpus: budget.quotaCpus }),
      ...(budget === null ? {} : { allowedCpus: budget.allowedCpus }),
    };
    if (budget?.isAncestor === true)
      return notApplicable('the limit is that of a group above, which Go does not see: CPU05', evidence);
    if (pin === 1 && budget?.quotaCpus != null && budget.quotaCpus < 2) return pass(evidence);
    return fail({
      evidence,
      why: 'set by hand it stays as it is when the limit of the container changes, or the CPUs that it may run on',
      fix: 'unset GOMAXPROCS   # in the manifest: delete the variable; for fewer CPUs a limit, which Go follows',
    });
  },
});
