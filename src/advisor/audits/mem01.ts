import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { goRuntime } from '../derive/go.js';
import { memoryLimit } from '../derive/memory.js';
import { isAtLeast } from '../version.js';

const MIB = 2 ** 20;

export const mem01 = audit({
  id: 'MEM01',
  title: 'GOMEMLIMIT tells Go about the memory limit',
  failureTitle: 'Go does not know about the memory limit',
  severity: 'medium',
  confidence: 'observed',
  underLoad: false,
  needs: ['process'],
  uses: ['metrics'],
  doc: 'Fails when a cgroup limits memory and `go_gc_gomemlimit_bytes` is at its default, math.MaxInt64. The collector then lets the heap double as if there were no limit, and the kernel ends the program where a collection would have been enough. Go does not take the limit of a cgroup over by itself.',
  versions: 'Go 1.19 and newer, which have GOMEMLIMIT',
  fix: 'Set GOMEMLIMIT to 90–95 % of the limit.',
  source: 'https://github.com/golang/go/issues/75164',
  guard(facts) {
    const version = goRuntime(facts)?.version ?? null;
    return isAtLeast(version, '1.19') === false ? `${version} has no GOMEMLIMIT` : null;
  },
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const limit = memoryLimit(facts);
    if (limit === null) return notApplicable('no cgroup limits its memory');
    if (!go.memoryLimitKnown)
      return inconclusive('GOMEMLIMIT is not known; give --metrics with go_gc_gomemlimit_bytes');
    const evidence = {
      GOMEMLIMIT: go.memoryLimitBytes === null ? 'off' : go.memoryLimitBytes,
      memoryMaxBytes: limit.bytes,
      cgroup: limit.path,
    };
    if (go.memoryLimitBytes !== null) return pass(evidence);
    return fail({
      evidence,
      why: `the collector does not see the limit of ${Math.round(limit.bytes / MIB)} MiB coming, and the kernel ends the program there`,
      fix: `GOMEMLIMIT=${Math.floor((0.9 * limit.bytes) / MIB)}MiB`,
    });
  },
});
