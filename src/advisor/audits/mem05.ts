import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { growth, levelsBothTimes, processWindow } from '../derive/process.js';

export const mem05 = audit({
  id: 'MEM05',
  title: 'The kernel ended nothing for want of memory',
  failureTitle: 'The kernel ended a process for want of memory',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  doc: 'Fails when `oom_kill` of `memory.events` (v1: `memory.oom_control`) grew in the process’s own cgroup while the load ran: a process of the group was ended, and what it was doing was lost.',
  versions: 'cgroup v2, and v1 since Linux 4.13',
  fix: 'Raise the memory limit, or bound what the service holds.',
  source: 'https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files',
  run({ process }) {
    const window = processWindow(process.views);
    if ('why' in window) return inconclusive(window.why);
    // An ancestor counts what happens to its other children, too.
    const own = levelsBothTimes(window).find(([, after]) => after.oomKills !== null);
    if (own === undefined) return notApplicable('no cgroup counts this for the process');
    const [before, after] = own;
    const kills = growth(before.oomKills, after.oomKills);
    if (kills === null) return inconclusive('the counter of the cgroup began again');
    const evidence = { oomKills: kills, cgroup: after.path };
    if (kills === 0) return pass(evidence);
    return fail({
      evidence: { ...evidence, memoryMaxBytes: after.memoryMaxBytes },
      why: `${kills} ${kills === 1 ? 'process was' : 'processes were'} ended while the load ran`,
      fix: 'resources:\n  limits:\n    memory: "…"   # more than now; with Go, GOMEMLIMIT at 90 % of it',
    });
  },
});
