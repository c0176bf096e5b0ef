import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import { type FilesArtifact, placeText } from '../../gather/files/index.js';
import { isAtLeast } from '../../version.js';
import { at, fileAudit } from './file-audit.js';
import { goRuntimeOf } from './go-runtime.js';
import { cpuLine, environmentFix, noted } from './pasting.js';
import { type BuildImage, golangOf, nameOf, type Runner, runnersOf, variableOf } from './runners.js';

export const cpu10 = fileAudit({
  id: 'CPU10',
  title: 'GOMAXPROCS fits the CPU limit',
  failureTitle: 'GOMAXPROCS does not fit the CPU limit',
  severity: 'medium',
  doc: 'Fails when a container with a CPU limit runs a program that a golang image before 1.25 builds, and nothing sets GOMAXPROCS; when GOMAXPROCS is above 2 and above the limit rounded up; and when a limit above one CPU has a fraction, which Go rounds up. In each case the threads ask for more than the quota, and CFS stops all of them.',
  versions:
    'Go before 1.25 where nothing is set; every Go where the limit has a fraction or the pin is too high',
  fix: 'Build with Go 1.25 or newer, or set GOMAXPROCS to the limit rounded down, at least 1.',
  source: 'https://go.dev/blog/container-aware-gomaxprocs',
  after: ['CPU02', 'CPU03'],
  run: (files) => runnersOf(files).flatMap((runner) => judge(runner, files)),
});

function judge(runner: Runner, files: FilesArtifact): Outcome[] {
  const limit = runner.container.cpuLimit;
  const go = goRuntimeOf(runner, files);
  if (limit === null || !go.isGo) return [];
  const place = at(limit);
  const evidence = {
    container: nameOf(runner),
    cpuLimit: limit.value,
    ...(go.setBy === null ? {} : { setBy: go.setBy }),
  };
  const pin = variableOf(runner, 'GOMAXPROCS');
  const procs = pin?.value == null ? Number.NaN : Number(pin.value);
  const whole = Math.max(1, Math.floor(limit.value));
  if (procs > Math.max(2, Math.ceil(limit.value)))
    return [
      fail({
        ...at(pin ?? limit),
        severity: 'high',
        evidence,
        why: `${procs} threads spend the quota of ${limit.value} CPUs early in each period, and all stand still for the rest`,
        fix: environmentFix(
          'GOMAXPROCS',
          `${whole}`,
          runner.container,
          'or remove it, with Go 1.25 or newer',
          pin,
        ),
      }),
    ];
  if (go.setBy !== null) return [pass(evidence, place.where)];
  const image = golangOf(runner);
  if (go.followsQuota === null) return [inconclusive(go.because, evidence, place.where)];
  if (!go.followsQuota) {
    // An old go line is told by CPU02; an old image keeps even a new one from helping.
    if (image === null || isAtLeast(image.version, '1.25') !== false) return [];
    return [
      fail({
        ...place,
        evidence: { ...evidence, image: image.image },
        why: `${image.image} knows nothing of the limit: it starts a thread for each CPU of the node`,
        fix: noted(
          newerImage(image),
          image,
          `${placeText(image)}, and "go 1.25" in go.mod; until then GOMAXPROCS=${whole}`,
        ),
      }),
    ];
  }
  // Of less than one CPU all is told by CPU03.
  if (limit.value < 1 || Number.isInteger(limit.value)) return [pass(evidence, place.where)];
  const threads = Math.max(2, Math.ceil(limit.value));
  return [
    fail({
      ...place,
      severity: 'low',
      evidence,
      why: `Go rounds ${limit.value} up to ${threads} threads: at full load they are throttled in each period`,
      fix: noted(
        cpuLine(threads, runner.container),
        limit,
        `limit of ${nameOf(runner)}; or GOMAXPROCS=${whole}`,
      ),
    }),
  ];
}

/** The same image of a newer Go, in the line that asks for it. */
function newerImage({ image, stage, isStage }: BuildImage): string {
  const newer = image.replace(/@.*$/, '').replace(/:v?\d+(?:\.\d+)*/, ':1.25');
  if (!isStage) return `image: ${newer}`;
  return `FROM ${newer}${stage === null ? '' : ` AS ${stage}`}`;
}
