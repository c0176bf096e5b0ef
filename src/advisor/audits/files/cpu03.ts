import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import type { Container } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { goRuntimeOf } from './go-runtime.js';
import { takenPin } from './gomaxprocs.js';
import { cpuLine, environmentFix } from './pasting.js';
import { nameOf, type Runner, runnersOf } from './runners.js';

export const cpu03 = fileAudit({
  id: 'CPU03',
  title: 'The CPU limit is whole enough for Go',
  failureTitle: 'Two threads of Go will share a limit below 2 CPUs',
  severity: 'medium',
  doc: 'Fails when a container of a Go that follows its quota has a limit below 2 CPUs and no GOMAXPROCS, or a 2 where the limit is 1 or less: Go rounds up and takes two threads at least, where automaxprocs rounds down and takes one at least. Which is better depends on the service, so the fix is to measure.',
  versions: 'Go 1.25 and newer; before, CPU02 and CPU10 come first',
  fix: 'Compare GOMAXPROCS=1 with 2 under load, or raise the limit to 2 CPUs.',
  source: 'https://go.dev/blog/container-aware-gomaxprocs',
  run: (files) =>
    runnersOf(files).flatMap((runner): Outcome[] => {
      const go = goRuntimeOf(runner, files);
      const limit = runner.container.cpuLimit;
      if (!go.isGo || limit === null) return [];
      const evidence = { container: nameOf(runner), cpuLimit: limit.value };
      const place = at(limit);
      const pin = takenPin(runner);
      // More is told by CPU10, and a pin that only rounds a fraction up may have been measured.
      if (pin !== null && limit.value <= 1 && pin.procs === 2)
        return [
          fail({
            ...at(pin.variable),
            evidence: { ...evidence, GOMAXPROCS: pin.said },
            ...consequence(limit.value, runner),
          }),
        ];
      if (limit.value >= 2 || go.setBy !== null) return [pass(evidence, place.where)];
      if (go.followsQuota === null) return [inconclusive(go.because, evidence, place.where)];
      // The fault is another one then.
      if (!go.followsQuota) return [];
      return [fail({ ...place, evidence, ...consequence(limit.value, runner) })];
    }),
});

function consequence(cpus: number, { container }: Runner): { why: string; fix: string } {
  const spent = `Go takes two threads for ${cpus} ${cpus === 1 ? 'CPU' : 'CPUs'}`;
  return {
    why: `${spent}: both together spend the quota before its period ends, and stand still for the rest`,
    fix: fixFor(container),
  };
}

function fixFor(container: Container): string {
  const other = cpuLine(2, container);
  return environmentFix('GOMAXPROCS', '1', container, `measure 1 against 2; or raise the limit: ${other}`);
}
