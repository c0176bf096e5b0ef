import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { goRuntime } from '../derive/go.js';
import { memoryLimit } from '../derive/memory.js';

const MIB = 2 ** 20;
const MOST = 0.95;

export const mem02 = audit({
  id: 'MEM02',
  title: 'GOMEMLIMIT leaves room below the memory limit',
  failureTitle: 'GOMEMLIMIT leaves no room below the memory limit',
  severity: 'high',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  uses: ['metrics'],
  doc: 'Fails when GOMEMLIMIT is above 95 % of the memory limit of the cgroup. What the runtime does not count (C libraries, the binary, the page cache of the group) has no place then, and the kernel ends the program while Go thinks that there is room.',
  versions: 'Go 1.19 and newer',
  fix: 'Set GOMEMLIMIT to 90 % of the limit.',
  source: 'https://go.dev/doc/gc-guide#Memory_limit',
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const limit = memoryLimit(facts);
    if (limit === null) return notApplicable('no cgroup limits its memory');
    if (!go.memoryLimitKnown) return inconclusive('GOMEMLIMIT is not known; give --metrics');
    if (go.memoryLimitBytes === null) return notApplicable('GOMEMLIMIT is not set: MEM01');
    const share = go.memoryLimitBytes / limit.bytes;
    const evidence = { GOMEMLIMIT: go.memoryLimitBytes, memoryMaxBytes: limit.bytes, cgroup: limit.path };
    if (share <= MOST) return pass(evidence);
    return fail({
      evidence,
      why: `it is ${Math.round(share * 100)} % of the limit, and what Go does not count needs 5 to 10 %`,
      fix: `GOMEMLIMIT=${Math.floor((0.9 * limit.bytes) / MIB)}MiB`,
    });
  },
});
