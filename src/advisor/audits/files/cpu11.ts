import { fail, type Outcome, pass } from '../../audit.js';
import { placeText } from '../../gather/files/index.js';
import { at, fileAudit } from './file-audit.js';
import { environmentFix } from './pasting.js';
import { baseName, nameOf, type Runner, runnersOf, variableOf } from './runners.js';

const OPTIONS = 'JAVA_TOOL_OPTIONS';
/** A JVM with less than both takes the serial collector: it is no "server-class machine". */
const SERVER_CPUS = 2;
const SERVER_BYTES = 1792 * 2 ** 20;
const javaImages =
  /^(?:openjdk|eclipse-temurin|temurin|amazoncorretto|corretto|ibm-semeru|zulu|zulu-openjdk|liberica.*|java|java\d+.*|jdk.*|jre.*|tomcat|jetty)$/;

export const cpu11 = fileAudit({
  id: 'CPU11',
  title: 'The JVM is told of its CPUs and its collector',
  failureTitle: 'The JVM will count other CPUs than it should, or take the serial collector',
  severity: 'medium',
  doc: 'Fails when the container of a JVM has no CPU limit and no ActiveProcessorCount, so that pools and collectors are sized for all CPUs of the node (low in compose, where it may have them); when its limits are below 2 CPUs or 1792 MiB and no collector is chosen, which gives the serial one; when ActiveProcessorCount is below the limit; and when UseContainerSupport is off.',
  versions: 'every JVM that knows containers (8u191, 10 and newer)',
  fix: 'Set -XX:ActiveProcessorCount, and choose the collector.',
  source: 'https://docs.oracle.com/en/java/javase/21/gctuning/ergonomics.html',
  run: (files) => runnersOf(files).filter(isJava).map(judge),
});

function judge(runner: Runner): Outcome {
  const { container } = runner;
  const flags = flagsOf(runner);
  const count = flags.find((flag) => flag.startsWith('-XX:ActiveProcessorCount='));
  const collector = flags.find((flag) => /^-XX:\+Use\w+GC$/.test(flag));
  const cpus = container.cpuLimit?.value ?? null;
  const bytes = container.memoryLimit?.value ?? null;
  const evidence = { container: nameOf(runner), cpuLimit: cpus, memoryLimitBytes: bytes, flags };
  const place = at(container.cpuLimit ?? container);
  if (flags.includes('-XX:-UseContainerSupport'))
    return fail({
      ...place,
      evidence,
      why: 'the JVM looks at the node and not at the container: heap and pools are sized for a machine that it does not have',
      fix: 'remove -XX:-UseContainerSupport',
    });
  // What runs on the machine itself has all of its CPUs.
  if (cpus === null && count === undefined && container.kind === 'systemd')
    return pass(evidence, place.where);
  if (cpus === null && count === undefined)
    return fail({
      ...place,
      ...(container.kind === 'compose' ? { severity: 'low' as const } : {}),
      evidence,
      why: 'without a limit the JVM counts all CPUs of the node, and sizes its pools and collectors for them',
      fix: fixFor(runner, '-XX:ActiveProcessorCount=2', 'as many as the service needs; or a CPU limit'),
    });
  const seen = count === undefined ? Math.ceil(cpus ?? 0) : Number(count.split('=')[1]);
  if (collector === undefined && (seen < SERVER_CPUS || (bytes !== null && bytes < SERVER_BYTES)))
    return fail({
      ...place,
      evidence,
      why: `with ${seen} ${seen === 1 ? 'CPU' : 'CPUs'}${bytes === null ? '' : ` and ${Math.round(bytes / 2 ** 20)} MiB`} the JVM takes the serial collector: every collection stops everything, on one thread`,
      fix: environmentFix(
        OPTIONS,
        '-XX:ActiveProcessorCount=2 -XX:+UseG1GC',
        container,
        `of ${nameOf(runner)}`,
      ),
    });
  if (count !== undefined && cpus !== null && seen < Math.floor(cpus))
    return fail({
      ...place,
      evidence,
      why: `the JVM is told of ${seen} ${seen === 1 ? 'CPU' : 'CPUs'}, and its limit is ${cpus}: pools and collectors are sized for less than it has`,
      fix: fixFor(runner, `-XX:ActiveProcessorCount=${Math.floor(cpus)}`, 'as many as its limit'),
    });
  return pass(evidence, place.where);
}

/** Beside the options that there are; those that no rule asks for are not known here. */
function fixFor(runner: Runner, options: string, note: string): string {
  const variable = variableOf(runner, OPTIONS);
  const kept = (variable?.value ?? '')
    .split(' ')
    .filter((each) => !options.split(' ').some((option) => nameOfFlag(option) === nameOfFlag(each)));
  const value = [...kept.filter((each) => each !== ''), options].join(' ');
  const beside = variable === undefined ? '' : `; with what else is in it, ${placeText(variable)}`;
  return environmentFix(OPTIONS, value, runner.container, `${note}${beside}`, variable);
}

/** `-XX:ActiveProcessorCount` of `-XX:ActiveProcessorCount=1`. */
function nameOfFlag(flag: string): string {
  return flag.split('=')[0] ?? flag;
}

function flagsOf(runner: Runner): string[] {
  const fromEnv = runner.env
    .filter(({ name }) => /JAVA|JDK|CATALINA/.test(name))
    .flatMap(({ value }) => value?.split(' ') ?? []);
  return [...fromEnv, ...runner.flags.map(({ value }) => value)].filter((each) => each.startsWith('-X'));
}

function isJava(runner: Runner): boolean {
  return (
    runner.program === 'java' ||
    javaImages.test(runner.image === null ? '' : baseName(runner.image)) ||
    runner.env.some(({ name }) => /^(?:JAVA_|JDK_JAVA|CATALINA)/.test(name))
  );
}
