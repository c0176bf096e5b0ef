import { audit, fail, notApplicable, type Outcome, pass } from '../audit.js';
import { cpuBudget, usableCpus } from '../derive/cpu.js';
import type { Facts } from '../facts.js';
import { gaugeOf } from '../gather/metrics/series.js';

/** Of Micrometer, OpenTelemetry and the JMX exporter. */
const NAMES = ['system_cpu_count', 'jvm_cpu_count', 'java_lang_OperatingSystem_AvailableProcessors'];

export const cpu11 = audit({
  id: 'CPU11',
  title: 'The JVM counts the CPUs that it may use',
  failureTitle: 'The JVM counts other CPUs than it may use',
  severity: 'medium',
  confidence: 'observed',
  underLoad: false,
  needs: [],
  uses: ['metrics', 'process'],
  needsAny: ['metrics', 'process'],
  doc: 'Fails when `system_cpu_count` (of OpenTelemetry `jvm_cpu_count`, of the JMX exporter `java_lang_OperatingSystem_AvailableProcessors`) is 1, with which the JVM chooses the serial collector and one thread for each pool, or when it is above the CPU quota: then it sizes its pools and collectors for CPUs that it does not get. Without such a page, when the process (--pid) was started with an -XX:ActiveProcessorCount below the CPUs that it may use.',
  versions: 'every JVM that knows containers (8u191, 10 and newer)',
  fix: 'Set -XX:ActiveProcessorCount, and choose the collector.',
  source: 'https://docs.oracle.com/en/java/javase/21/gctuning/ergonomics.html',
  run(facts) {
    const { metrics } = facts;
    const gauge = (each: string) => (metrics === undefined ? null : gaugeOf(metrics, each));
    const name = NAMES.find((each) => gauge(each) !== null);
    const count = name === undefined ? null : gauge(name);
    const told = name === undefined ? toldOf(facts) : null;
    if (told !== null) return told;
    if (name === undefined && metrics === undefined)
      return notApplicable('nothing says how many CPUs a JVM counts');
    if (name === undefined || count === null)
      return notApplicable('the page has no system_cpu_count, which Micrometer gives for a JVM');
    const quotaCpus = cpuBudget(facts)?.quotaCpus ?? null;
    const evidence = { [name]: count, ...(quotaCpus === null ? {} : { quotaCpus }) };
    if (count === 1)
      return fail({
        evidence,
        why: 'with one CPU the JVM takes the serial collector and pools of one thread: every collection stops everything',
        fix: 'JAVA_TOOL_OPTIONS="-XX:ActiveProcessorCount=2 -XX:+UseG1GC"   # and a CPU limit of 2',
      });
    if (quotaCpus !== null && count > Math.ceil(quotaCpus))
      return fail({
        evidence,
        why: `pools and collectors are sized for ${count} CPUs, and the quota is ${quotaCpus}: their threads are throttled together`,
        fix: `JAVA_TOOL_OPTIONS="-XX:ActiveProcessorCount=${Math.max(2, Math.ceil(quotaCpus))}"`,
      });
    return pass(evidence);
  },
});

/** What the command line of a JVM says, or its options in the environment; null: it says nothing of CPUs. */
function toldOf(facts: Partial<Pick<Facts, 'process'>>): Outcome | null {
  const { process } = facts;
  const budget = cpuBudget(facts);
  if (process?.runtime !== 'java' || budget === null) return null;
  const options = Object.values(process.environment).flatMap((value) => value.split(' '));
  // The command line comes after the environment, and the last one counts.
  const counts = [...options, ...process.flags].flatMap((flag) => ACTIVE.exec(flag)?.[1] ?? []);
  const count = Number(counts.at(-1) ?? Number.NaN);
  if (!Number.isFinite(count)) return null;
  const usable = usableCpus(budget);
  const evidence = { ActiveProcessorCount: count, usableCpus: usable };
  if (count >= Math.floor(usable)) return pass(evidence);
  return fail({
    evidence,
    why: `the JVM is told of ${count} ${count === 1 ? 'CPU' : 'CPUs'}, and ${usable} are there for it: pools and collectors are sized for less than it has`,
    fix: `remove -XX:ActiveProcessorCount=${count}   # the JVM then counts ${Math.ceil(usable)} by itself`,
  });
}

const ACTIVE = /^-XX:ActiveProcessorCount=(\d{1,5})$/;
