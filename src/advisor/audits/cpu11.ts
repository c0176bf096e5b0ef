import { audit, fail, notApplicable, pass } from '../audit.js';
import { cpuBudget } from '../derive/cpu.js';
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
  needs: ['metrics'],
  uses: ['process'],
  doc: 'Fails when `system_cpu_count` (of OpenTelemetry `jvm_cpu_count`, of the JMX exporter `java_lang_OperatingSystem_AvailableProcessors`) is 1, with which the JVM chooses the serial collector and one thread for each pool, or when it is above the CPU quota: then it sizes its pools and collectors for CPUs that it does not get.',
  versions: 'every JVM that knows containers (8u191, 10 and newer)',
  fix: 'Set -XX:ActiveProcessorCount, and choose the collector.',
  source: 'https://docs.oracle.com/en/java/javase/21/gctuning/ergonomics.html',
  run(facts) {
    const name = NAMES.find((each) => gaugeOf(facts.metrics, each) !== null);
    const count = name === undefined ? null : gaugeOf(facts.metrics, name);
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
