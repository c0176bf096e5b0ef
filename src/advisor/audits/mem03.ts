import { audit, fail, inconclusive, notApplicable, pass } from '../audit.js';
import { gcShare } from '../derive/gc.js';
import { goRuntime } from '../derive/go.js';
import { goMemory } from '../derive/memory.js';

const FULL = 0.95;
const MOST_GC = 0.25;

export const mem03 = audit({
  id: 'MEM03',
  title: 'GOMEMLIMIT leaves the collector time',
  failureTitle: 'The collector runs all the time to stay below GOMEMLIMIT',
  severity: 'high',
  confidence: 'observed',
  underLoad: true,
  contention: 'neither',
  needs: ['metrics'],
  uses: ['expvar', 'process'],
  doc: 'Fails when memory stands at 95 % of GOMEMLIMIT or above, and collections take more than 25 % of the CPU time: the live heap does not fit, and each collection frees too little to hold until the next one.',
  versions: 'Go 1.19 and newer',
  fix: 'More memory and a higher GOMEMLIMIT, or less live heap.',
  source: 'https://github.com/golang/go/issues/58106',
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    if (!go.memoryLimitKnown) return inconclusive('the page has no go_gc_gomemlimit_bytes');
    if (go.memoryLimitBytes === null) return notApplicable('GOMEMLIMIT is not set');
    const used = goMemory(facts);
    if (used === null) return inconclusive('the page does not say how much memory Go holds');
    const filled = used / go.memoryLimitBytes;
    const settings = { memoryBytes: used, GOMEMLIMIT: go.memoryLimitBytes };
    if (filled < FULL) return pass(settings);
    const gc = gcShare(facts);
    if ('why' in gc) return inconclusive(gc.why, settings);
    const evidence = { ...settings, gcCpuShare: Number(gc.share.toFixed(3)), gcFrom: gc.from };
    if (gc.share <= MOST_GC) return pass(evidence);
    return fail({
      evidence,
      why: `memory stands at ${Math.round(filled * 100)} % of GOMEMLIMIT, and collections take ${Math.round(gc.share * 100)} % of the CPU time`,
      fix: 'resources:\n  limits:\n    memory: "…"   # twice of now, and GOMEMLIMIT at 90 % of it',
    });
  },
});
