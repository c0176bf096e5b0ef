import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MOST_LIVE_ROWS } from '../../report/html/live-data.js';
import { planFor, pointAt, secondOf } from '../live.test.kit.js';
import { LiveTally } from '../tally.js';
import { Feed } from './feed.js';

function feedOf(changes: Parameters<typeof planFor>[0] = {}) {
  const plan = planFor(changes);
  const tally = new LiveTally(plan.operations.length);
  let nowMs = 0;
  const feed = new Feed(plan, tally, () => nowMs);
  return { feed, tally, pass: (ms: number) => (nowMs += ms) };
}

describe('what a dashboard is told', () => {
  it('is each second once, and everything to who comes late', () => {
    const { feed, tally } = feedOf();
    tally.second(secondOf(0, [[1e6, 5]]));
    tally.second(secondOf(1, [[2e6, 5]]));
    const first = feed.next();
    assert.deepEqual([first.from, first.rows.map(({ t }) => t)], [0, [0, 1]]);
    tally.second(secondOf(2, [[3e6, 5]]));
    const late = feed.whole();
    assert.deepEqual([late.from, late.rows.map(({ t }) => t)], [0, [0, 1, 2]]);
    const second = feed.next();
    assert.deepEqual([second.from, second.rows.map(({ t }) => t)], [2, [2]]);
    assert.deepEqual(feed.next().rows, []);
  });

  it('has the repeats one after another, and nothing of a drain', () => {
    const { feed, tally } = feedOf();
    tally.second(secondOf(0, [[1e6, 5]]));
    tally.second({ ...secondOf(1, [[1e6, 5]]), lengthSec: 0, point: null });
    tally.repeatEnds(1);
    tally.second({ ...secondOf(0, [[1e6, 5]]), repeat: 2 });
    assert.deepEqual(
      feed.whole().rows.map(({ t }) => t),
      [0, 1],
    );
    assert.equal(tally.total.response.total, 15);
    assert.equal(tally.measuredSec, 2);
  });

  it('keeps the last hour, and numbers its rows on', () => {
    const { feed, tally } = feedOf();
    for (let t = 0; t < MOST_LIVE_ROWS + 100; t++) tally.second(secondOf(t, []));
    const { from, rows } = feed.whole();
    assert.equal(rows.length, MOST_LIVE_ROWS);
    assert.equal(from, 100);
    assert.equal(rows[0]?.t, 100);
    assert.equal(feed.next().from, 100);
  });

  it('says what is measured so far, by operation too', () => {
    const { feed, tally, pass } = feedOf({ operations: ['read', 'write'] });
    feed.phase('measure', 1);
    pass(1500);
    tally.second(
      secondOf(
        0,
        [
          [1e6, 99],
          [1e9, 1],
        ],
        { point: pointAt(0, { qps: 100 }), more: [[[5e6, 10]]] },
      ),
    );
    const { tiles, operations, elapsedSec, phase, durationSec } = feed.next();
    assert.equal(elapsedSec, 1.5);
    assert.deepEqual([phase, durationSec], ['measure', 10]);
    assert.equal(new Map(tiles).get('QPS'), '100');
    assert.equal(new Map(tiles).get('max'), '1.00 s');
    assert.deepEqual(
      operations.map(([name, sent, , , p50]) => [name, sent, p50]),
      [
        ['read', '100', '1.00 ms'],
        ['write', '10', '5.00 ms'],
      ],
    );
  });
});
