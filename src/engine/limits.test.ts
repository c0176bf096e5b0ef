import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Driver, type Load, nowNs, type Operation, OutcomeKind } from '../core/index.js';
import { limitsOf } from './limits.js';
import { LoadLoop, type Stretch } from './loop.js';
import { MixedOperation, OperationMix } from './mix.js';

const operation: Operation = { name: 'op', method: ['GET'], target: [0], headers: [], body: null };

/** A driver that answers when the test says so. */
class FakeDriver implements Driver {
  readonly counters = { connects: 0, reconnects: 0, connectFailures: 0 };
  readonly slots = 8;
  readonly limits: number[] = [];
  readonly #pending: number[] = [];

  get free(): number {
    return this.slots - this.#pending.length;
  }

  get inFlight(): number {
    return this.#pending.length;
  }

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  limit(connections: number): void {
    this.limits.push(connections);
  }

  prepare(): { operation: Operation } {
    return { operation };
  }

  send(_: unknown, __: unknown, ticket: number): number {
    this.#pending.push(ticket);
    return 1;
  }

  answer(loop: LoadLoop): void {
    loop.outcome(this.#pending.shift() ?? -1, OutcomeKind.ok, 200, 1, nowNs());
  }
}

const base: Load = {
  connections: 8,
  workers: 1,
  rate: null,
  arrivals: 'constant',
  pipeline: 1,
  streams: 1,
  concurrency: null,
  driver: 'wire',
  http: '1',
  keepAlive: true,
  timeoutMs: 1000,
  connectTimeoutMs: 1000,
  client: { maxRedirects: 0, proxy: null, decompress: false },
};
const alone = { worker: 0, workers: 1 };
const steps = [{ shape: 'step', from: 2, to: 5, by: 3, everyMs: 1000 }] as const;

function setUp(load: Load) {
  const loop = new LoadLoop(1e9);
  const driver = new FakeDriver();
  const limits = limitsOf(load, driver, loop, alone);
  loop.attach(limits?.driver ?? driver);
  const mix = new OperationMix([new MixedOperation({ operation, sources: [String] }, driver)], [1], 1);
  const stretch: Stretch = {
    mix,
    pacer: { dueNs: () => null, total: null },
    first: 0,
    stride: 1,
    endHit: Number.POSITIVE_INFINITY,
    hitOffset: 0,
    startNs: nowNs(),
    endNs: Number.POSITIVE_INFINITY,
    recorder: null,
    traces: null,
  };
  const begin = () => void loop.run(stretch);
  return { loop, driver, limits, begin };
}

/** Far before and far behind the stages. */
const future = () => nowNs() + 1e15;
const past = () => nowNs() - 1e12;

describe('limits over time', () => {
  it('are nothing where nothing changes', () => {
    const { limits, driver, begin, loop } = setUp(base);
    assert.equal(limits, null);
    begin();
    assert.equal(driver.inFlight, 8);
    loop.stop();
  });

  it('of requests in flight hold what is beyond them back, and wake the loop when they rise', () => {
    const { loop, driver, limits, begin } = setUp({ ...base, concurrencyStages: steps });
    limits?.follow(future());
    begin();
    assert.equal(driver.inFlight, 2);
    driver.answer(loop);
    assert.equal(driver.inFlight, 2);
    limits?.follow(past());
    assert.equal(driver.inFlight, 5);
    limits?.follow(future());
    driver.answer(loop);
    driver.answer(loop);
    driver.answer(loop);
    assert.equal(driver.inFlight, 2);
    driver.answer(loop);
    assert.equal(driver.inFlight, 2);
    limits?.stop();
    loop.stop();
  });

  it('of connections are told to the driver when they change', () => {
    const { driver, limits } = setUp({ ...base, connectionStages: steps });
    limits?.follow(future());
    limits?.follow(future());
    limits?.follow(past());
    limits?.stop();
    assert.deepEqual(driver.limits, [2, 5]);
  });
});
