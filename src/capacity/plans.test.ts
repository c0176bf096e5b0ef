import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { run } from '../profile/plan.test.kit.js';
import { planAt, slotsOf, widthOf } from './plans.js';

const http = run('http://h/', { connections: '64', workers: '1', rate: '1k' });
const ofCalls = (load: Partial<typeof http.load>) => ({
  ...http,
  load: { ...http.load, driver: 'grpc' as const, http: '2' as const, ...load },
});
const ask = { rate: 1000, warmupMs: 0, measureMs: 1000, gates: [], mostWorkers: 4 };

describe('plan of a step', () => {
  const cases: readonly (readonly [
    what: string,
    load: Partial<typeof http.load>,
    calls: number,
    spread: readonly [connections: number, streams: number],
  ])[] = [
    ['one call', { connections: 1, streams: 50 }, 1, [1, 1]],
    ['all on the one connection', { connections: 1, streams: 50 }, 100, [1, 100]],
    ['more than a connection should have', { connections: 1, streams: 50 }, 101, [2, 51]],
    ['the connections asked for', { connections: 8, streams: 7, concurrency: 50 }, 64, [8, 8]],
    ['fewer calls than connections', { connections: 8, streams: 7 }, 3, [3, 1]],
    ['as many as the plan has on each', { connections: 1, streams: 500 }, 500, [1, 500]],
  ];
  for (const [what, load, calls, [connections, streams]] of cases) {
    it(`shares out calls: ${what}`, () => {
      const plan = planAt(ofCalls({ concurrency: null, ...load }), { ...ask, connections: calls });
      assert.deepEqual([plan.load.connections, plan.load.streams], [connections, streams]);
      assert.deepEqual([slotsOf(plan.load), widthOf(plan)], [calls, calls]);
    });
  }

  it('counts connections of what are no calls', () => {
    const { load } = planAt(http, { ...ask, connections: 7 });
    assert.deepEqual([load.connections, load.concurrency, widthOf(http)], [7, null, 64]);
  });
});
