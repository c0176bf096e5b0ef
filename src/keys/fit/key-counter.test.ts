import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createKeyGenerator } from '../generator.js';
import { parseKeyFlag } from '../spec.js';
import { KeyCounter } from './key-counter.js';

function count(keys: Iterable<string>, counter = new KeyCounter()): KeyCounter {
  for (const key of keys) {
    const bytes = Buffer.from(`<${key}>`);
    counter.add(bytes, 1, bytes.length - 1);
  }
  return counter;
}

function* drawn(flag: string, draws: number): Generator<string> {
  const generator = createKeyGenerator(parseKeyFlag(flag), 1);
  for (let hit = 0; hit < draws; hit++) yield `key-${generator.at(hit)}`;
}

function countsOf(keys: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function spectrumOf(counts: ReadonlyMap<string, number>): Map<number, number> {
  const numbers = new Map<number, number>();
  for (const number of counts.values()) numbers.set(number, (numbers.get(number) ?? 0) + 1);
  return numbers;
}

describe('KeyCounter', () => {
  it('counts what a Map counts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 9 }), { maxLength: 300 }), (keys) => {
        const counter = count(keys);
        assert.deepEqual(counter.keysByCount(), spectrumOf(countsOf(keys)));
        assert.equal(counter.requests, keys.length);
      }),
    );
  });

  it('counts 100,000 requests to keys that are nearly the same', () => {
    const keys = [...drawn('zipf:n=50000,alpha=0.8', 100_000)];
    const counter = count(keys);
    const sorted = (map: Map<number, number>) => [...map].sort(([a], [b]) => a - b);
    assert.deepEqual(sorted(counter.keysByCount()), sorted(spectrumOf(countsOf(keys))));
    assert.equal(counter.isSample, false);
  });

  it('knows the text and the counts of the most frequent', () => {
    const keys = [...drawn('zipf:n=50000,alpha=0.8', 100_000)];
    const expected = [...countsOf(keys)].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 50);
    const top = count(keys).hot.top(50);
    assert.deepEqual(
      top.map((key) => [key.text, key.count]),
      expected,
    );
  });

  it('keeps the requests of each window, but for those before a key was noticed', () => {
    for (const key of count(drawn('zipf:n=1e5,alpha=0.9', 60_000)).hot.top(100)) {
      const inWindows = key.windows.reduce((sum, hits) => sum + hits, 0);
      assert.ok(inWindows + key.missed <= key.count);
      assert.ok(key.windows.length >= 16 && key.windows.length <= 32, String(key.windows.length));
    }
  });

  it('cuts the text of a long key, and says so', () => {
    const [key] = count(['x'.repeat(1000), 'x'.repeat(1000)]).hot.top(1);
    assert.deepEqual([key?.text.length, key?.isCut, key?.count], [256, true, 2]);
  });

  describe('with more keys than it may hold', () => {
    const counter = count(drawn('zipf:n=40000,alpha=0.8', 200_000), new KeyCounter(1, 4000));
    const exact = countsOf(drawn('zipf:n=40000,alpha=0.8', 200_000));

    it('says that it samples', () => {
      assert.equal(counter.isSample, true);
      assert.equal(counter.requests, 200_000);
    });

    it('estimates distinct keys and requests', () => {
      const spectrum = counter.keysByCount();
      let distinct = 0;
      let requests = 0;
      for (const [times, keys] of spectrum) {
        distinct += keys;
        requests += times * keys;
      }
      assert.ok(Math.abs(distinct / exact.size - 1) < 0.12, `${distinct} of ${exact.size}`);
      assert.ok(Math.abs(requests / 200_000 - 1) < 0.06, String(requests));
    });

    it('counts the head exactly', () => {
      const head = [...exact.values()].sort((a, b) => b - a).slice(0, 20);
      assert.deepEqual(
        counter.hot.top(20).map((key) => key.count),
        head,
      );
    });
  });
});
