import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { interval } from './decide.js';
import type { Evidence } from './evidence.js';
import { posteriorOf } from './posterior.js';

const signs = { p: 'pass', f: 'fail', g: 'generator' } as const;
const step = (text: string): Evidence => {
  const [rate = '', runs = ''] = text.split(' ');
  return {
    rate: Number(rate),
    runs: [...runs].map((sign) => ({ verdict: signs[sign as keyof typeof signs] })),
  };
};
const sharp = ['800 pp', '1000 ppppp', '1020 fffff', '1400 ff'].map(step);
/** Five of five passed at 1,000, among runs that say that it is less. */
const lucky = ['800 pp', '850 ppfpf', '900 fpffp', '950 fff', '1000 ppppp', '1020 fffff', '1400 ff'].map(
  step,
);

describe('where the capacity is, by all runs', () => {
  it('is between the ends of a bracket that nothing contradicts', () => {
    const all = posteriorOf(sharp, 0.02);
    assert.ok(all.below(1000) < 0.04, String(all.below(1000)));
    assert.ok(1 - all.below(1020) < 0.04, String(all.below(1020)));
  });

  it('is not above a rate that passed by luck', () => {
    const all = posteriorOf(lucky, 0.02);
    assert.ok(all.below(1000) > 0.3, String(all.below(1000)));
    assert.ok(all.below(800) < all.below(900) && all.below(900) < all.below(1000));
  });

  it('knows nothing of a generator that was late, and nothing of no runs', () => {
    const mute = posteriorOf([...sharp, step('1010 gggg')], 0.02);
    assert.ok(Math.abs(mute.below(1010) - posteriorOf(sharp, 0.02).below(1010)) < 1e-9);
    assert.equal(posteriorOf([], 0.02).below(1000), 0.5);
    assert.equal(posteriorOf([step('5 g')], 0.02).below(1000), 0.5);
  });

  it('rises from nothing to all, at any precision', () => {
    for (const precision of [0.001, 0.02, 0.5]) {
      const all = posteriorOf(sharp, precision);
      const rates = [1, 700, 990, 1000, 1010, 1020, 1100, 1e6].map((rate) => all.below(rate));
      assert.deepEqual(
        rates,
        rates.toSorted((a, b) => a - b),
      );
      assert.ok((rates[0] ?? 1) < 1e-9 && Math.abs((rates.at(-1) ?? 0) - 1) < 1e-9);
    }
  });

  it('leaves no end to an interval that only luck made', () => {
    const options = { repeat: 3, confirm: 5, precision: 0.02 };
    const of = (steps: readonly Evidence[]) => {
      const at = (rate: number) => steps.find((each) => each.rate === rate) ?? null;
      const { low, high } = interval(steps, { low: at(1000), high: at(1020) }, options);
      return [low?.rate ?? null, high?.rate ?? null];
    };
    assert.deepEqual(of(sharp), [1000, 1020]);
    assert.notEqual(of(lucky)[0], 1000);
  });
});
