import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { KeySpec } from '../../core/index.js';
import { createKeyGenerator } from '../generator.js';
import { resolveKeySpec } from '../spec.js';
import { type Drift, driftOf } from './drift.js';
import { KeyCounter } from './key-counter.js';

function driftIn(spec: KeySpec, draws: number): Drift | null {
  const counter = new KeyCounter();
  const generator = createKeyGenerator(spec, 5);
  for (let hit = 0; hit < draws; hit++) {
    const bytes = Buffer.from(String(generator.at(hit)));
    counter.add(bytes, 0, bytes.length);
  }
  return driftOf(counter.hot.top(1000));
}

const zipf = { zipf: { alpha: 1 } };

describe('driftOf', () => {
  for (const [name, params] of [
    ['zipf', { n: 10_000, alpha: 1 }],
    ['zipf', { n: 300, alpha: 0.3 }],
    ['uniform', { n: 500 }],
    ['hotspot', { n: 10_000, hot: 50, share: 0.5 }],
  ] as const) {
    it(`is chance alone where popularity stays: ${name} ${JSON.stringify(params)}`, () => {
      const found = driftIn(resolveKeySpec(name, params), 60_000);
      assert.ok(found !== null && found.drift < 0.03 && found.toNext < 0.03, JSON.stringify(found));
    });
  }

  it('is near 1 where every window has other hot keys', () => {
    const found = driftIn(resolveKeySpec('shift', { n: 10_000, every: 2000, by: 500, of: zipf }), 60_000);
    assert.ok(found !== null && found.drift > 0.8, JSON.stringify(found));
  });

  it('tells a slow move from a fast one', () => {
    const slow = driftIn(resolveKeySpec('shift', { n: 10_000, every: 10_000, by: 2, of: zipf }), 60_000);
    assert.ok(slow !== null && slow.drift > 0.2 && slow.toNext < slow.drift / 2, JSON.stringify(slow));
  });

  it('is not known where no key comes often', () => {
    assert.equal(driftIn(resolveKeySpec('uniform', { n: 1e9 }), 20_000), null);
  });
});
