import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createKeyGenerator } from '../generator.js';
import { parseKeyFlag } from '../spec.js';
import { fitKeys, type KeyFit } from './fit.js';
import { KeyCounter } from './key-counter.js';

const REPLICATES = 9;

function fitTo(flag: string, draws: number, seed = 1, counter = new KeyCounter()): KeyFit {
  const generator = createKeyGenerator(parseKeyFlag(flag), seed);
  for (let hit = 0; hit < draws; hit++) {
    const bytes = Buffer.from(String(generator.at(hit)));
    counter.add(bytes, 0, bytes.length);
  }
  return fitKeys(counter, 1, REPLICATES);
}

function assertWithin(actual: number | null, expected: number, error: number, what: string): void {
  assert.ok(actual !== null && Math.abs(actual - expected) <= error, `${what}: ${actual} is not ${expected}`);
}

describe('fitKeys on logs of known parameters', () => {
  for (const [alpha, n, draws] of [
    [0, 1e3, 1e5],
    [0, 1e5, 1e5],
    [0.5, 1e3, 1e5],
    [0.5, 1e5, 1e5],
    [0.99, 1e3, 1e5],
    [0.99, 1e5, 2e5],
    [0.99, 1e6, 3e5],
    [1, 1e4, 1e5],
    [1.2, 1e3, 1e5],
    [1.2, 1e4, 2e5],
  ] as const) {
    it(`zipf alpha=${alpha} n=${n}, ${draws} requests`, () => {
      const found = fitTo(`zipf:n=${n},alpha=${alpha}`, draws);
      assert.equal(found.model, 'zipf');
      assert.notEqual(found.verdict, 'empirical');
      assertWithin(found.alpha, alpha, 0.02, 'alpha');
      assertWithin(found.n, n, 0.05 * n, 'n');
      assert.ok(found.ks < 0.01, `KS ${found.ks}`);
    });
  }

  for (const [n, hot, share, draws] of [
    [1e4, 50, 0.7, 1e5],
    [1e5, 1000, 0.3, 2e5],
    [1e3, 1, 0.9, 5e4],
  ] as const) {
    it(`hotspot n=${n} hot=${hot} share=${share}, ${draws} requests`, () => {
      const found = fitTo(`hotspot:n=${n},hot=${hot},share=${share}`, draws);
      assert.equal(found.model, 'hotspot');
      assertWithin(found.hot, hot, 0.02 * hot, 'hot');
      assertWithin(found.share, share, 0.01, 'share');
      assertWithin(found.n, n, 0.05 * n, 'n');
    });
  }

  it('keeps the counts of what is neither', () => {
    const found = fitTo('exponential:n=1e4', 1e5);
    assert.equal(found.model, 'empirical');
    assert.equal(found.n, found.distinct);
    assert.equal(found.p, null);
    assert.ok(found.ks < 0.005, `the table is off by ${found.ks}`);
    assert.equal(found.table?.kind, 'zoned');
  });

  it('does not bound a number of keys that the log says nothing of', () => {
    const found = fitTo('zipf:n=1e6,alpha=2', 5e4);
    assertWithin(found.alpha, 2, 0.02, 'alpha');
    assert.equal(found.intervals.n?.[1], null);
    assert.ok(found.n >= found.distinct && found.n < 1e5, String(found.n));
  });

  it('has no model for a log in which every key is another', () => {
    const found = fitTo('sequential:n=1e6', 5000);
    assert.deepEqual([found.model, found.tried, found.distinct], ['empirical', [], 5000]);
  });

  it('does for a log of a single key', () => {
    const found = fitTo('uniform:n=1', 1000);
    assert.deepEqual([found.model, found.n, found.distinct], ['zipf', 1, 1]);
  });

  it('fits a sample of the keys where there are too many', () => {
    const found = fitTo('zipf:n=1e5,alpha=0.9', 2e5, 1, new KeyCounter(1, 10_000));
    assert.equal(found.isSample, true);
    assertWithin(found.alpha, 0.9, 0.02, 'alpha');
    assertWithin(found.n, 1e5, 0.1e5, 'n');
    assert.equal(found.p, null);
  });
});

describe('intervals', () => {
  it('hold the truth about as often as they say', () => {
    let held = 0;
    const logs = 12;
    for (let seed = 1; seed <= logs; seed++) {
      const { intervals } = fitTo('zipf:n=2000,alpha=0.8', 10_000, seed);
      const [low, high] = intervals.alpha ?? [1, 0];
      if (low <= 0.8 && 0.8 <= high) held++;
    }
    assert.ok(held >= 9, `${held} of ${logs}`);
  });
});
