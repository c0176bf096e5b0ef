import { audit, fail, inconclusive, pass } from '../audit.js';
import { cpuListText, pinnableCpus } from '../derive/cpus.js';
import { growth, levelsBothTimes, processWindow } from '../derive/process.js';
import type { GeneratorFacts } from '../gather/generator.js';
import type { ProcessFacts, ProcessView } from '../gather/process/facts.js';
import { haveCpusApart } from '../gather/process/read.js';

const MOST_THROTTLED = 0.05;
const BUSY_HOST = 0.9;
const MOST_WAITED = 0.05;

export const s04 = audit({
  id: 'S04',
  title: 'The generator has its CPUs for itself',
  failureTitle: 'The generator does not have its CPUs for itself',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['generator'],
  uses: ['process'],
  doc: 'Fails when more than 5 % of the periods of the generator’s own cgroup were throttled, which puts everything in doubt that rests on the load. Fails, too, when the target shares the machine and that was more than 90 % busy: each then takes CPU from the other. That puts in doubt only what a lack of CPU bends: latencies that are high, and settings that a target with more CPU might have run into. What is used up all the same (a GOMAXPROCS of 1) stands. It passes where both are pinned to CPUs of their own, or where, by the scheduler’s account, neither waited for more than 5 % of the CPU time that it wanted; `--pid` is what that is known by.',
  versions: 'Linux for the quota; every system for the machine',
  fix: 'No CPU limit for the generator, and a machine, or cores, of its own.',
  source: 'https://docs.kernel.org/scheduler/sched-bwc.html',
  run({ generator, process }) {
    const throttled = throttledShare(generator);
    const busy = hostBusy(generator);
    const waited = waitShare(generator.views);
    const targetWaited = process === undefined ? null : waitShare(process.views);
    const hostCpus = generator.hostCpus ?? generator.cpus;
    const evidence = {
      ...rounded('throttledShare', throttled, 3),
      sharesHost: generator.sharesHost,
      hostBusyShare: busy === null ? null : Number(busy.toFixed(2)),
      hostCpus,
      ...rounded('generatorWaitShare', waited, 2),
      ...rounded('targetWaitShare', targetWaited, 2),
    };
    if (throttled !== null && throttled > MOST_THROTTLED)
      return fail({
        evidence,
        why: `its own CPU quota stopped the generator in ${Math.round(throttled * 100)} % of the periods`,
        fix: 'docker run --cpus …   # more than now, or no limit; in Kubernetes: no CPU limit for the generator',
      });
    if (generator.sharesHost !== true) {
      if (generator.sharesHost === false) return pass(evidence);
      return inconclusive('whether the target runs on this machine is not known', evidence);
    }
    if (busy === null) return inconclusive('how busy the machine was is not known', evidence);
    if (busy <= BUSY_HOST) return pass(evidence);
    if (haveCpusApart(generator.cpuList, process?.cpuList)) return pass({ ...evidence, apart: true });
    if (waited !== null && targetWaited !== null && Math.max(waited, targetWaited) <= MOST_WAITED)
      return pass(evidence);
    return fail({
      evidence,
      doubts: 'contention',
      why: `target and generator share ${hostCpus} CPUs that were ${Math.round(busy * 100)} % busy: each slows the other down, so what a lack of CPU bends is not judged; the rest stands`,
      fix: pinned(pinnableCpus(generator), process),
    });
  },
});

function rounded(name: string, value: number | null, digits: number): Readonly<Record<string, number>> {
  return value === null ? {} : { [name]: Number(value.toFixed(digits)) };
}

/** Of the CPU time that a process wanted, how much it waited for; null: not known. */
function waitShare(views: readonly ProcessView[]): number | null {
  const window = processWindow(views);
  if ('why' in window) return null;
  const { first, last } = window;
  const waited = growth(first.cpuWaitSeconds, last.cpuWaitSeconds);
  const used = growth(first.cpuSeconds, last.cpuSeconds);
  return waited === null || used === null || waited + used === 0 ? null : waited / (waited + used);
}

/** The CPUs in halves, to paste. */
function pinned(cpus: readonly number[], process: ProcessFacts | undefined): string {
  if (cpus.length < 2)
    return '# one CPU cannot be shared out: run zipfire from another machine, or set a lower --rate';
  const half = Math.floor(cpus.length / 2);
  const theirCpus = cpuListText(cpus.slice(0, half));
  const theirs = `taskset -c ${theirCpus}`;
  const head = '# pin with taskset, or use two machines, or a lower --rate';
  const zipfire = `taskset -c ${cpuListText(cpus.slice(half))} zipfire … --workers ${cpus.length - half}`;
  if (process?.started === true) return `${head}\n${zipfire} --exec '${theirs} ./server'`;
  const target = process === undefined ? `${theirs} ./server` : `taskset -a -cp ${theirCpus} ${process.pid}`;
  return `${head}\n${target}\n${zipfire} --pid ${process?.pid ?? '…'}`;
}

function throttledShare({ views }: GeneratorFacts): number | null {
  const window = processWindow(views);
  if ('why' in window) return null;
  const shares = levelsBothTimes(window).flatMap(([before, after]) => {
    const periods = growth(before.periods, after.periods);
    const throttled = growth(before.throttled, after.throttled);
    return periods === null || throttled === null || periods < 10 ? [] : [throttled / periods];
  });
  return shares.length === 0 ? null : Math.max(...shares);
}

function hostBusy({ hostViews }: GeneratorFacts): number | null {
  const first = hostViews[0];
  const last = hostViews.at(-1);
  if (first === undefined || last === undefined) return null;
  const busy = last.busyMs - first.busyMs;
  const all = busy + last.idleMs - first.idleMs;
  return all > 0 ? busy / all : null;
}
