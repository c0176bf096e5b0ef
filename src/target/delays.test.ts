import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import fc from 'fast-check';
import { Delays } from './delays.js';

/** The clock of these tests; the mocked timers follow it. */
let nowNs = 0;
const clock = () => nowNs;

/** What `setImmediate` was given; the mock of node:test runs what an immediate asks for in the same turn, for ever. */
const immediates = new Set<{ run: () => void }>();

/** One turn of the event loop. */
function turn(): void {
  const due = [...immediates];
  immediates.clear();
  for (const { run } of due) run();
}

/** Lets time pass in steps of the width of a timer's tick. */
function passMs(ms: number): void {
  for (let i = 0; i < ms; i++) {
    nowNs += 1e6;
    mock.timers.tick(1);
    turn();
  }
}

beforeEach(() => {
  nowNs = 0;
  immediates.clear();
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(globalThis, 'setImmediate', (run: () => void) => {
    const immediate = { run };
    immediates.add(immediate);
    return immediate;
  });
  mock.method(globalThis, 'clearImmediate', (immediate: { run: () => void }) => immediates.delete(immediate));
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test('runs at once when there is nothing to wait for', () => {
  let runs = 0;
  const delays = new Delays(false, clock);
  delays.after(0, () => runs++);
  delays.after(-5, () => runs++);
  assert.equal(runs, 2);
});

test('never early, even when a timer is', () => {
  const ran: number[] = [];
  const delays = new Delays(false, clock);
  delays.after(2.5e6, () => ran.push(nowNs));
  nowNs = 0.4e6;
  mock.timers.tick(3); // The timer believes that 3 ms are over; the clock knows better.
  assert.deepEqual(ran, []);
  nowNs = 2.5e6;
  mock.timers.tick(3);
  assert.deepEqual(ran, [2.5e6]);
});

test('a delay below a millisecond spins and needs no tick', () => {
  let runs = 0;
  const delays = new Delays(false, clock);
  delays.after(300e3, () => runs++);
  turn();
  assert.equal(runs, 0);
  nowNs = 300e3;
  turn();
  assert.equal(runs, 1);
});

test('with spin, the last stretch of a long delay spins too', () => {
  let runs = 0;
  const delays = new Delays(true, clock);
  delays.after(10.3e6, () => runs++);
  passMs(10);
  assert.equal(runs, 0);
  nowNs = 10.3e6;
  turn();
  assert.equal(runs, 1);
});

test('a shorter delay that comes later is met first', () => {
  const ran: string[] = [];
  const delays = new Delays(false, clock);
  delays.after(50e6, () => ran.push('long'));
  delays.after(5e6, () => ran.push('short'));
  passMs(6);
  assert.deepEqual(ran, ['short']);
  passMs(50);
  assert.deepEqual(ran, ['short', 'long']);
});

test('in the order of their due times, and of asking where those are equal; all of them, once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 50 }), (delaysMs) => {
      const ran: { ms: number; index: number }[] = [];
      const delays = new Delays(false, clock);
      for (const [index, ms] of delaysMs.entries()) delays.after(ms * 1e6, () => ran.push({ ms, index }));
      passMs(25);
      const expected = delaysMs
        .map((ms, index) => ({ ms, index }))
        .sort((a, b) => a.ms - b.ms || a.index - b.index);
      assert.deepEqual(ran, expected);
      assert.equal(delays.waiting, 0);
    }),
  );
});

test('what waits when it is closed never runs', () => {
  let runs = 0;
  const delays = new Delays(false, clock);
  delays.after(5e6, () => runs++);
  delays.after(0.5e6, () => runs++);
  delays.close();
  passMs(10);
  assert.equal(runs, 0);
});
