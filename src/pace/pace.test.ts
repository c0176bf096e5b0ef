import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arrivalCounter, createPacer } from './index.js';

const forever = { durationMs: null, requests: null };
const load = (rate: number | null, arrivals: 'constant' | 'poisson' = 'constant') => ({ rate, arrivals });

describe('closed loop', () => {
  it('has no schedule', () => {
    const pacer = createPacer(load(null), 1, { durationMs: null, requests: 7 });
    assert.equal(pacer.dueNs(3), null);
    assert.equal(pacer.total, 7);
  });
});

describe('constant arrivals', () => {
  const table = [
    { rate: 1000, hit: 0, dueNs: 0 },
    { rate: 1000, hit: 1, dueNs: 1e6 },
    { rate: 20_000, hit: 200_000, dueNs: 10e9 },
    { rate: 3, hit: 3_000_000_000, dueNs: 1e18 },
    { rate: 0.5, hit: 2, dueNs: 4e9 },
  ];
  for (const { rate, hit, dueNs } of table) {
    it(`puts hit ${hit} of ${rate}/s at ${dueNs} ns`, () => {
      const actual = createPacer(load(rate), 1, forever).dueNs(hit);
      assert.ok(actual !== null && Math.abs(actual - dueNs) <= dueNs * 1e-15, String(actual));
    });
  }

  it('plans every hit that is due before the end, and no other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 100_000 }),
        (rate, ms) => {
          const pacer = createPacer(load(rate), 1, { durationMs: ms, requests: null });
          const total = pacer.total ?? Number.NaN;
          assert.ok((pacer.dueNs(total) ?? 0) >= ms * 1e6);
          assert.ok(total === 0 || (pacer.dueNs(total - 1) ?? 0) < ms * 1e6);
        },
      ),
    );
  });

  it('plans exactly rate × duration for whole numbers', () => {
    assert.equal(createPacer(load(20_000), 1, { durationMs: 10_000, requests: null }).total, 200_000);
    assert.equal(createPacer(load(1000), 1, { durationMs: 500, requests: null }).total, 500);
    assert.equal(createPacer(load(1000), 1, { durationMs: 500, requests: 20 }).total, 20);
  });
});

describe('Poisson arrivals', () => {
  it('has exponential gaps of mean 1/rate', () => {
    const pacer = createPacer(load(1000, 'poisson'), 42, forever);
    const hits = 200_000;
    let previous = 0;
    let sum = 0;
    let squares = 0;
    let below = 0;
    for (let hit = 0; hit < hits; hit++) {
      const due = pacer.dueNs(hit) ?? Number.NaN;
      const gap = (due - previous) / 1e6;
      previous = due;
      sum += gap;
      squares += gap * gap;
      if (gap < Math.LN2) below++;
    }
    const mean = sum / hits;
    // An exponential's mean and deviation are equal; its median is ln 2 of the mean. 5 sigma bounds.
    assert.ok(Math.abs(mean - 1) < 5 / Math.sqrt(hits), `mean ${mean}`);
    assert.ok(Math.abs(Math.sqrt(squares / hits - mean * mean) - 1) < 0.02);
    assert.ok(Math.abs(below / hits - 0.5) < (5 * 0.5) / Math.sqrt(hits), `median share ${below / hits}`);
  });

  it('is one schedule however many workers walk it', () => {
    const alone = createPacer(load(5000, 'poisson'), 7, forever);
    const expected = Array.from({ length: 300 }, (_, hit) => alone.dueNs(hit));
    for (const workers of [2, 3, 16]) {
      for (let worker = 0; worker < workers; worker++) {
        const pacer = createPacer(load(5000, 'poisson'), 7, forever);
        for (let hit = worker; hit < 300; hit += workers) assert.equal(pacer.dueNs(hit), expected[hit]);
      }
    }
  });

  it('counts the hits of a duration', () => {
    const pacer = createPacer(load(1000, 'poisson'), 3, { durationMs: 10_000, requests: null });
    const total = pacer.total ?? 0;
    assert.ok((pacer.dueNs(total - 1) ?? 0) < 10e9 && (pacer.dueNs(total) ?? 0) >= 10e9);
    assert.ok(Math.abs(total - 10_000) < 500, String(total));
  });

  it('are counted by any instant, in any order', () => {
    const pacer = createPacer(load(50, 'poisson'), 3, forever);
    const dueBy = (sec: number) => {
      let count = 0;
      while ((pacer.dueNs(count) ?? 0) < sec * 1e9) count++;
      return count;
    };
    const counter = arrivalCounter(createPacer(load(50, 'poisson'), 3, forever));
    for (const sec of [10, 3, 0, 9.99, 3.5, 12, 9.99, 0.001])
      assert.equal(counter(sec), dueBy(sec), String(sec));
  });
});
