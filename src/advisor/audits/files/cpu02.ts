import { fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact, GoModule } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { at, fileAudit } from './file-audit.js';
import { languageOf, moduleGodebug, moduleSets } from './go-runtime.js';
import { goSourcesOf, nameOf, nearest, runnersOf, variableOf } from './runners.js';

export const cpu02 = fileAudit({
  id: 'CPU02',
  title: 'The go line lets Go follow the CPU limit',
  failureTitle: 'The go line keeps Go from following the CPU limit',
  severity: 'high',
  doc: 'Fails when go.mod says `go 1.24` or older for a program that runs in a container, and nothing sets GOMAXPROCS. The go line, not the toolchain, decides the default of `containermaxprocs`: a program built by Go 1.26 from such a module still takes as many threads as the node has CPUs, and is throttled.',
  versions: 'a go line of go.mod before 1.25, with every toolchain',
  fix: 'Raise the go line to 1.25 or newer, and build with such a Go.',
  source: 'https://go.dev/doc/godebug#go-125',
  run: (files) => files.goModules.map((module) => judge(module, files)),
});

function judge(module: GoModule, files: FilesArtifact): Outcome {
  const place = at(module.go ?? { file: module.file, line: 1 });
  const language = languageOf(module);
  const evidence: Record<string, string> = { module: module.module, go: language ?? 'unknown' };
  const newer = isAtLeast(language, '1.25');
  if (newer === null) return inconclusive(`the go line "${language}" is no version`, evidence, place.where);
  const setting = moduleGodebug(module, files).find(({ value }) => value.startsWith('containermaxprocs='));
  const off = setting?.value === 'containermaxprocs=0';
  if (newer && !off) return pass(evidence, place.where);
  if (setting !== undefined) evidence['godebug'] = setting.value;
  if (setting?.value === 'containermaxprocs=1') return pass(evidence, place.where);
  const sources = goSourcesOf(module, files);
  if (sources.length > 0 && !sources.some(({ packageName }) => packageName === 'main'))
    return notApplicable(
      `${module.module} is a library: the program that uses it decides`,
      evidence,
      place.where,
    );
  const sets = moduleSets(module, files);
  if (sets !== null) return pass({ ...evidence, setBy: sets }, place.where);
  const runners = runnersOf(files).filter((each) => each.module === module);
  const free = runners.filter(
    (each) =>
      variableOf(each, 'GOMAXPROCS') === undefined &&
      !variableOf(each, 'GODEBUG')?.value?.includes('containermaxprocs=1'),
  );
  if (runners.length > 0 && free.length === 0)
    return pass({ ...evidence, GOMAXPROCS: 'set where it runs' }, place.where);
  const limited = free.filter(({ container }) => container.cpuLimit !== null);
  if (runners.length > 0 && limited.length === 0)
    return notApplicable('no container that runs it has a CPU limit', evidence, place.where);
  const inImage = files.dockerfiles.some(({ file }) => nearest(file, files.goModules) === module);
  if (runners.length === 0 && !inImage)
    return inconclusive(
      'nothing here says where it runs: name its manifests or its Dockerfile, too',
      evidence,
      place.where,
    );
  const [first] = limited;
  const limit = first?.container.cpuLimit?.value;
  return fail({
    ...place,
    evidence: {
      ...evidence,
      ...(limit === undefined ? {} : { cpuLimit: limit, container: nameOf(first as (typeof limited)[0]) }),
    },
    // Without a limit nothing is throttled; most containers of a service get one.
    ...(limit === undefined ? { severity: 'medium' as const } : {}),
    why:
      limit === undefined
        ? 'as soon as its container has a CPU limit, Go starts a thread for each CPU of the node all the same'
        : `Go starts a thread for each CPU of the node, not for the ${limit} of its limit: they spend the quota early in each period, and all stand still for the rest`,
    fix: off
      ? `${setting?.file}:${setting?.line}: remove containermaxprocs=0`
      : `go 1.25        # in ${module.file}, instead of ${language}; golang:1.25 or newer builds it`,
  });
}
