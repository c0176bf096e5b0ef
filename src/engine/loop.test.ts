import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Driver, nowNs, type Operation, OutcomeKind, type Values } from '../core/index.js';
import { createPacer } from '../pace/index.js';
import { Recorder, Tally } from '../record/index.js';
import { LoadLoop, type Stretch } from './loop.js';
import { MixedOperation, OperationMix } from './mix.js';

const operation: Operation = { name: 'op', method: ['GET'], target: [0], headers: [], body: null };

/** A driver whose responses come when the test says so, or by themselves on the next turn. */
class FakeDriver implements Driver {
  readonly counters = { connects: 0, reconnects: 0, connectFailures: 0 };
  readonly slots: number;
  readonly sent: { readonly value: string; readonly ticket: number }[] = [];
  readonly pending: number[] = [];
  readonly #loop: LoadLoop;
  readonly #answersItself: boolean;

  constructor(loop: LoadLoop, slots: number, answersItself: boolean) {
    this.#loop = loop;
    this.slots = slots;
    this.#answersItself = answersItself;
    loop.attach(this);
  }

  get free(): number {
    return this.slots - this.pending.length;
  }

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  prepare(): { operation: Operation } {
    return { operation };
  }

  send(_: unknown, values: Values, ticket: number): number {
    assert.ok(this.free > 0, 'a send without a free slot');
    this.sent.push({ value: values[0] ?? '', ticket });
    this.pending.push(ticket);
    if (this.#answersItself) setImmediate(() => this.answer());
    return 10;
  }

  answer(kind: OutcomeKind = OutcomeKind.ok): void {
    const ticket = this.pending.shift();
    if (ticket !== undefined) this.#loop.outcome(ticket, kind, 200, 100, nowNs());
  }
}

function setUp(slots: number, answersItself = true) {
  const loop = new LoadLoop(10e9);
  const driver = new FakeDriver(loop, slots, answersItself);
  const mix = new OperationMix([new MixedOperation({ operation, sources: [String] }, driver)], [1], 1);
  const tally = new Tally();
  const recorder = new Recorder({
    worker: 0,
    operations: 1,
    openLoop: true,
    startNs: 0,
    endNs: Number.POSITIVE_INFINITY,
    inFlight: () => loop.inFlight,
    onSnapshot: ({ operations: [snapshot] }) => snapshot && tally.add(snapshot),
  });
  const startNs = nowNs();
  const stretch: Stretch = {
    mix,
    pacer: createPacer({ rate: null, arrivals: 'constant' }, 1, { durationMs: null, requests: null }),
    first: 0,
    stride: 1,
    endHit: Number.POSITIVE_INFINITY,
    hitOffset: 0,
    startNs,
    endNs: Number.POSITIVE_INFINITY,
    recorder,
    traces: null,
  };
  return { loop, driver, stretch, tally, recorder };
}

const paced = (rate: number) =>
  createPacer({ rate, arrivals: 'constant' }, 1, { durationMs: null, requests: null });

describe('closed loop', () => {
  it("sends exactly the worker's hits, each once", async () => {
    const { loop, driver, stretch } = setUp(3);
    const { issued } = await loop.run({ ...stretch, first: 2, stride: 4, endHit: 40 });
    assert.equal(await loop.idle(1000), true);
    assert.equal(issued, 10);
    assert.deepEqual(
      driver.sent.map(({ value }) => Number(value)).sort((a, b) => a - b),
      [2, 6, 10, 14, 18, 22, 26, 30, 34, 38],
    );
  });

  it('fills every slot at once and answers each outcome with the next send', async () => {
    const { loop, driver, stretch } = setUp(4, false);
    const ran = loop.run({ ...stretch, endHit: 6 });
    assert.equal(driver.sent.length, 4);
    driver.answer();
    assert.equal(driver.sent.length, 5);
    driver.answer();
    await ran;
    assert.equal(driver.sent.length, 6);
    while (driver.pending.length > 0) driver.answer();
    assert.equal(loop.inFlight, 0);
  });

  it('ends when stopped, with what is in flight still counted', async () => {
    const { loop, driver, stretch, tally, recorder } = setUp(2, false);
    const ran = loop.run(stretch);
    loop.stop();
    const { issued } = await ran;
    assert.equal(issued, 2);
    const idle = loop.idle(10_000);
    driver.answer(OutcomeKind.timeout);
    driver.answer();
    assert.equal(await idle, true);
    recorder.finish(nowNs());
    assert.deepEqual([tally.sent, tally.ok, tally.errors], [2, 1, 1]);
  });

  it('sends nothing from the end of its time on', async () => {
    const { loop, driver, stretch } = setUp(2);
    await loop.run({ ...stretch, endNs: nowNs() - 1 });
    assert.equal(driver.sent.length, 0);
  });
});

describe('open loop', () => {
  it('sends every hit of the schedule', async () => {
    const { loop, driver, stretch, tally, recorder } = setUp(50);
    await loop.run({ ...stretch, pacer: paced(5000), endHit: 200 });
    await loop.idle(1000);
    recorder.finish(nowNs());
    assert.equal(driver.sent.length, 200);
    assert.equal(tally.lateness.total, 200);
    assert.equal(tally.response.total, 200);
  });

  it('counts the wait for a slot in the response time, not in the service time or the lateness', async () => {
    const { loop, driver, stretch, tally, recorder } = setUp(1, false);
    // All five are due a second ago; only one slot: the others wait for the outcome before theirs.
    const startNs = nowNs() - 1e9;
    const ran = loop.run({ ...stretch, startNs, pacer: paced(1e6), endHit: 5 });
    assert.equal(driver.sent.length, 1);
    for (let i = 0; i < 5; i++) driver.answer();
    await ran;
    recorder.finish(nowNs());
    assert.equal(tally.response.total, 5);
    assert.ok(tally.response.minNs >= 0.9e9, `response ${tally.response.minNs}`);
    assert.ok(tally.service.maxNs < 0.9e9, `service ${tally.service.maxNs}`);
    // The first was late through the generator; the others only through the slot.
    const [median] = tally.lateness.quantilesNs([0.5]);
    assert.ok((median ?? 0) < 0.9e9, `lateness ${median}`);
    assert.ok(tally.lateness.maxNs >= 0.9e9);
  });

  it('gives up what has waited longer than the time-out, and says how many', async () => {
    const { driver, stretch } = setUp(1, false);
    const loop = new LoadLoop(1e9);
    const slow = new FakeDriver(loop, 1, false);
    const tally = new Tally();
    const recorder = new Recorder({
      worker: 0,
      operations: 1,
      openLoop: true,
      startNs: 0,
      endNs: Number.POSITIVE_INFINITY,
      inFlight: () => 0,
      onSnapshot: ({ operations: [snapshot] }) => snapshot && tally.add(snapshot),
    });
    assert.equal(driver.sent.length, 0);
    // Ten a second, the first of them due ten seconds ago: the first is sent, those within the last second wait.
    const startNs = nowNs() - 10e9;
    const ran = loop.run({ ...stretch, recorder, startNs, pacer: paced(10), endHit: 100 });
    slow.answer();
    while (slow.pending.length > 0) slow.answer();
    await ran;
    recorder.finish(nowNs());
    assert.equal(tally.sent + tally.dropped, 100);
    assert.ok(tally.dropped >= 85 && tally.dropped < 100, `${tally.dropped} dropped`);
    assert.equal(tally.ok, tally.sent);
  });

  it('leaves unsent what waits when the time is over', async () => {
    const { loop, driver, stretch } = setUp(1, false);
    const startNs = nowNs() - 1e9;
    const { issued } = await loop.run({ ...stretch, startNs, endNs: startNs + 0.5e9, pacer: paced(100) });
    assert.equal(issued, 1);
    assert.equal(driver.sent.length, 1);
    driver.answer();
  });
});

describe('outcomes of an earlier stretch', () => {
  it('are not taken for those of the one that runs', async () => {
    const { loop, driver, stretch, tally, recorder } = setUp(2, false);
    const warmup = loop.run({ ...stretch, recorder: null });
    loop.stop();
    await warmup;
    const measured = loop.run({ ...stretch, endHit: 0 });
    await measured;
    driver.answer();
    driver.answer();
    recorder.finish(nowNs());
    assert.equal(tally.ok, 0);
    assert.equal(tally.completedInWindow, 2);
  });

  it('bring their messages to the window that is under way, but not their bytes', async () => {
    const { loop, driver, stretch, tally, recorder } = setUp(2, false);
    const warmup = loop.run({ ...stretch, recorder: null });
    loop.stop();
    await warmup;
    await loop.run({ ...stretch, endHit: 0 });
    const [early] = driver.sent;
    loop.messagesSent(early?.ticket ?? -1, 3, 30, nowNs());
    loop.messagesReceived(early?.ticket ?? -1, 2, 500, nowNs());
    recorder.finish(nowNs());
    assert.deepEqual([tally.messagesSent, tally.messagesReceived, tally.bytesOut], [3, 2, 0]);
  });
});
