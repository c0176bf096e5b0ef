import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { growth, levelsBothTimes, processWindow } from '../derive/process.js';

const MOST_THROTTLED = 0.25;
/** Five seconds of the usual period: fewer say nothing of a habit. */
const LEAST_PERIODS = 50;

export const cpu06 = audit({
  id: 'CPU06',
  title: 'The CPU quota does not throttle the service',
  failureTitle: 'The CPU quota throttles the service',
  severity: 'high',
  confidence: 'observed',
  underLoad: true,
  contention: 'eases',
  needs: ['process'],
  doc: 'Fails when more than 25 % of the periods of a cgroup were throttled while the load ran, over at least 50 of them. In each of those the service stood still until the period was over: tens of milliseconds that show at p99, while the mean CPU use looks harmless.',
  versions: 'every version of cgroup v1 and v2',
  fix: 'Raise the CPU limit, or take it away and keep the request; mend CPU01 first where it fails.',
  source: 'https://github.com/kubernetes-monitoring/kubernetes-mixin/issues/108',
  after: ['CPU01', 'CPU05'],
  run({ process }) {
    const window = processWindow(process.views);
    if ('why' in window) return inconclusive(window.why);
    let worst: { share: number; periods: number; throttled: number; path: string } | null = null;
    let most = 0;
    for (const [before, after] of levelsBothTimes(window)) {
      const periods = growth(before.periods, after.periods);
      const throttled = growth(before.throttled, after.throttled);
      if (periods === null || throttled === null || periods === 0) continue;
      most = Math.max(most, periods);
      const share = throttled / periods;
      if (periods >= LEAST_PERIODS && (worst === null || share > worst.share))
        worst = { share, periods, throttled, path: after.path };
    }
    if (most === 0) return notApplicable('no cgroup limits its CPU time');
    if (worst === null)
      return inconclusive(`${most} periods are too few to judge by; ${LEAST_PERIODS} take a load of 5 s`);
    const { periods, throttled, path, share } = worst;
    const evidence = { throttledPeriods: throttled, periods, cgroup: path };
    if (share <= MOST_THROTTLED) return pass(evidence);
    return fail({
      evidence,
      why: `in ${Math.round(share * 100)} % of the periods the service stood still until the period was over`,
      fix: 'resources:\n  limits:\n    cpu: "…"   # more than now, or no limit on CPU, with the request kept',
    });
  },
});
