import { fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import { type FilesArtifact, type GoModule, placeText, type Variable } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { at, fileAudit } from './file-audit.js';
import { defaultsOf, languageOf, moduleGodebug, moduleSets } from './go-runtime.js';
import { isServed } from './go-servers.js';
import { takenPin } from './gomaxprocs.js';
import { goSourcesOf, nameOf, nearest, type Runner, runnersOf, variableOf } from './runners.js';

export const cpu02 = fileAudit({
  id: 'CPU02',
  title: 'The go line lets Go follow the CPU limit',
  failureTitle: 'The go line keeps Go from following the CPU limit',
  severity: 'high',
  doc: 'Fails when go.mod (or the go.work over it) says `go 1.24` or older for a program that serves or runs in a container, and nothing sets GOMAXPROCS; and when `containermaxprocs=0` or an older `default` of godebug says the same. Low where neither the sources nor what it runs in are among the files. The go line, not the toolchain, decides the default of `containermaxprocs`: a program built by Go 1.26 from such a module still takes as many threads as the node has CPUs, and is throttled.',
  versions: 'a go line of go.mod before 1.25, with every toolchain',
  fix: 'Raise the go line to 1.25 or newer, and build with such a Go.',
  source: 'https://go.dev/doc/godebug#go-125',
  run: (files) => files.goModules.map((module) => judge(module, files)),
});

function judge(module: GoModule, files: FilesArtifact): Outcome {
  const place = at(module.go ?? { file: module.file, line: 1 });
  const language = languageOf(module);
  const defaults = defaultsOf(module, files);
  const evidence: Record<string, string> = { module: module.module, go: language ?? 'unknown' };
  const newer = isAtLeast(defaults, '1.25');
  if (newer === null) return inconclusive(`the go line "${defaults}" is no version`, evidence, place.where);
  const debug = moduleGodebug(module, files);
  const setting = debug.find(({ value }) => value.startsWith('containermaxprocs='));
  const older = language === defaults ? undefined : debug.find(({ value }) => value.startsWith('default='));
  const said = setting ?? older;
  if (said !== undefined) evidence['godebug'] = said.value;
  const runners = runnersOf(files).filter((each) => each.module === module);
  const follows = setting === undefined ? newer : setting.value === 'containermaxprocs=1';
  const turnedOff = runners.map(blinded).find((each) => each !== undefined);
  if (follows && turnedOff === undefined) return pass(evidence, place.where);
  const sources = goSourcesOf(module, files);
  const hasProgram = sources.some(({ packageName }) => packageName === 'main');
  if (sources.length > 0 && !hasProgram)
    return notApplicable(
      `${module.module} is a library: the program that uses it decides`,
      evidence,
      place.where,
    );
  const sets = moduleSets(module, files);
  if (sets !== null) return pass({ ...evidence, setBy: sets }, place.where);
  const free = runners.filter(
    (each) =>
      takenPin(each) === null &&
      (follows ? blinded(each) !== undefined : variableOf(each, 'GODEBUG')?.value?.includes(ON) !== true),
  );
  if (runners.length > 0 && free.length === 0)
    return pass({ ...evidence, GOMAXPROCS: 'set where it runs' }, place.where);
  const limited = free.find(({ container }) => container.cpuLimit !== null);
  if (runners.length > 0 && limited === undefined)
    return notApplicable('no container that runs it has a CPU limit', evidence, place.where);
  const inImage = files.dockerfiles.some(({ file }) => nearest(file, files.goModules) === module);
  if (runners.length === 0 && !inImage && hasProgram && !isServed(sources))
    return inconclusive(
      'nothing here says where it runs: name its manifests or its Dockerfile, too',
      evidence,
      place.where,
    );
  const limit = limited?.container.cpuLimit?.value;
  const cause = follows ? turnedOff : said;
  return fail({
    ...(cause === undefined ? place : at(cause)),
    evidence: {
      ...evidence,
      ...(limited === undefined ? {} : { cpuLimit: limit ?? null, container: nameOf(limited) }),
      ...(follows && turnedOff !== undefined ? { GODEBUG: turnedOff.value } : {}),
    },
    // Without a limit nothing is throttled; most containers of a service get one.
    ...(limit === undefined ? { severity: sources.length > 0 || inImage ? 'medium' : 'low' } : {}),
    why:
      limit === undefined
        ? 'as soon as its container has a CPU limit, Go starts a thread for each CPU of the node all the same'
        : `Go starts a thread for each CPU of the node, not for the ${limit} of its limit: they spend the quota early in each period, and all stand still for the rest`,
    fix:
      cause === undefined
        ? `go 1.25   // in ${(module.go ?? module).file}, instead of ${language}; golang:1.25 or newer builds it`
        : `remove ${cause.value?.split(',').find((each) => OFF.test(each)) ?? cause.value}   # ${placeText(cause)}`,
  });
}

const ON = 'containermaxprocs=1';
const OFF = /^(?:containermaxprocs=0|default=)/;

/** The GODEBUG that keeps a container's Go from looking at its limit. */
function blinded(runner: Runner): Variable | undefined {
  const variable = variableOf(runner, 'GODEBUG');
  return variable?.value?.split(',').includes('containermaxprocs=0') === true ? variable : undefined;
}
