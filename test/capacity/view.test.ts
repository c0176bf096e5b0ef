import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type Found, searchRate, sweepConnections } from '#zipfire/capacity/index.js';
import { type Service, SimulatedBench, sharpLimit } from '#zipfire/capacity/simulated.test.kit.js';
import type { CapacityResult } from '#zipfire/core/index.js';
import { run } from '#zipfire/profile/plan.test.kit.js';
import { renderCapacity } from '#zipfire/report/capacity.js';
import { assertGolden } from '../fixtures/golden.js';

const plan = run('http://h/', { connections: '64', workers: '1', rate: '1k' });
const common = {
  warmupMs: 1000,
  measureMs: 5000,
  mostWorkers: 1,
  maxTimeMs: 600_000,
  coolDownMs: 5000,
  repeat: 3,
  gates: ['errors < 0.1%', 'qps >= 99% of rate'],
};

const search = (service: Service, options: object = {}, stopAt = Number.POSITIVE_INFINITY) => {
  const range = { confirm: 5, precision: 0.02, from: null, to: null, mostConnections: null };
  const bench = new SimulatedBench(service);
  bench.stopAt = stopAt;
  return searchRate(plan, { ...common, ...range, ...options }, bench);
};

const sweep = (service: Service) =>
  sweepConnections(
    plan,
    { ...common, gates: [common.gates[0] as string], connections: [1, 2, 4, 8, 16, 32, 64, 128] },
    new SimulatedBench(service),
  );

/** X(N) of the scalability law; the response time follows from it (Little). */
const scalable =
  (lambda: number, sigma: number, kappa: number): Service =>
  ({ connections: n }) => {
    const qps = (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));
    return { qps, meanUs: (n / qps) * 1e6, p99Us: (n / qps) * 3e6 };
  };

const scenes: Readonly<Record<string, () => Promise<Found>>> = {
  found: () => search(sharpLimit(5000)),
  'at-least': () => search(sharpLimit(1e9), { to: 8000 }),
  generator: () =>
    search((asked) =>
      (asked.rate ?? 0) > 8000
        ? {
            qps: 8000,
            sentShare: 0.8,
            meanUs: 300,
            p99Us: 900,
            reasons: ['generator-saturated: a worker was busy; more'],
          }
        : sharpLimit(20_000)(asked),
    ),
  connections: () => search(sharpLimit(50_000, 20_000)),
  'nothing-passed': () =>
    search(({ rate }) => ({ qps: rate ?? 3000, meanUs: 100, p99Us: 200, errorRate: 0.2 })),
  unstable: () => search((asked) => sharpLimit(asked.run < 20 ? 5000 : 2500)(asked)),
  collapsed: () => {
    let hurt = false;
    return search((asked) => {
      hurt ||= (asked.rate ?? 0) > 5000;
      return hurt ? { qps: 10, sentShare: 0.1, meanUs: 3e6, p99Us: 9e6 } : sharpLimit(5000)(asked);
    });
  },
  // At rest, a closed loop, one run of the first step.
  'interrupted-early': () => search(sharpLimit(5000), {}, 3),
  time: () => search(sharpLimit(5000), { maxTimeMs: 60_000 }),
  sweep: () => sweep(scalable(1000, 0.03, 2e-4)),
  'sweep-misfit': () =>
    sweep(({ connections: n }) => ({ qps: n <= 32 ? 100 * n : 600, meanUs: 1e4, p99Us: 2e4 })),
};

async function resultOf(scene: string): Promise<CapacityResult> {
  const found = await (scenes[scene] as () => Promise<Found>)();
  const tool = { name: 'zipfire', version: '0', node: 'v20', platform: 'linux', cpus: 2 } as const;
  return {
    schema: 'zipfire.capacity/1',
    tool,
    startedAt: '2024-01-01T00:00:00.000Z',
    name: 'hot',
    plan: {},
    ...found,
  };
}

describe('capacity at a terminal', () => {
  it('counts what may be in flight, and not the connections alone', async () => {
    const found = await resultOf('found');
    const shown = (load: object) =>
      /open loop · (.*) in flight at most/.exec(
        renderCapacity({ ...found, plan: { load } }, { colour: false, unicode: true, width: 80 }),
      )?.[1];
    assert.equal(shown({ driver: 'wire', http: '2', streams: 32, concurrency: null }), '2,048');
    // Calls are counted themselves, however many connections they share.
    assert.equal(shown({ driver: 'grpc', http: '2', streams: 32, concurrency: null }), '64');
    assert.equal(shown({ driver: 'grpc', http: '2', streams: 32, concurrency: 64 }), '64');
    assert.equal(shown({ driver: 'wire', http: '1', streams: 32, pipeline: 4, concurrency: null }), '256');
  });

  for (const scene of Object.keys(scenes)) {
    it(`shows ${scene}, whatever the terminal`, async () => {
      const result = await resultOf(scene);
      const plain = { colour: false, unicode: true, width: 80 };
      const shown = renderCapacity(result, plain);
      assertGolden(`capacity/${scene}.golden.txt`, shown);
      assert.equal(stripVTControlCharacters(renderCapacity(result, { ...plain, colour: true })), shown);
      for (const width of [40, 80, 132]) {
        const lines = renderCapacity(result, { ...plain, width }).split('\n');
        for (const line of lines) assert.ok([...line].length <= width, line);
      }
      assert.match(renderCapacity(result, { ...plain, unicode: false }), /^[\x20-\x7e\n]+$/);
    });
  }

  it('escapes what comes from outside', async () => {
    const result = { ...(await resultOf('found')), name: '\u001b[31mred\u202e', gates: ['\u001b[2J'] };
    assert.doesNotMatch(
      renderCapacity(result, { colour: false, unicode: true, width: 80 }),
      /[\u001b\u202e]/,
    );
  });
});
