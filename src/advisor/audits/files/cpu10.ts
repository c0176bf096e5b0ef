import { fail, inconclusive, type Outcome, pass } from '../../audit.js';
import { type FilesArtifact, placeText, type Variable } from '../../gather/files/index.js';
import { cpusOf } from '../../gather/files/quantities.js';
import { isAtLeast } from '../../version.js';
import { at, fileAudit } from './file-audit.js';
import { goRuntimeOf } from './go-runtime.js';
import { takenPin } from './gomaxprocs.js';
import { cpuLine, environmentFix, noted } from './pasting.js';
import { type BuildImage, golangOf, nameOf, type Runner, runnersOf } from './runners.js';

export const cpu10 = fileAudit({
  id: 'CPU10',
  title: 'GOMAXPROCS fits the CPU limit',
  failureTitle: 'GOMAXPROCS does not fit the CPU limit',
  severity: 'medium',
  doc: 'Fails when a container with a CPU limit runs a program that a golang image before 1.25 builds, and nothing sets GOMAXPROCS; when GOMAXPROCS is above 2 and above the limit rounded up, as it is when the downward API divides limits.cpu by 1m (500 threads for half a CPU); and when a limit above one CPU has a fraction, which Go rounds up, as the downward API does. What Go passes over (`0`, `500m`) is no pin (CPU04). In each case the threads ask for more than the quota, and CFS stops all of them.',
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
  const pin = takenPin(runner);
  const whole = Math.max(1, Math.floor(limit.value));
  if (pin?.procs != null && pin.procs > Math.max(2, Math.ceil(limit.value)))
    return [
      fail({
        ...at(pin.variable),
        severity: 'high',
        evidence,
        why: `${byDivisor(pin.variable)}${pin.procs} threads spend the quota of ${limit.value} CPUs early in each period, and all stand still for the rest`,
        fix: environmentFix(
          'GOMAXPROCS',
          `${whole}`,
          runner.container,
          'or remove it, with Go 1.25 or newer',
          pin.variable,
        ),
      }),
    ];
  // A number that is written may have been measured.
  if (pin?.variable.from === 'limits.cpu' && isFraction(limit.value))
    return [
      fail({
        ...at(pin.variable),
        severity: 'low',
        evidence,
        why: `the downward API rounds ${limit.value} up to ${pin.procs} threads: at full load they are throttled in each period`,
        fix: noted(
          cpuLine(Math.ceil(limit.value), runner.container),
          limit,
          `limit of ${nameOf(runner)}; or GOMAXPROCS=${whole}`,
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
  if (!isFraction(limit.value)) return [pass(evidence, place.where)];
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

/** Above one CPU; of less all is told by CPU03. */
function isFraction(cpus: number): boolean {
  return cpus > 1 && !Number.isInteger(cpus);
}

/** Thousandths of a CPU are no threads. */
function byDivisor({ divisor }: Variable): string {
  return divisor === undefined || cpusOf(divisor) === 1
    ? ''
    : `a divisor of ${divisor} counts parts of a CPU as if they were whole ones: `;
}

/** The same image of a newer Go, in the line that asks for it. */
function newerImage({ image, stage, isStage }: BuildImage): string {
  const newer = image.replace(/@.*$/, '').replace(/:v?\d+(?:\.\d+)*/, ':1.25');
  if (!isStage) return `image: ${newer}`;
  return `FROM ${newer}${stage === null ? '' : ` AS ${stage}`}`;
}
