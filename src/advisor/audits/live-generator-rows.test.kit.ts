import type { LiveRow } from './live.test.kit.js';
import { generatorOf, loadOf, processOf } from './live.test.kit.js';
import { generatorIs, lateness, seconds, shared, throttled } from './live-facts.test.kit.js';

/** What the generator itself is judged by. */
export const generatorRows: readonly LiveRow[] = [
  ['S01', 'fail', { load: generatorIs({ cpuPercent: 99 }), generator: generatorOf() }],
  ['S01', 'pass', { load: loadOf(), generator: generatorOf() }],
  [
    'S01',
    'notApplicable',
    { load: generatorIs({ cpuPercent: 99, spinning: true }), generator: generatorOf() },
  ],
  ['S02', 'fail', { load: lateness(5000) }],
  ['S02', 'pass', { load: lateness(50) }],
  ['S02', 'inconclusive', { load: lateness(null) }],
  ['S02', 'inconclusive', { load: lateness(50, 5000) }],
  ['S02', 'notApplicable', { load: loadOf() }],
  ['S03', 'fail', { load: generatorIs({ eventLoopDelayP99Ms: 20 }) }],
  [
    'S03',
    'fail',
    { load: generatorIs({ eventLoopDelayP99Ms: 20 }), generator: generatorOf({ hostCpus: 1 }) },
  ],
  ['S03', 'pass', { load: loadOf() }],
  ['S03', 'inconclusive', { load: generatorIs({ eventLoopDelayP99Ms: undefined }) }],
  ['S04', 'fail', { generator: shared({ views: [] }) }],
  ['S04', 'fail', { generator: generatorOf({ views: throttled(20, 100).views }) }],
  ['S04', 'fail', { generator: shared(), process: processOf({}, { cpuSeconds: 5, cpuWaitSeconds: 4 }) }],
  ['S04', 'pass', { generator: generatorOf() }],
  ['S04', 'pass', { generator: shared(), process: processOf({}, { cpuSeconds: 5 }) }],
  [
    'S04',
    'pass',
    {
      generator: shared({ cpuList: '1' }),
      process: processOf({}, { cpuSeconds: 5, cpuWaitSeconds: 5 }, { cpuList: '0,2-3' }),
    },
  ],
  ['S04', 'inconclusive', { generator: generatorOf({ sharesHost: null }) }],
  ['S05', 'fail', { load: loadOf({}, { timeline: seconds(40, () => ({ inFlight: 30, maxUs: 2000 })) }) }],
  // Every fifth second 10 connections wait for half of it, and no look meets that.
  [
    'S05',
    'pass',
    {
      load: loadOf(
        {},
        { timeline: seconds(40, (i) => ({ inFlight: 8, maxUs: i % 5 === 0 ? 500_000 : 2000 })) },
      ),
    },
  ],
  ['S05', 'pass', { load: loadOf() }],
  ['S05', 'inconclusive', { load: loadOf({}, { timeline: [] }) }],
  ['S05', 'notApplicable', { load: loadOf({ staged: true }) }],
  ['S06', 'fail', { load: loadOf(), generator: generatorOf({ openFilesLimit: 11 }) }],
  [
    'S06',
    'fail',
    { load: loadOf({}, { faults: [{ what: 'connect EADDRNOTAVAIL', count: 1 }] }), generator: generatorOf() },
  ],
  ['S06', 'pass', { load: loadOf(), generator: generatorOf() }],
  ['S07', 'fail', { load: loadOf({ rate: 10 }, { summary: { ...loadOf().result.summary, dropped: 3 } }) }],
  ['S07', 'pass', { load: loadOf({ rate: 10 }) }],
  ['S07', 'notApplicable', { load: loadOf() }],
];
