import { audit, fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import { cpuBudget, usableCpus } from '../../derive/cpu.js';
import type { Facts } from '../../facts.js';
import type { FilesArtifact } from '../../gather/files/index.js';
import { at } from './file-audit.js';
import { envoyImage, nginxImage } from './image-versions.js';
import { baseName, nameOf, runnersOf } from './runners.js';

export const cpu12 = audit({
  id: 'CPU12',
  title: 'The proxy has a worker for each of its CPUs',
  failureTitle: 'The proxy has not as many workers as CPUs',
  severity: 'medium',
  doc: 'Fails when worker_processes of nginx is a number below the CPU limit of its container (it is 1 where it is not set), or the CPUs that the process has (--pid), and when Envoy runs in a container with a CPU limit without --concurrency, which gives a worker for each CPU of the node. Where the CPUs are not known a number cannot be judged.',
  versions: 'every nginx; Envoy where --concurrency decides',
  fix: 'worker_processes auto; --concurrency as many as the limit has CPUs.',
  source: 'https://www.envoyproxy.io/docs/envoy/latest/operations/cli#cmdoption-concurrency',
  confidence: 'static',
  underLoad: false,
  needs: ['files'],
  uses: ['process'],
  run: ({ files, process }) => [...nginx(files, cpusOfNginx(process)), ...envoy(files)],
});

/** Of the process that is looked at, where that is nginx. */
function cpusOfNginx(process: Facts['process'] | undefined): number | null {
  const budget = process?.runtime === 'nginx' ? cpuBudget({ process }) : null;
  return budget === null ? null : usableCpus(budget);
}

/** @param running CPUs of the process, which knows better than manifests */
function nginx(files: FilesArtifact, running: number | null): Outcome[] {
  const limits = runnersOf(files)
    .filter(
      ({ image, program }) => program === 'nginx' || (image !== null && nginxImage.test(baseName(image))),
    )
    .flatMap(({ container }) => container.cpuLimit?.value ?? []);
  return files.nginx
    .filter(({ main }) => main)
    .map((config) => {
      const set = config.directives.find(({ name }) => name === 'worker_processes');
      const place = at(set ?? { file: config.file, line: 1 });
      const workers = set?.args[0] ?? '1';
      const cpus = running ?? (limits.length === 1 ? (limits[0] ?? null) : null);
      const evidence = { worker_processes: workers, set: set !== undefined, cpus };
      if (workers === 'auto') return pass(evidence, place.where);
      if (cpus === null)
        return inconclusive(
          'the CPUs that nginx has are not known: name the manifest it runs by, or its process (--pid)',
          evidence,
          place.where,
        );
      if (Number(workers) >= Math.floor(cpus)) return pass(evidence, place.where);
      return fail({
        ...place,
        evidence,
        why: `${workers} ${workers === '1' ? 'worker uses one' : 'workers use as many'} of ${cpus} CPUs: the others stay idle while requests wait`,
        fix: `worker_processes ${Math.ceil(cpus)};   # in ${config.file}, instead of ${workers}; auto on a machine of its own`,
      });
    });
}

function envoy(files: FilesArtifact): Outcome[] {
  return runnersOf(files)
    .filter(
      ({ image, program }) => program === 'envoy' || (image !== null && envoyImage.test(baseName(image))),
    )
    .map((runner) => {
      const { cpuLimit } = runner.container;
      const place = at(runner.container);
      const set = runner.flags.find(({ value }) => value.startsWith('--concurrency'));
      const evidence = {
        container: nameOf(runner),
        concurrency: set?.value ?? null,
        cpuLimit: cpuLimit?.value ?? null,
      };
      if (set !== undefined) return pass(evidence, place.where);
      if (cpuLimit === null)
        return notApplicable('no CPU limit: a worker for each CPU is right', evidence, place.where);
      const fitting = Math.max(1, Math.ceil(cpuLimit.value));
      return fail({
        ...place,
        evidence,
        why: `Envoy starts a worker for each CPU of the node, with connection pools of its own, for a quota of ${cpuLimit.value} CPUs`,
        fix: `args: ["--concurrency", "${fitting}"]   # beside the others of ${nameOf(runner)}`,
      });
    });
}
