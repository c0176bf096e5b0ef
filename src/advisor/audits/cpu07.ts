import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { type CpuBudget, cpuBudget, usableCpus } from '../derive/cpu.js';
import { type GoRuntime, goRuntime, procsFor } from '../derive/go.js';
import { cpusUsed, cpusWanted, loadedWindow } from '../derive/process.js';

const BUSY = 0.9;

export const cpu07 = audit({
  id: 'CPU07',
  title: 'Go uses the CPUs that it has',
  failureTitle: 'GOMAXPROCS keeps Go from CPUs that it has',
  severity: 'high',
  confidence: 'observed',
  underLoad: true,
  contention: 'eases',
  needs: ['process'],
  uses: ['metrics'],
  doc: 'Fails when GOMAXPROCS is below the CPUs that quota and affinity allow, and all of its threads were busy, or waited for a CPU that others held (90 % and more of the time, over the load). Throughput is capped by the setting, not by the machine.',
  versions: 'every version of Go',
  fix: 'Remove GOMAXPROCS, or set it to the CPUs there are.',
  source: 'https://pkg.go.dev/runtime#GOMAXPROCS',
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const budget = cpuBudget(facts);
    if (budget === null) return inconclusive('the process could not be looked at');
    if (go.procs === null) return inconclusive('GOMAXPROCS is not known; give --metrics');
    const usable = Math.floor(usableCpus(budget));
    const settings = { GOMAXPROCS: go.procs, usableCpus: usable };
    if (go.procs >= usable) return pass(settings);
    const window = loadedWindow(facts.process.views);
    if ('why' in window) return inconclusive(window.why, settings);
    const used = Number(cpusUsed(window).toFixed(2));
    const wanted = Number(cpusWanted(window).toFixed(2));
    const evidence = { ...settings, cpusUsed: used, cpusWanted: wanted };
    if (wanted < BUSY * go.procs) return pass(evidence);
    return fail({
      evidence,
      why: `all ${go.procs} threads were busy (${used} CPUs used, ${wanted} wanted), while ${usable} CPUs are there for it`,
      fix: fixFor(go, budget, usable),
    });
  },
});

/** Unset, it is what Go finds: since 1.25 the quota of its own group, else all CPUs, which a quota may not allow. */
function fixFor({ followsQuota, pin }: GoRuntime, budget: CpuBudget, usable: number): string {
  if (pin === 'none')
    return `runtime.GOMAXPROCS(${usable})   // where the program sets it; or leave it to Go`;
  const { quotaCpus, allowedCpus, isAncestor } = budget;
  if (quotaCpus !== null && (followsQuota !== true || isAncestor)) return `GOMAXPROCS=${usable}`;
  const found = quotaCpus === null ? allowedCpus : Math.min(allowedCpus, procsFor(quotaCpus));
  return `unset GOMAXPROCS   # Go takes ${found} by itself`;
}
