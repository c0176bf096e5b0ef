import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stepGates } from './gates.js';

describe('gates of a step', () => {
  const errors = 'errors < 0.1%';
  const carried = 'qps >= 99% of rate';
  const cases: readonly (readonly [given: string[], rate: boolean, gates: string[], left: string[]])[] = [
    [[], true, [errors, carried], []],
    [[], false, [errors], []],
    [['p99 < 50ms'], true, ['p99 < 50ms', errors, carried], []],
    [['errors < 1%', 'qps >= 95% of rate'], true, ['errors < 1%', 'qps >= 95% of rate'], []],
    // Of one operation they leave the others unwatched.
    [['read.errors < 1%'], true, ['read.errors < 1%', errors, carried], []],
    // A lower rate cannot meet these, however well the service does.
    [['qps >= 10k/s', 'ok > 5k'], true, [errors, carried], ['qps >= 10k/s', 'ok > 5k']],
    [['status(5xx) == 0', 'qps <= 10k/s'], true, ['status(5xx) == 0', 'qps <= 10k/s', errors], []],
    [['qps >= 95% of rate'], false, [errors], ['qps >= 95% of rate']],
  ];
  for (const [given, rate, gates, left] of cases) {
    it(`${given.join(', ') || 'none'}, ${rate ? 'open loop' : 'closed loop'}`, () => {
      const seen = stepGates(given, ['read'], rate);
      assert.deepEqual(seen.gates, gates);
      assert.deepEqual(seen.warnings.length, left.length > 0 ? 1 : 0);
      for (const gate of left) assert.ok(seen.warnings[0]?.includes(gate));
    });
  }
});
