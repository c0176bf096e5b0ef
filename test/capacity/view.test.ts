import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { type Found, searchRate, sweepConnections } from '#zipfire/capacity/index.js';
import { type Service, SimulatedBench, sharpLimit } from '#zipfire/capacity/simulated.test.kit.js';
import { type CapacityResult, signalNames, type TypicalSignals } from '#zipfire/core/index.js';
import { run } from '#zipfire/profile/plan.test.kit.js';
import { renderCapacity } from '#zipfire/report/capacity.js';
import { capacitySentence } from '#zipfire/report/capacity-sentence.js';
import { renderCapacityPage } from '#zipfire/report/html/capacity-page.js';
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
  // One run passed, and the next one that did not was the last.
  'collapsed-early': () => {
    let judged = 0;
    return search((asked) => {
      if (asked.rate !== null) judged++;
      return judged > 1 ? { qps: 10, sentShare: 0.1, meanUs: 3e6, p99Us: 9e6 } : sharpLimit(5000)(asked);
    });
  },
  // The service is gone.
  failed: () =>
    search((asked) => {
      if (asked.run === 12) throw new Error('refused');
      return sharpLimit(5000)(asked);
    }),
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

/** A search that looked at the service: what was used of it at each step, and at its limit. */
async function watched(): Promise<CapacityResult> {
  const found = await resultOf('found');
  const none = Object.fromEntries(signalNames.map((name) => [name, null])) as TypicalSignals; // all of them
  const steps = found.steps.map((step) => ({
    ...step,
    signals: { ...none, cpuCores: (step.rate ?? 0) / 5100 },
  }));
  const at = steps.filter(({ ok }) => ok === false).map(({ rate, connections }) => ({ rate, connections }));
  return {
    ...found,
    steps,
    limit: {
      at,
      runs: 7,
      seconds: 28,
      patterns: [
        {
          pattern: 'cpu-saturation',
          scope: 'throughout',
          seconds: [],
          summary: 'the one that runs its event loop took 99 % of a CPU, and has no more',
          evidence: [{ signal: 'busiestThread', during: 0.99, baseline: 1, p: null }],
        },
      ],
      unproven: [],
      summary: 'The one that runs its event loop took 99 % of a CPU, and has no more.',
      target: {
        pid: 4711,
        processes: 1,
        page: null,
        runtime: 'node',
        cpuLimit: 2,
        missing: [{ signal: 'gcMs', why: 'a process alone does not tell' }],
      },
    },
  };
}

describe('capacity at a terminal', () => {
  it('shows what the service ran out of, and how many CPUs it used on the way there', async () => {
    const result = await watched();
    const shown = renderCapacity(result, { colour: false, unicode: true, width: 80 });
    assertGolden('capacity/limit.golden.txt', shown);
    assert.match(shown, /Its\s+limit\s+there: CPU saturation\.\n$/);
    const unknown = {
      ...result,
      limit: { ...(result.limit ?? assert.fail()), patterns: [], summary: 'Nothing.' },
    };
    const without = renderCapacity(unknown, { colour: false, unicode: true, width: 80 });
    assert.match(without, /^limit +Nothing\.$/m);
    assert.doesNotMatch(without, /limit there/);
    const nothing = { ...result, low: null, maxRate: null, ended: 'time' } as const;
    assert.doesNotMatch(capacitySentence(nothing), /limit there/);
  });

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

describe('capacity as a page', () => {
  const page = (result: CapacityResult) => renderCapacityPage(result, { style: 'p { color: red }' }, '1.2.3');

  it('says first what the terminal says last, and has each step as a mark and as a row', async () => {
    for (const scene of ['found', 'sweep', 'nothing-passed', 'interrupted-early', 'collapsed']) {
      const result = await resultOf(scene);
      const text = page(result);
      assert.ok(text.includes(capacitySentence(result).replaceAll('<', '&lt;')), scene);
      assert.equal(text.match(/<tr><th scope="row">/g)?.length ?? 0, result.steps.length, scene);
      if (result.steps.length < 2) continue;
      const marks =
        (text.match(/<circle /g)?.length ?? 0) + (text.match(/<path class="median"/g)?.length ?? 0);
      assert.equal(marks, result.steps.length, scene);
      assert.doesNotMatch(text, /NaN|undefined|Infinity/);
    }
  });

  it('names what the service ran out of, and what was not seen', async () => {
    const text = page(await watched());
    assert.match(
      text,
      /<h2>What the service ran out of<\/h2>\n<ul class="reasons"><li><b>CPU saturation<\/b>: /,
    );
    assert.match(text, /In 7 runs that failed at 5,094\/s/);
    assert.match(text, /Not seen: gcMs: a process alone does not tell\./);
    assert.doesNotMatch(page(await resultOf('found')), /ran out of/);
  });

  it('escapes what comes from outside, and lets nothing run', async () => {
    const text = page({ ...(await resultOf('found')), name: '<script>alert(1)</script>', gates: ['<b>'] });
    assert.doesNotMatch(text, /<script|<b>/);
    assert.match(text, /script-src &#39;none&#39;/);
  });
});
