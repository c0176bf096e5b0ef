import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Keepalive } from './keepalive.js';

/** A link that counts its PINGs. */
function quietLink() {
  const link = {
    bytesIn: 0,
    pings: 0,
    ping: () => {
      link.pings++;
    },
  };
  return link;
}

describe('keepalive', () => {
  const rows: readonly (readonly [title: string, afterMs: number, deadMs: number])[] = [
    ['waits for an answer as long as it waited to ask', 5000, 10_000],
    ['a second at least', 100, 1100],
    ['twenty at most', 60_000, 80_000],
  ];
  for (const [title, afterMs, deadMs] of rows) {
    it(title, () => {
      const keepalive = new Keepalive(afterMs);
      const link = quietLink();
      const isDead = (atMs: number) => keepalive.isDead(link, atMs * 1e6);
      for (const atMs of [0, afterMs - 1]) assert.equal(isDead(atMs), false);
      assert.equal(link.pings, 0);
      for (const atMs of [afterMs, deadMs - 1]) assert.equal(isDead(atMs), false);
      // The look that finds it late lets the next one decide.
      assert.deepEqual([isDead(deadMs), isDead(deadMs + 1), link.pings], [false, true, 1]);
    });
  }

  it('takes anything that comes for an answer', () => {
    const keepalive = new Keepalive(1000);
    const link = quietLink();
    for (let atMs = 0; atMs <= 60_000; atMs += 100) {
      if (atMs % 1500 === 0) link.bytesIn++;
      assert.equal(keepalive.isDead(link, atMs * 1e6), false);
    }
    assert.equal(link.pings, 40);
  });
});
