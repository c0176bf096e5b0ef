import { fail, inconclusive, notApplicable, type Outcome, pass } from '../../audit.js';
import type { FilesArtifact } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { at, fileAudit } from './file-audit.js';
import { goRuntimeOf, languageOf, usesLibrary } from './go-runtime.js';
import { imageVersion, nameOf, type Runner, runnersOf, variableOf } from './runners.js';

export const cpu04 = fileAudit({
  id: 'CPU04',
  title: 'GOMAXPROCS is left to Go',
  failureTitle: 'GOMAXPROCS is pinned, and Go would follow the limit',
  severity: 'low',
  doc: 'Fails when GOMAXPROCS is set, or automaxprocs imported, for Go 1.25 or newer: that turns off the live update, and a limit that is resized is not followed. It fails for every Go when GOMAXPROCS comes from the downward API and there is no limit, since that gives the CPUs of the node. A 1 under a limit below 2 CPUs is a choice (CPU03).',
  versions: 'Go 1.25 and newer; before, something has to set it, and whether it fits is CPU10',
  fix: 'Remove GOMAXPROCS from the environment, and automaxprocs from the program.',
  source: 'https://go.dev/doc/go1.25#container-aware-gomaxprocs',
  run: (files) => [...runnersOf(files).flatMap((runner) => pinned(runner, files)), ...libraries(files)],
});

function pinned(runner: Runner, files: FilesArtifact): Outcome[] {
  const go = goRuntimeOf(runner, files);
  const variable = variableOf(runner, 'GOMAXPROCS');
  if (!go.isGo) return [];
  const { cpuLimit } = runner.container;
  const place = at(variable ?? runner.container);
  const evidence = {
    container: nameOf(runner),
    GOMAXPROCS: variable === undefined ? null : (variable.value ?? variable.from ?? 'unknown'),
    ...(cpuLimit === null ? {} : { cpuLimit: cpuLimit.value }),
  };
  if (variable === undefined) return [pass(evidence, place.where)];
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
  const chosen = variable.value === '1' && cpuLimit !== null && cpuLimit.value < 2;
  if (chosen) return [pass(evidence, place.where)];
  if (!newer || go.followsQuota === false) {
    // What Go does not do, the pin does.
    const fits =
      variable.from === 'limits.cpu' ||
      (cpuLimit !== null && Number(variable.value) <= Math.max(2, Math.ceil(cpuLimit.value)));
    if (fits) return [pass(evidence, place.where)];
    return [notApplicable(`Go does not follow the limit (${go.because}): CPU10`, evidence, place.where)];
  }
  return [
    fail({
      ...place,
      evidence,
      why: 'Go follows the limit by itself, and looks again while it runs; the pin stays when the limit changes',
      fix: `remove GOMAXPROCS from ${place.where}`,
    }),
  ];
}

/** Whether Go 1.25 or newer builds it. */
function versionOf(runner: Runner): boolean | null {
  const image = imageVersion(runner.dockerfile, /^golang$/);
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
        fix: `remove the import of go.uber.org/automaxprocs, then: go mod tidy   # in ${module.file}`,
      }),
    ];
  });
}
