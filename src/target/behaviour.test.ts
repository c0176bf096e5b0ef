import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { resolveTargetOptions } from './check-options.js';
import { ask, type Question, RawClient, until, withAgent, withTarget } from './client.fixture.js';
import { Counters } from './counters.js';
import { type HttpHit, HttpHits } from './http-hit.js';
import type { TargetOptions } from './options.js';
import { Responder } from './responder.js';
import { makeService, type Service } from './service.js';
import { runStages } from './stages.js';
import type { TargetHandle } from './target.js';

/** A service whose time is ours: each request is told by the millisecond in which it is served. */
class Clockwork {
  nowMs = 0;
  /** What a look at the clock takes: without it a thread that blocks until then would do so for ever. */
  readingMs = 0;
  readonly served: [name: string, ms: number][] = [];
  readonly #service: Service;
  readonly #hits: HttpHits;

  constructor(given: Partial<TargetOptions>) {
    const counters = new Counters();
    this.#service = makeService(resolveTargetOptions(given), counters, () => {
      this.nowMs += this.readingMs;
      return this.nowMs * 1e6;
    });
    this.#hits = new HttpHits(this.#service.inFlight, new Responder(counters, false));
  }

  arrive(name: string): HttpHit {
    const req = new IncomingMessage(new Socket());
    const res = new ServerResponse(req);
    const hit = this.#hits.enter(req, res);
    runStages(this.#service.stages, hit, () => {
      this.served.push([name, this.nowMs]);
      res.emit('close');
    });
    return hit;
  }

  pass(ms: number): void {
    for (let i = 0; i < ms; i++) {
      this.nowMs++;
      mock.timers.tick(1);
    }
  }
}

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('with everything off a request meets no stage', () => {
  const clockwork = new Clockwork({});
  clockwork.arrive('a');
  assert.deepEqual(clockwork.served, [['a', 0]]);
});

test('a latency delays each request by itself', () => {
  const clockwork = new Clockwork({ latency: '10ms' });
  clockwork.arrive('a');
  clockwork.pass(4);
  clockwork.arrive('b');
  clockwork.pass(20);
  assert.deepEqual(clockwork.served, [
    ['a', 10],
    ['b', 14],
  ]);
});

test('a concurrency limit serves in the order of arrival', () => {
  const clockwork = new Clockwork({ latency: '10ms', concurrency: 2 });
  for (const name of ['a', 'b', 'c', 'd', 'e']) clockwork.arrive(name);
  clockwork.pass(40);
  assert.deepEqual(clockwork.served, [
    ['a', 10],
    ['b', 10],
    ['c', 20],
    ['d', 20],
    ['e', 30],
  ]);
});

test('a late timer delays the answer, and not those that wait for the slot', () => {
  const clockwork = new Clockwork({ latency: '10ms', concurrency: 1 });
  for (const name of ['a', 'b', 'c']) clockwork.arrive(name);
  // The timers are 3 ms behind the clock.
  clockwork.nowMs += 3;
  clockwork.pass(40);
  assert.deepEqual(clockwork.served, [
    ['a', 13],
    ['b', 20],
    ['c', 30],
  ]);
});

test('a service that is late by more than a timer is makes up for no more than that', () => {
  const clockwork = new Clockwork({ latency: '10ms', concurrency: 1 });
  for (const name of ['a', 'b', 'c']) clockwork.arrive(name);
  clockwork.nowMs += 30;
  clockwork.pass(40);
  assert.deepEqual(clockwork.served, [
    ['a', 40],
    ['b', 40],
    ['c', 50],
  ]);
});

test('a client that gives up frees its slot then, and not when its answer would have been due', () => {
  const clockwork = new Clockwork({ latency: '10ms', concurrency: 1 });
  const hit = clockwork.arrive('a');
  clockwork.arrive('b');
  clockwork.pass(4);
  hit.res.emit('close');
  clockwork.pass(40);
  assert.deepEqual(clockwork.served, [['b', 14]]);
});

test('a rate limit spaces requests out after its burst', () => {
  const clockwork = new Clockwork({ rate: 100, burst: 2 });
  for (const name of ['a', 'b', 'c', 'd']) clockwork.arrive(name);
  clockwork.pass(100);
  assert.deepEqual(clockwork.served, [
    ['a', 0],
    ['b', 0],
    ['c', 10],
    ['d', 20],
  ]);
});

test('a pause holds what arrives and what is due, and time counts from the first request', () => {
  const clockwork = new Clockwork({ latency: '10ms', stallEveryMs: 100, stallForMs: 50 });
  clockwork.pass(7);
  clockwork.arrive('first');
  clockwork.pass(95);
  clockwork.arrive('due in the pause');
  clockwork.pass(25);
  clockwork.arrive('in the pause');
  clockwork.pass(100);
  assert.deepEqual(clockwork.served, [
    ['first', 17],
    ['due in the pause', 157],
    ['in the pause', 167],
  ]);
});

test('one pause at its time and no other', () => {
  const clockwork = new Clockwork({ stallAtMs: 100, stallForMs: 50 });
  clockwork.arrive('a');
  clockwork.pass(100);
  clockwork.arrive('b');
  clockwork.pass(150);
  clockwork.arrive('c');
  assert.deepEqual(clockwork.served, [
    ['a', 0],
    ['b', 150],
    ['c', 250],
  ]);
});

