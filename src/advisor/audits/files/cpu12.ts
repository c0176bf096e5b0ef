import { audit, fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import { cpuBudget, usableCpus } from '../../derive/cpu.js';
import type { Facts } from '../../facts.js';
import type { FilesArtifact } from '../../gather/files/index.js';
import { at } from './file-audit.js';
import { envoyImage, nginxImage } from './image-versions.js';
import { baseName, nameOf, runnersOf, variableOf } from './runners.js';

export const cpu12 = audit({
  id: 'CPU12',
  title: 'The proxy has a worker for each of its CPUs',
  failureTitle: 'The proxy has not as many workers as CPUs',
  severity: 'medium',
  doc: 'Fails when worker_processes of nginx is a number below the CPU limit of its container (it is 1 where it is not set), or the CPUs that the process has (--pid), and when `worker-processes` of ingress-nginx is; low for a 1 that is written where the CPUs are not known. And when Envoy runs in a container with a CPU limit without --concurrency, which gives a worker for each CPU of the node. Where the CPUs are not known another number cannot be judged.',
  versions: 'every nginx; Envoy where --concurrency decides',
  fix: 'worker_processes auto; --concurrency as many as the limit has CPUs.',
  source: 'https://www.envoyproxy.io/docs/envoy/latest/operations/cli#cmdoption-concurrency',
  confidence: 'static',
  underLoad: false,
  needs: ['files'],
  uses: ['process'],
  run: ({ files, process }) => [...nginx(files, cpusOfNginx(process)), ...ingress(files), ...envoy(files)],
});

/** Of the process that is looked at, where that is nginx. */
function cpusOfNginx(process: Facts['process'] | undefined): number | null {
  const budget = process?.runtime === 'nginx' ? cpuBudget({ process }) : null;
  return budget === null ? null : usableCpus(budget);
}

/** @param running CPUs of the process, which knows better than manifests */
function nginx(files: FilesArtifact, running: number | null): Outcome[] {
  const runners = runnersOf(files).filter(
    ({ image, program }) => program === 'nginx' || (image !== null && nginxImage.test(baseName(image))),
  );
  const limits = runners.flatMap(({ container }) => container.cpuLimit?.value ?? []);
  // Its image has a script that puts the number in.
  const tuned = runners.some((each) => variableOf(each, AUTOTUNE) !== undefined);
  const given = runners
    .flatMap(({ flags }) => flags)
    .find(({ value }) => value.startsWith('worker_processes='));
  return files.nginx
    .filter(({ main }) => main)
    .map((config) => {
      const set = config.directives.find(({ name }) => name === 'worker_processes');
      const written = given ?? set;
      const place = at(written ?? { file: config.file, line: 1 });
      const workers = given?.value.split('=')[1] ?? set?.args[0] ?? '1';
      const cpus = running ?? (limits.length === 1 ? (limits[0] ?? null) : null);
      const evidence = { worker_processes: workers, set: written !== undefined, cpus };
      if (workers === 'auto' || tuned) return pass(evidence, place.where);
      if (!/^\d+$/.test(workers))
        return inconclusive('the number is filled in when it starts', evidence, place.where);
      const fix = (count: number | string) =>
        `worker_processes ${count};   # in ${config.file}, instead of ${workers}`;
      if (cpus === null && workers === '1' && written !== undefined)
        return fail({
          ...place,
          severity: 'low',
          evidence,
          why: 'one worker uses one CPU, however many there are, and which those are is not among the files',
          fix: `${fix('auto')}; as many as the limit has CPUs in a container`,
        });
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
        fix: `${fix(Math.ceil(cpus))}; auto on a machine of its own`,
      });
    });
}

const AUTOTUNE = 'NGINX_ENTRYPOINT_WORKER_PROCESSES_AUTOTUNE';

/** `worker-processes` of its ConfigMap, for the limit of its controller. */
function ingress(files: FilesArtifact): Outcome[] {
  const [limit, second] = files.containers
    .filter(({ image }) => /ingress-nginx\/controller|nginx-ingress-controller/.test(image?.value ?? ''))
    .map(({ cpuLimit }) => cpuLimit?.value ?? null);
  return files.ingressNginx
    .filter(({ name }) => name === 'worker-processes')
    .map((setting): Outcome => {
      const cpus = second === undefined ? (limit ?? null) : null;
      const evidence = { proxy: 'ingress-nginx', [setting.name]: setting.value, cpus };
      const workers = Number(setting.value);
      const few = cpus === null ? workers === 1 : workers < Math.floor(cpus);
      if (!few) return pass(evidence, at(setting).where);
      return fail({
        ...at(setting),
        ...(cpus === null ? { severity: 'low' as const } : {}),
        evidence,
        why: `${workers} of its workers ${workers === 1 ? 'uses one CPU' : `use as many CPUs`}, however many there are`,
        fix: `worker-processes: "${cpus === null ? 'auto' : Math.ceil(cpus)}"`,
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
      const set = runner.flags.find(({ value }) => /^--(?:concurrency|cpuset-threads)/.test(value));
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
        fix:
          runner.container.kind === 'compose'
            ? `command: […, "--concurrency", "${fitting}"]   # behind the others of ${nameOf(runner)}`
            : `args: […, "--concurrency", "${fitting}"]   # behind the others of ${nameOf(runner)}`,
      });
    });
}
