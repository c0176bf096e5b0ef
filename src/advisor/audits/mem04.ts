import type { Evidence } from '../../core/index.js';
import { audit, fail, inconclusive, notApplicable, type Outcome, pass } from '../audit.js';
import { gcShare } from '../derive/gc.js';
import { goRuntime } from '../derive/go.js';
import { memoryLimit, residentMemory } from '../derive/memory.js';
import type { ProcessFacts } from '../gather/process/facts.js';

const MOST_GC = 0.2;
const MUCH_FREE = 0.5;

export const mem04 = audit({
  id: 'MEM04',
  title: 'GOGC spends memory before CPU time',
  failureTitle: 'The collector takes CPU time while memory lies idle',
  severity: 'medium',
  confidence: 'observed',
  underLoad: true,
  contention: 'neither',
  needs: ['process'],
  uses: ['metrics', 'expvar'],
  needsAny: ['metrics', 'expvar'],
  doc: 'Fails when collections take more than 20 % of the CPU time while more than 50 % of the memory limit is free; of that of the machine, where nothing limits the service. A higher GOGC collects less often, for more heap; with GOMEMLIMIT set the heap stays below the limit all the same.',
  versions: 'every version of Go',
  fix: 'Compare GOGC=200 and GOGC=400 with what it is, under load, with GOMEMLIMIT set.',
  source: 'https://go.dev/doc/gc-guide#GOGC',
  after: ['MEM01', 'MEM03'],
  run(facts) {
    const go = goRuntime(facts);
    if (go === null) return notApplicable('nothing says that this is a Go program');
    const gc = gcShare(facts);
    if ('why' in gc) return inconclusive(gc.why);
    const settings = {
      gcCpuShare: Number(gc.share.toFixed(3)),
      gcFrom: gc.from,
      ...(go.gogc === null ? {} : { GOGC: go.gogc }),
    };
    if (gc.share <= MOST_GC) return pass(settings);
    const limit = memoryLimit(facts);
    const used = residentMemory(facts);
    if (limit === null) return judgeOnMachine(facts.process, gc.share, settings);
    if (used === null) return inconclusive('how much memory it uses is not known', settings);
    const free = 1 - used / limit.bytes;
    const evidence = { ...settings, memoryBytes: used, memoryMaxBytes: limit.bytes };
    if (free <= MUCH_FREE) return pass(evidence);
    return fail({
      evidence,
      why: `collections take ${Math.round(gc.share * 100)} % of the CPU time, and ${Math.round(free * 100)} % of the memory is free`,
      fix: `GOGC=200   # and 400: measure them against ${go.gogc ?? 100}; keep GOMEMLIMIT=${Math.floor((0.9 * limit.bytes) / 2 ** 20)}MiB`,
    });
  },
});

/** Without a limit of its own it may have what the machine has to spare. */
function judgeOnMachine({ machineMemory }: ProcessFacts, share: number, settings: Evidence): Outcome {
  if (machineMemory == null)
    return inconclusive('no cgroup limits its memory, and how much the machine has is not known', settings);
  const { totalBytes, availableBytes } = machineMemory;
  const free = availableBytes / totalBytes;
  const evidence = {
    ...settings,
    machineMemoryBytes: totalBytes,
    machineAvailableBytes: availableBytes,
  };
  if (free <= MUCH_FREE) return pass(evidence);
  return fail({
    evidence,
    why: `collections take ${Math.round(share * 100)} % of the CPU time, nothing limits its memory, and ${Math.round(free * 100)} % of the machine’s is free`,
    fix: `GOGC=200   # and 400: measure them against ${settings['GOGC'] ?? 100}`,
  });
}