test('a pause of the other kind blocks the thread, each time it is due', () => {
  const clockwork = new Clockwork({ stallEveryMs: 100, stallForMs: 50, stallKind: 'block' });
  clockwork.readingMs = 0.01;
  clockwork.arrive('a');
  const blocks: number[] = [];
  while (clockwork.nowMs < 350) {
    const before = clockwork.nowMs;
    clockwork.pass(1);
    const tookMs = clockwork.nowMs - before;
    if (tookMs > 2) blocks.push(Math.round(before / 100), Math.round(tookMs / 10));
  }
  assert.deepEqual(blocks, [1, 5, 2, 5, 3, 5]);
});

test('the share of errors is met, and the same requests fail again', async () => {
  mock.timers.reset();
  const statuses = async (seed: number) => {
    const seen: number[] = [];
    await withTarget({ errorShare: 0.3, seed }, (target) =>
      withAgent(async (agent) => {
        for (let i = 0; i < 200; i++) seen.push((await ask(target, '/kv/a', { agent })).status);
      }),
    );
    return seen;
  };
  const first = await statuses(1);
  const errors = first.filter((status) => status === 503).length;
  // 60 expected, standard deviation 6.5; the seed makes it the same number each time.
  assert.ok(errors > 35 && errors < 85, `${errors} of 200`);
  assert.deepEqual(await statuses(1), first);
  assert.notDeepEqual(await statuses(2), first);
});

test('the routes that show the service are spared', async () => {
  mock.timers.reset();
  await withTarget({ errorShare: 1, latency: '60s' }, async (target) => {
    for (const path of ['/', '/healthz', '/metrics'])
      assert.equal((await ask(target, path)).status, 200, path);
  });
});

test('over a limit that refuses: 429 for the rate, 503 for the concurrency, with Retry-After', async () => {
  mock.timers.reset();
  await withTarget({ rate: 0.001, burst: 2, overLimit: 'refuse' }, async (target) => {
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await ask(target, '/kv/a'));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 429, 429],
    );
    assert.equal(answers[3]?.headers['retry-after'], '1');
  });
  await withTarget({ latency: '60s', concurrency: 1, overLimit: 'refuse' }, async (target) => {
    const client = new RawClient(target);
    client.socket.write('GET /kv/a HTTP/1.1\r\nHost: x\r\n\r\n');
    await until(() => target.counters.inFlight === 1);
    assert.equal((await ask(target, '/kv/a')).status, 503);
    client.socket.destroy();
  });
});

test('what is held is bounded', async () => {
  mock.timers.reset();
  await withTarget({ latency: '60s', maxPending: 2 }, async (target) => {
    const client = new RawClient(target);
    client.socket.write('GET /kv/a HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2));
    await until(() => target.counters.inFlight === 2);
    assert.equal((await ask(target, '/kv/a')).status, 503);
    client.socket.destroy();
  });
});

test('a client that leaves gives its slot back, with pipelined requests too', async () => {
  mock.timers.reset();
  await withTarget({ latency: '60s', concurrency: 1 }, async (target) => {
    const client = new RawClient(target);
    client.socket.write('GET /kv/a HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3));
    await until(() => target.counters.inFlight === 3);
    client.socket.destroy();
    await until(() => target.counters.inFlight === 0);
  });
});

test('the share of connections that are reset is met, in the middle of their first response', async () => {
  mock.timers.reset();
  const cut = async (resetShare: number, method: string) => {
    let isCut = false;
    await withTarget({ resetShare }, async (target) => {
      isCut = await isCutOff(target, { method });
      assert.equal(target.counters.resets, isCut ? 1 : 0);
      assert.equal(target.counters.requests, 1);
    });
    return isCut;
  };
  assert.equal(await cut(1, 'GET'), true);
  assert.equal(await cut(1, 'HEAD'), true);
  assert.equal(await cut(0, 'GET'), false);

  for (const seed of [1, 2, 3, 4, 5, 6]) {
    await withTarget({ resetShare: 0.5, seed }, (target) =>
      withAgent(async (agent) => {
        const first = await isCutOff(target, { agent });
        if (first) return;
        // A connection that was spared at first is spared for good.
        for (let i = 0; i < 20; i++) assert.equal(await isCutOff(target, { agent }), false);
        assert.equal(target.counters.connectionsOpened, 1);
      }),
    );
  }

  await withTarget({ resetShare: 0.5 }, async (target) => {
    let resets = 0;
    for (let i = 0; i < 100; i++) await ask(target, '/kv/a').catch(() => resets++);
    assert.equal(resets, target.counters.resets);
    // Standard deviation 5; the seed makes it the same number each time.
    assert.ok(resets > 30 && resets < 70, `${resets} of 100`);
  });
});

/** Whether the connection failed before the response was whole. */
function isCutOff(target: TargetHandle, question: Question): Promise<boolean> {
  return ask(target, '/kv/a', question).then(
    () => false,
    () => true,
  );
}
