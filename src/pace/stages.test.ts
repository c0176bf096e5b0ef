import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { RateStage } from '../core/index.js';
import { createPacer, RateCurve, stagesMs, warmupSchedule } from './index.js';

const unbounded = { durationMs: null, requests: null };

/** The rate at an instant within a stage, as its definition says it, without the curve's formulas. */
function definedRate(stage: RateStage, ms: number): number {
  switch (stage.shape) {
    case 'const':
      return stage.level;
    case 'ramp':
      return stage.from + (stage.to - stage.from) * (ms / stage.durationMs);
    case 'step': {
      const steps = Math.floor(ms / stage.everyMs) * stage.by;
      return stage.from < stage.to
        ? Math.min(stage.to, stage.from + steps)
        : Math.max(stage.to, stage.from - steps);
    }
    case 'spike':
      return ms >= stage.atMs && ms < stage.atMs + stage.widthMs ? stage.peak : stage.base;
    case 'sine':
      return stage.mean + stage.amplitude * Math.sin((2 * Math.PI * ms) / stage.periodMs);
  }
}

const rate = fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0.001, max: 5000, noNaN: true }));
const ms = fc.integer({ min: 1, max: 20_000 });

const stage: fc.Arbitrary<RateStage> = fc.oneof(
  fc.record({ shape: fc.constant('const' as const), level: rate, durationMs: ms }),
  fc.record({ shape: fc.constant('ramp' as const), from: rate, to: rate, durationMs: ms }),
  fc.record({
    shape: fc.constant('step' as const),
    from: fc.integer({ min: 0, max: 500 }),
    to: fc.integer({ min: 0, max: 500 }),
    by: fc.integer({ min: 7, max: 300 }),
    everyMs: ms,
  }),
  fc
    .tuple(rate, rate, fc.nat(5000), fc.integer({ min: 1, max: 5000 }), fc.nat(5000))
    .map(([base, peak, atMs, widthMs, afterMs]) => ({
      shape: 'spike' as const,
      base,
      peak,
      atMs,
      widthMs,
      durationMs: atMs + widthMs + afterMs,
    })),
  fc
    .tuple(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), ms, ms)
    .map(([mean, share, periodMs, durationMs]) => ({
      shape: 'sine' as const,
      mean,
      amplitude: mean * share,
      periodMs,
      durationMs,
    })),
);
const stages = fc
  .array(stage, { minLength: 1, maxLength: 5 })
  .filter((all) => new RateCurve(all).arrivalsBy(stagesMs(all) * 1e6) >= 1);

const staged = (all: readonly RateStage[], arrivals: 'constant' | 'poisson' = 'constant') => ({
  rate: 1,
  arrivals,
  stages: all,
});

/** Hits at both ends, at the joints of stages, and between. */
function someHits(all: readonly RateStage[]): number[] {
  const curve = new RateCurve(all);
  const ends = all.map((_, i) => curve.arrivalsBy(stagesMs(all.slice(0, i + 1)) * 1e6));
  const spread = Array.from({ length: 50 }, (_, i) => (i / 50) * (ends.at(-1) ?? 0));
  const hits = [...ends, ...spread].flatMap((at) => [-1, 0, 1].map((by) => Math.floor(at) + by));
  return hits.filter((hit) => hit >= 0).sort((a, b) => a - b);
}

describe('the curve of a rate', () => {
  it('has the rate of the stage at each instant', () => {
    fc.assert(
      fc.property(stage, fc.double({ min: 0, max: 0.999, noNaN: true }), (one, share) => {
        const atMs = stagesMs([one]) * share;
        // Beside an edge either side may be meant.
        const edges =
          one.shape === 'step'
            ? [one.everyMs]
            : one.shape === 'spike'
              ? [one.atMs, one.atMs + one.widthMs]
              : [];
        fc.pre(edges.every((edge) => edge === 0 || Math.abs(atMs / edge - Math.round(atMs / edge)) > 1e-6));
        const actual = new RateCurve([one]).rateAt(atMs * 1e6);
        const expected = definedRate(one, atMs);
        assert.ok(Math.abs(actual - expected) <= 1e-6 * (1 + expected), `${actual}, not ${expected}`);
      }),
    );
  });

  it('counts arrivals as the area under the rate', () => {
    fc.assert(
      fc.property(stage, (one) => {
        const lengthMs = stagesMs([one]);
        const parts = 20_000;
        let area = 0;
        for (let i = 0; i < parts; i++) area += definedRate(one, ((i + 0.5) / parts) * lengthMs);
        area *= lengthMs / parts / 1000;
        const most = new RateCurve([one]).peakBy(lengthMs * 1e6);
        const actual = new RateCurve([one]).arrivalsBy(lengthMs * 1e6);
        // The midpoint rule errs where the rate jumps, by a part at most, and has as many jumps as steps.
        const jumps = one.shape === 'step' ? 2 + Math.abs(one.to - one.from) / one.by : 2;
        const error = (jumps * most * lengthMs) / parts / 1000 + 1e-5 * area;
        assert.ok(Math.abs(actual - area) <= error + 1e-9, `${actual}, not ${area} ± ${error}`);
      }),
      { numRuns: 40 },
    );
  });

  it('inverts its own count', () => {
    fc.assert(
      fc.property(stages, (all) => {
        const curve = new RateCurve(all);
        for (const hit of someHits(all)) {
          const dueNs = curve.timeNs(hit);
          if (dueNs === Number.POSITIVE_INFINITY) continue;
          const back = curve.arrivalsBy(dueNs);
          assert.ok(Math.abs(back - hit) <= 1e-6 + 1e-9 * hit, `hit ${hit} at ${dueNs}: ${back}`);
        }
      }),
    );
  });

  it('puts hits in the order of their numbers', () => {
    fc.assert(
      fc.property(stages, (all) => {
        const pacer = createPacer(staged(all), 1, unbounded);
        let previous = 0;
        for (const hit of someHits(all)) {
          const dueNs = pacer.dueNs(hit) ?? Number.NaN;
          assert.ok(dueNs >= previous, `hit ${hit} at ${dueNs}, after ${previous}`);
          previous = dueNs;
        }
      }),
    );
  });

  it('may be asked for any hit in any order', () => {
    fc.assert(
      fc.property(stages, fc.integer({ min: 2, max: 7 }), (all, workers) => {
        const inOrder = createPacer(staged(all), 1, unbounded);
        const jumping = createPacer(staged(all), 1, unbounded);
        for (const hit of someHits(all)) {
          const due = inOrder.dueNs(hit);
          jumping.dueNs((hit * workers) % 1009);
          assert.equal(jumping.dueNs(hit), due);
        }
      }),
    );
  });
});

