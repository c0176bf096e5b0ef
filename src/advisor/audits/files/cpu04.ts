import { fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { at, fileAudit } from './file-audit.js';
import { goRuntimeOf, languageOf, procsCalls, usesLibrary } from './go-runtime.js';
import { pinOf } from './gomaxprocs.js';
import { golangOf, imagesAlone, nameOf, type Runner, runnersOf } from './runners.js';

export const cpu04 = fileAudit({
  id: 'CPU04',
  title: 'GOMAXPROCS is left to Go',
  failureTitle: 'GOMAXPROCS is set, and better left to Go',
  severity: 'low',
  doc: 'Fails when GOMAXPROCS is set, by the environment or a call, or automaxprocs imported, for Go 1.25 or newer: that turns off the live update, and a limit that is resized is not followed. It fails for every Go when its value is one that Go passes over, as if it were not set (`0`, `500m`, `abc`: all but whole numbers above zero), which somebody took for a pin; when GOMAXPROCS comes from the downward API and there is no limit, since that gives the CPUs of the node, and for `runtime.GOMAXPROCS(runtime.NumCPU())` under a limit, which asks for as many. A 1 under a limit below 2 CPUs is a choice (CPU03).',
  versions: 'Go 1.25 and newer; before, something has to set it, and whether it fits is CPU10',
  fix: 'Remove GOMAXPROCS from the environment, and the call of it and automaxprocs from the program.',
  source: 'https://go.dev/doc/go1.25#container-aware-gomaxprocs',
  run: (files) => [
    ...runnersOf(files).flatMap((runner) => pinned(runner, files)),
    // What no manifest runs is judged by its pin alone.
    ...imagesAlone(files)
      .filter((runner) => pinOf(runner) !== null)
      .flatMap((runner) => pinned(runner, files)),
    ...runnersOf(files).flatMap((runner) => called(runner, files)),
    ...libraries(files),
  ],
});

function pinned(runner: Runner, files: FilesArtifact): Outcome[] {
  const go = goRuntimeOf(runner, files);
  const pin = pinOf(runner);
  if (!go.isGo) return [];
  const { cpuLimit } = runner.container;
  const place = at(pin?.variable ?? runner.container);
  const evidence = {
    container: nameOf(runner),
    GOMAXPROCS: pin?.said ?? null,
    ...(cpuLimit === null ? {} : { cpuLimit: cpuLimit.value }),
  };
  // An empty one takes back what the image says.
  if (pin === null || pin.variable.value === '') return [pass(evidence, place.where)];
  const { variable, procs } = pin;
  if (pin.ignored)
    return [
      fail({
        ...place,
        evidence,
        why: `Go passes over GOMAXPROCS=${pin.said}, as if it were not set: it takes a whole number above zero`,
        fix: `remove GOMAXPROCS from ${place.where}   # or write a whole number, if a pin is meant`,
      }),
    ];
  if (variable.from === 'limits.cpu' && cpuLimit === null)
    return [
      fail({
        ...place,
        severity: 'medium',
        evidence,
        why: 'without a limit the downward API gives all CPUs of the node, whatever the pod may use',
        fix: `resources:\n  limits:\n    cpu: "2"   # of ${nameOf(runner)}; or remove GOMAXPROCS`,
      }),
    ];
  const newer = versionOf(runner);
  if (newer === null)
    return [
      inconclusive('the version of Go is not known: name its go.mod or Dockerfile', evidence, place.where),
    ];
  const chosen = procs === 1 && variable.from === null && cpuLimit !== null && cpuLimit.value < 2;
  if (chosen) return [pass(evidence, place.where)];
  if (!newer || go.followsQuota === false) {
    // What Go does not do, the pin does.
    const fits = cpuLimit !== null && procs !== null && procs <= Math.max(2, Math.ceil(cpuLimit.value));
    if (fits) return [pass(evidence, place.where)];
    return [notApplicable(`Go does not follow the limit (${go.because}): CPU10`, evidence, place.where)];
  }
  return [
    fail({
      ...place,
      evidence,
      why: 'Go follows the limit by itself, and looks again while it runs; the pin stays when the limit changes',
      fix: `remove GOMAXPROCS   # from ${place.where}`,
    }),
  ];
}

/** `runtime.GOMAXPROCS(n)` in the program of a container with a limit; with NumCPU it is what the node has. */
function called(runner: Runner, files: FilesArtifact): Outcome[] {
  const { cpuLimit } = runner.container;
  if (runner.module === null || cpuLimit === null || !goRuntimeOf(runner, files).isGo) return [];
  return procsCalls(runner.module, files).flatMap((call): Outcome[] => {
    const ofNode = call.value.includes('NumCPU');
    const place = at(call);
    const evidence = { container: nameOf(runner), call: call.value, cpuLimit: cpuLimit.value };
    if (!ofNode && versionOf(runner) !== true) return [pass(evidence, place.where)];
    return [
      fail({
        ...place,
        ...(ofNode ? { severity: 'high' as const } : {}),
        evidence,
        why: ofNode
          ? `NumCPU counts the CPUs of the node, whatever Go would do: they spend the quota of ${cpuLimit.value} CPUs early in each period, and all stand still for the rest`
          : 'the call sets it once, and Go, which follows the limit by itself, looks no more while it runs',
        fix: `remove runtime.GOMAXPROCS(…)   // at ${place.where}`,
      }),
    ];
  });
}

/** Whether Go 1.25 or newer builds it. */
function versionOf(runner: Runner): boolean | null {
  const image = golangOf(runner);
  if (image?.version != null) return isAtLeast(image.version, '1.25');
  return isAtLeast(languageOf(runner.module), '1.25');
}

function libraries(files: FilesArtifact): Outcome[] {
  return files.goModules.flatMap((module): Outcome[] => {
    if (!usesLibrary(module, files, /\/automaxprocs/)) return [];
    const required = module.requires.find(({ value }) => /\/automaxprocs/.test(value));
    const place = at(required ?? { file: module.file, line: 1 });
    const evidence = { module: module.module, go: languageOf(module), library: 'automaxprocs' };
    if (isAtLeast(languageOf(module), '1.25') !== true)
      return [
        notApplicable('before Go 1.25 something has to look at the limit: it does', evidence, place.where),
      ];
    return [
      fail({
        ...place,
        evidence,
        why: 'automaxprocs sets GOMAXPROCS once, at the start, and so turns off that Go follows the limit while it runs',
        fix: `remove the import of go.uber.org/automaxprocs   // and then:\ngo mod tidy   # in ${module.file}`,
      }),
    ];
  });
}
