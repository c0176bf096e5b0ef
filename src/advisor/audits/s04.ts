import { audit, fail, inconclusive, pass } from '../audit.js';
import { growth, levelsBothTimes, processWindow } from '../derive/process.js';
import type { GeneratorFacts } from '../gather/generator.js';

const MOST_THROTTLED = 0.05;
const BUSY_HOST = 0.9;

export const s04 = audit({
  id: 'S04',
  title: 'The generator has its CPUs for itself',
  failureTitle: 'The generator does not have its CPUs for itself',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['generator'],
  doc: 'Fails when more than 5 % of the periods of the generator’s own cgroup were throttled, or when the target shares the machine and that was more than 90 % busy over the load: then each takes CPU from the other, and a change of one shows as the other’s.',
  versions: 'Linux for the quota; every system for the machine',
  fix: 'No CPU limit for the generator, and a machine, or cores, of its own.',
  source: 'https://docs.kernel.org/scheduler/sched-bwc.html',
  run({ generator }) {
    const throttled = throttledShare(generator);
    const busy = hostBusy(generator);
    const evidence = {
      ...(throttled === null ? {} : { throttledShare: Number(throttled.toFixed(3)) }),
      sharesHost: generator.sharesHost,
      hostBusyShare: busy === null ? null : Number(busy.toFixed(2)),
      cpus: generator.cpus,
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
    return fail({
      evidence,
      why: `target and generator share ${generator.cpus} CPUs that were ${Math.round(busy * 100)} % busy: each slows the other down`,
      fix: 'taskset -c 0,1 ./server; taskset -c 2,3 zipfire …   # cores of their own, or a lower --rate, or two machines',
    });
  },
});

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