describe('the total of a staged schedule', () => {
  it('is every hit that is due before the end, and no other', () => {
    fc.assert(
      fc.property(stages, fc.double({ min: 0.1, max: 1.5, noNaN: true }), (all, share) => {
        const durationMs = Math.max(1, Math.round(stagesMs(all) * share));
        const pacer = createPacer(staged(all), 1, { durationMs, requests: null });
        const total = pacer.total ?? Number.NaN;
        assert.ok((pacer.dueNs(total) ?? 0) >= durationMs * 1e6, `hit ${total} is due within`);
        assert.ok(total === 0 || (pacer.dueNs(total - 1) ?? 0) < durationMs * 1e6, `hit ${total - 1} is not`);
      }),
    );
  });

  const table: [stages: RateStage[], total: number][] = [
    [[{ shape: 'const', level: 1000, durationMs: 30_000 }], 30_000],
    [[{ shape: 'ramp', from: 1000, to: 20_000, durationMs: 120_000 }], 1_260_000],
    [[{ shape: 'ramp', from: 20_000, to: 0, durationMs: 60_000 }], 600_000],
    [[{ shape: 'step', from: 1000, to: 5000, by: 1000, everyMs: 10_000 }], 150_000],
    [[{ shape: 'step', from: 5000, to: 1000, by: 3000, everyMs: 1000 }], 5000 + 2000 + 1000],
    [[{ shape: 'spike', base: 2000, peak: 20_000, atMs: 2000, widthMs: 1000, durationMs: 5000 }], 28_000],
    [[{ shape: 'sine', mean: 5000, amplitude: 4000, periodMs: 60_000, durationMs: 180_000 }], 900_000],
    [
      [
        { shape: 'ramp', from: 0, to: 100, durationMs: 1000 },
        { shape: 'const', level: 0, durationMs: 5000 },
        { shape: 'const', level: 100 / 60, durationMs: 60_000 },
      ],
      150,
    ],
  ];
  for (const [all, total] of table) {
    it(`is ${total} of ${all.map(({ shape }) => shape).join(', ')}`, () => {
      assert.equal(createPacer(staged(all), 1, { durationMs: stagesMs(all), requests: null }).total, total);
    });
  }

  it('goes on at the last rate, or ends where that is 0', () => {
    const up: RateStage = { shape: 'ramp', from: 0, to: 100, durationMs: 1000 };
    const down: RateStage = { shape: 'ramp', from: 100, to: 0, durationMs: 1000 };
    const bounds = { durationMs: 3000, requests: null };
    assert.equal(createPacer(staged([up]), 1, bounds).total, 250);
    assert.equal(createPacer(staged([down]), 1, bounds).total, 50);
    assert.equal(createPacer(staged([down]), 1, unbounded).total, 50);
    assert.equal(createPacer(staged([down]), 1, { durationMs: null, requests: 20 }).total, 20);
    assert.equal(createPacer(staged([up]), 1, { ...bounds, requests: 70 }).total, 70);
  });
});

describe('a pause', () => {
  it('holds the hit that would be due in it until it is over', () => {
    const pacer = createPacer(
      staged([
        { shape: 'const', level: 0, durationMs: 1000 },
        { shape: 'const', level: 10, durationMs: 1000 },
        { shape: 'const', level: 0, durationMs: 5000 },
        { shape: 'const', level: 10, durationMs: 1000 },
      ]),
      1,
      unbounded,
    );
    assert.deepEqual(
      [0, 9, 10, 11].map((hit) => pacer.dueNs(hit)),
      [1e9, 1.9e9, 7e9, 7.1e9],
    );
  });
});

