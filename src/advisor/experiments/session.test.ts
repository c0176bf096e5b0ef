import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { integerBelow, streamOf, ZipfireError } from '../../core/index.js';
import { arm, qps, trial } from './experiments.test.kit.js';
import { orderOfRound } from './order.js';
import { type Arm, ArmFailure, type Trial } from './runner.js';
import { runSession, type SessionEvent } from './session.js';

/** A service whose arms have a rate each, in the order in which they are asked. */
function simulated(
  rates: Readonly<Record<string, number>>,
  change: (name: string, run: number) => Partial<Trial> = () => ({}),
) {
  const order: string[] = [];
  const events: SessionEvent[] = [];
  return {
    order,
    events,
    measure: async ({ name }: Arm) => {
      order.push(name);
      const noise = integerBelow(10, 1, streamOf(name), order.length, 0);
      return trial((rates[name] ?? 0) + noise, change(name, order.length));
    },
    stopped: () => false,
    tell: (event: SessionEvent) => void events.push(event),
  };
}
const arms = (...names: string[]) => names.map((name) => arm(name));

describe('orderOfRound', () => {
  it('is every arm once, and each second round the one before it backwards', () => {
    for (let seed = 1; seed < 20; seed++) {
      const forth = orderOfRound(5, seed, 3);
      assert.deepEqual(forth.toSorted(), [0, 1, 2, 3, 4]);
      assert.deepEqual(orderOfRound(5, seed, 4), forth.toReversed());
    }
  });

  it('begins with either arm, by the seed', () => {
    const first = new Set(Array.from({ length: 20 }, (_, seed) => orderOfRound(2, seed, 1)[0]));
    assert.equal(first.size, 2);
  });
});

describe('runSession', () => {
  it('runs each arm as often, in turns: ABBA', async () => {
    const bench = simulated({ a: 100, b: 100 });
    const { arms: done } = await runSession(arms('a', 'b'), { repeats: 4, seed: 1, race: null }, bench);
    assert.deepEqual(
      done.map(({ trials }) => trials.length),
      [4, 4],
    );
    for (let i = 0; i < 8; i += 4) assert.match(bench.order.slice(i, i + 4).join(''), /^(abba|baab)$/);
  });

  it('runs once more what does not hold, in its place, and says so', async () => {
    const bench = simulated({ a: 100, b: 100 }, (_, run) => (run === 2 ? { invalid: ['S01: busy'] } : {}));
    const { arms: done, again } = await runSession(
      arms('a', 'b'),
      { repeats: 2, seed: 1, race: null },
      bench,
    );
    assert.equal(again, 1);
    assert.equal(bench.order[1], bench.order[2]);
    assert.ok(
      done.every(({ trials }) => trials.length === 2 && trials.every(({ invalid }) => invalid.length === 0)),
    );
    assert.ok(bench.events.some(({ word }) => word === 'does not hold, once more: S01: busy'));
  });

  it('keeps what does not hold the second time either', async () => {
    const bench = simulated({ a: 100 }, () => ({ invalid: ['S01: busy'] }));
    const { arms: done } = await runSession(arms('a'), { repeats: 1, seed: 1, race: null }, bench);
    assert.deepEqual(
      done[0]?.trials.map(({ invalid }) => invalid),
      [['S01: busy']],
    );
  });

  it('ends by hand, and keeps the runs that are whole', async () => {
    const bench = simulated({ a: 100, b: 100 });
    const { interrupted, arms: done } = await runSession(
      arms('a', 'b'),
      { repeats: 4, seed: 1, race: null },
      {
        ...bench,
        stopped: () => bench.order.length >= 4,
      },
    );
    assert.ok(interrupted);
    assert.equal(
      done.reduce((sum, { trials }) => sum + trials.length, 0),
      3,
    );
  });

  it('throws what goes wrong, unless it was ended by hand', async () => {
    const failing = { measure: () => Promise.reject(new Error('down')), tell: () => {} };
    const options = { repeats: 1, seed: 1, race: null };
    await assert.rejects(runSession(arms('a'), options, { ...failing, stopped: () => false }), /down/);
    let asked = 0;
    const { interrupted } = await runSession(arms('a'), options, { ...failing, stopped: () => asked++ > 0 });
    assert.ok(interrupted);
  });
});

describe('a service that does not run under a setting', () => {
  const down = (name: string) =>
    new ArmFailure(
      new ZipfireError('unreachable', `the service with ${name} ended; it said\n  panic`, 'look at 2.log'),
    );
  const failing = (name: string, fromRun: number) => {
    const bench = simulated({ a: 100, b: 200, c: 300 });
    return {
      ...bench,
      measure: async (each: Arm) => {
        const trial = await bench.measure(each);
        if (each.name === name && bench.order.filter((other) => other === name).length >= fromRun)
          throw down(name);
        return trial;
      },
    };
  };
  const options = { repeats: 3, seed: 1, race: null };

  it('is given up, and the others go on', async () => {
    const bench = failing('b', 1);
    const { arms: done, failed } = await runSession(arms('a', 'b', 'c'), options, bench);
    assert.deepEqual(
      done.map(({ trials, left }) => [trials.length, left]),
      [
        [3, null],
        [0, 'was given up: the service with b ended; look at 2.log'],
        [3, null],
      ],
    );
    assert.deepEqual(failed, ['b was given up: the service with b ended; look at 2.log']);
    assert.ok(bench.events.some(({ word }) => word === 'given up: the service with b ended; look at 2.log'));
  });

  it('is thrown when it is the first setting, in its first run', async () => {
    await assert.rejects(runSession(arms('a', 'b'), options, failing('a', 1)), {
      code: 'unreachable',
      message: /panic/,
    });
  });

  it('is the end when it is the first setting, later', async () => {
    const { arms: done, interrupted } = await runSession(arms('a', 'b'), options, failing('a', 2));
    assert.equal(interrupted, false);
    assert.equal(done[0]?.trials.length, 1);
    assert.match(done[0]?.left ?? '', /^was given up/);
  });
});

describe('a race', () => {
  const race = (rates: Record<string, number>, change?: (name: string) => Partial<Trial>) => {
    const bench = simulated(rates, change);
    return runSession(arms(...Object.keys(rates)), { repeats: 8, seed: 3, race: qps }, bench).then(
      (session) => ({
        ...session,
        runs: bench.order.length,
      }),
    );
  };

  it('gives few runs to what cannot win, and all of them to the best and the first', async () => {
    const rates = { first: 100, b: 200, c: 300, d: 400, best: 1000, e: 500, f: 600, g: 700 };
    const { arms: done, runs } = await race(rates);
    const of = (name: string) => done.find((each) => each.arm.name === name);
    assert.deepEqual([of('best')?.trials.length, of('first')?.trials.length], [8, 8]);
    assert.equal(of('b')?.trials.length, 2);
    assert.match(of('b')?.left ?? '', /^behind the best by 7\d(\.\d+)? % in all of 2 runs$/);
    assert.ok(runs <= 40, `${runs} of 64 runs`);
  });

  it('keeps ties to the end', async () => {
    const { arms: done } = await race({ first: 480, b: 500, c: 500, d: 501 });
    assert.deepEqual(
      done.map(({ left }) => left),
      [null, null, null, null],
    );
  });

  it('gives up what never meets the constraints, but not the first arm', async () => {
    const { arms: done } = await race({ first: 900, b: 800, c: 500 }, (name) => ({ met: name === 'c' }));
    assert.deepEqual(
      done.map(({ left }) => left),
      [null, 'met the constraints in none of 2 runs', null],
    );
  });
});
