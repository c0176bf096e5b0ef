import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Faults } from './faults.js';

describe('faults', () => {
  it('are counted by kind, with what was said of the first', () => {
    const faults = new Faults();
    faults.add('RST_STREAM REFUSED_STREAM');
    faults.add('status NOT_FOUND', () => 'no such key');
    faults.add('status NOT_FOUND', () => assert.fail('nobody asks again'));
    assert.deepEqual(faults.list, [
      { what: 'RST_STREAM REFUSED_STREAM', count: 1 },
      { what: 'status NOT_FOUND: no such key', count: 2 },
    ]);
  });

  it('are bounded in number and length, and none goes uncounted', () => {
    const faults = new Faults();
    for (let i = 0; i < 1000; i++) faults.add(`RST_STREAM 0x${i % 100}`, () => 'x'.repeat(10_000));
    assert.equal(faults.list.length, 9);
    assert.deepEqual(faults.list.at(-1), { what: 'others', count: 920 });
    assert.ok(faults.list.every(({ what }) => what.length <= 250));
  });
});