describe('a sine', () => {
  const swing: RateStage = { shape: 'sine', mean: 100, amplitude: 100, periodMs: 10_000, durationMs: 40_000 };

  it('is densest at its crest and pauses in its trough', () => {
    const pacer = createPacer(staged([swing]), 1, unbounded);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let hit = 0; hit < 1000; hit++) {
      const second = Math.floor((pacer.dueNs(hit) ?? 0) / 1e9);
      counts[second] = (counts[second] ?? 0) + 1;
    }
    // The integral of 100 + 100 sin(2πt/10) over each second, in a hit's reach.
    const area = (t: number) => 100 * t - (1000 / (2 * Math.PI)) * Math.cos((2 * Math.PI * t) / 10);
    counts.forEach((count, t) => {
      assert.ok(Math.abs(count - (area(t + 1) - area(t))) <= 1, `${count} in second ${t}`);
    });
  });

  it('repeats itself each period', () => {
    const pacer = createPacer(staged([swing]), 1, unbounded);
    for (let hit = 0; hit < 1000; hit += 37) {
      const later = (pacer.dueNs(hit + 3000) ?? 0) - 30e9;
      assert.ok(Math.abs(later - (pacer.dueNs(hit) ?? 0)) < 1e-2, `hit ${hit}`);
    }
  });
});

describe('Poisson arrivals at a changing rate', () => {
  const all: RateStage[] = [
    { shape: 'ramp', from: 0, to: 2000, durationMs: 10_000 },
    { shape: 'spike', base: 500, peak: 5000, atMs: 2000, widthMs: 1000, durationMs: 5000 },
    { shape: 'sine', mean: 1000, amplitude: 800, periodMs: 2000, durationMs: 10_000 },
  ];

  it('come as often as the rate says, and as irregularly as Poisson', () => {
    const curve = new RateCurve(all);
    const pacer = createPacer(staged(all, 'poisson'), 11, unbounded);
    const counts = Array.from({ length: 50 }, () => 0);
    let previous = 0;
    for (let hit = 0; ; hit++) {
      const dueNs = pacer.dueNs(hit) ?? Number.NaN;
      assert.ok(dueNs >= previous - 1e-3, `hit ${hit} at ${dueNs}, after ${previous}`);
      previous = dueNs;
      const half = Math.floor(dueNs / 0.5e9);
      if (half >= counts.length) break;
      counts[half] = (counts[half] ?? 0) + 1;
    }
    // Counts of half seconds are Poisson of mean and variance the area: their squared deviations sum to chi-square.
    let chiSquare = 0;
    counts.forEach((count, i) => {
      const expected = curve.arrivalsBy((i + 1) * 0.5e9) - curve.arrivalsBy(i * 0.5e9);
      chiSquare += (count - expected) ** 2 / expected;
    });
    // Of 50 degrees of freedom: mean 50, deviation 10.
    assert.ok(chiSquare > 15 && chiSquare < 100, `chi-square ${chiSquare}`);
  });

  it('are one schedule however many workers walk it', () => {
    const alone = createPacer(staged(all, 'poisson'), 7, unbounded);
    const expected = Array.from({ length: 300 }, (_, hit) => alone.dueNs(hit));
    for (const workers of [2, 5]) {
      for (let worker = 0; worker < workers; worker++) {
        const pacer = createPacer(staged(all, 'poisson'), 7, unbounded);
        for (let hit = worker; hit < 300; hit += workers) assert.equal(pacer.dueNs(hit), expected[hit]);
      }
    }
  });

  it('are counted to the end of the stages', () => {
    const durationMs = stagesMs(all);
    const pacer = createPacer(staged(all, 'poisson'), 3, { durationMs, requests: null });
    const total = pacer.total ?? 0;
    assert.ok((pacer.dueNs(total - 1) ?? 0) < durationMs * 1e6);
    assert.ok((pacer.dueNs(total) ?? 0) >= durationMs * 1e6);
  });
});

describe('the warm-up of a staged load', () => {
  it('holds the rate that the stages begin with', () => {
    const warmup = (first: RateStage) =>
      createPacer(warmupSchedule(staged([first])), 1, { durationMs: 2000, requests: null }).total;
    assert.equal(warmup({ shape: 'ramp', from: 100, to: 5000, durationMs: 1000 }), 200);
    assert.equal(warmup({ shape: 'sine', mean: 70, amplitude: 50, periodMs: 1000, durationMs: 1000 }), 140);
    assert.equal(warmup({ shape: 'ramp', from: 0, to: 5000, durationMs: 1000 }), 0);
  });

  it('is the load itself where nothing changes', () => {
    assert.deepEqual(warmupSchedule({ rate: null, arrivals: 'constant' }), {
      rate: null,
      arrivals: 'constant',
    });
  });
});
