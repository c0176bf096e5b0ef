import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import type { Plan } from '#zipfire/core/index.js';
import { runPlan } from '#zipfire/engine/index.js';
import { planFor } from './plan.js';

/** What a request is answered with, when the test says so. */
type Answer = () => void;

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that hands over how to answer each request; and its open sockets. */
async function listen(http: '1' | '2', onRequest: (answer: Answer, method: string) => void) {
  const sockets = new Set<Socket>();
  const counts = { opened: 0, closed: 0 };
  const server: Server =
    http === '1'
      ? createServer({ keepAliveTimeout: 60_000 }, (request, response) =>
          onRequest(() => response.end('ok'), request.method ?? ''),
        )
      : createHttp2().on('stream', (stream, headers) => {
          stream.on('error', () => {});
          onRequest(() => {
            if (stream.destroyed) return;
            stream.respond({ ':status': 200 });
            stream.end('ok');
          }, String(headers[':method']));
        });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    counts.opened++;
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      counts.closed++;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, sockets, counts };
}

describe('a rate in stages', () => {
  const stages: Plan['load']['stages'] = [
    { shape: 'ramp', from: 0, to: 1000, durationMs: 400 },
    { shape: 'const', level: 0, durationMs: 100 },
    { shape: 'step', from: 1000, to: 500, by: 250, everyMs: 200 },
  ];
  // 200, nothing, and 200 + 150 + 100.
  const total = 650;

  for (const workers of [1, 3]) {
    it(`plans its integral, and each hit is sent once, by ${workers} workers`, async () => {
      let seen = 0;
      const { port } = await listen('1', (answer) => {
        seen++;
        answer();
      });
      const plan = planFor(port, {
        load: { rate: 650 / 1.1, stages, workers },
        phases: { measure: { durationMs: 1100, requests: null } },
      });
      const { summary, timeline } = await runPlan(plan);
      assert.equal(summary.planned, total);
      assert.equal(summary.sent + summary.dropped + summary.unsent, total);
      assert.equal(seen, summary.sent);
      assert.ok(Math.abs((summary.targetRate ?? 0) - total / 1.1) < 1e-6, String(summary.targetRate));
      const targets = timeline.map(({ targetQps }) => targetQps ?? 0);
      assert.equal(targets.length, 2);
      assert.ok(Math.abs((targets[0] ?? 0) + 0.1 * (targets[1] ?? 0) - total) < 1e-6, String(targets));
    });
  }

  it('ends with the requests, at the rate that goes on after the stages', async () => {
    const { port } = await listen('1', (answer) => answer());
    const plan = planFor(port, {
      load: { rate: 500, stages: [{ shape: 'ramp', from: 0, to: 500, durationMs: 200 }] },
      phases: { measure: { durationMs: null, requests: 100 } },
    });
    const { summary } = await runPlan(plan);
    assert.equal(summary.sent, 100);
    // 50 within the ramp, and 50 more at 500/s.
    assert.ok(summary.durationSec > 0.3 - 1e-6, String(summary.durationSec));
    assert.ok(Math.abs((summary.targetRate ?? 0) - 100 / 0.3) < 1e-3, String(summary.targetRate));
  });

  it('warms up at the rate that it begins with', async () => {
    let seen = 0;
    const { port } = await listen('1', (answer) => {
      seen++;
      answer();
    });
    const plan = planFor(port, {
      load: { rate: 1000, stages: [{ shape: 'ramp', from: 1000, to: 500, durationMs: 200 }] },
      phases: { warmupMs: 100, measure: { durationMs: 200, requests: null } },
    });
    const { summary } = await runPlan(plan);
    assert.equal(summary.planned, 150);
    assert.ok(
      seen > summary.sent && seen <= summary.sent + 100,
      `${seen} seen, ${summary.sent} of them measured`,
    );
  });
});

describe('concurrency in stages', () => {
  for (const [http, rate] of [
    ['1', null],
    ['2', null],
    ['1', 2000],
  ] as const) {
    it(`lets so many be in flight, over HTTP/${http}, in ${rate === null ? 'a closed' : 'an open'} loop`, async () => {
      const controller = new AbortController();
      const held: Answer[] = [];
      let most = 0;
      let batches = 0;
      // Answers once as many are in flight as the last stage allows; until then nothing moves but the stages.
      const { port } = await listen(http, (answer) => {
        held.push(answer);
        most = Math.max(most, held.length);
        if (held.length < 5) return;
        for (const each of held.splice(0)) each();
        if (++batches === 3) controller.abort();
      });
      const plan = planFor(port, {
        load: {
          http,
          rate,
          connections: 4,
          streams: http === '2' ? 4 : 1,
          pipeline: http === '1' ? 4 : 1,
          concurrencyStages: [{ shape: 'step', from: 2, to: 5, by: 1, everyMs: 40 }],
        },
        phases: { measure: { durationMs: 60_000, requests: null }, graceMs: 100 },
      });
      await runPlan(plan, { signal: controller.signal });
      assert.ok(batches >= 3, `${batches} batches`);
      assert.equal(most, 5);
    });
  }
});

describe('connections in stages', () => {
  for (const http of ['1', '2'] as const) {
    it(`are opened as their number rises and closed as it falls, over HTTP/${http}`, async () => {
      const controller = new AbortController();
      let openAtFirst = 0;
      let most = 0;
      const { port, sockets, counts } = await listen(http, (answer) => {
        openAtFirst ||= sockets.size;
        most = Math.max(most, sockets.size);
        answer();
        if (counts.closed === 4 && sockets.size === 3) controller.abort();
      });
      const plan = planFor(port, {
        load: {
          http,
          connections: 8,
          connectionStages: [
            { shape: 'const', level: 2, durationMs: 50 },
            { shape: 'const', level: 7, durationMs: 400 },
            { shape: 'const', level: 3, durationMs: 50 },
          ],
        },
        phases: { measure: { durationMs: 60_000, requests: null } },
      });
      const { connections, summary } = await runPlan(plan, { signal: controller.signal });
      assert.equal(openAtFirst, 2);
      assert.equal(most, 7);
      assert.deepEqual(
        [connections.opened, connections.reconnects, connections.failed, counts.opened],
        [7, 0, 0, 7],
      );
      assert.equal(summary.errors, 0);
    });
  }

  it('begin anew in each repeat', async () => {
    const { port } = await listen('1', (answer) => answer());
    const plan = planFor(port, {
      load: { connections: 6, connectionStages: [{ shape: 'ramp', from: 2, to: 6, durationMs: 100 }] },
      phases: { measure: { durationMs: 300, requests: null }, repeat: 2 },
    });
    const { connections, summary } = await runPlan(plan);
    // Four were closed for the second run, and opened again in it.
    assert.deepEqual([connections.opened, connections.reconnects], [10, 0]);
    assert.equal(summary.errors, 0);
  });
});

describe('a prefill with a rate', () => {
  const operations: Plan['operations'] = [
    { name: 'read', weight: 1, method: 'GET', path: '/{{key}}', headers: [], body: null },
    { name: 'write', weight: 0, method: 'PUT', path: '/{{key}}', headers: [], body: null },
  ];

  it('writes every key', async () => {
    let writes = 0;
    const { port } = await listen('1', (answer, method) => {
      if (method === 'PUT') writes++;
      answer();
    });
    const prefill = { operation: 'write', keys: 'key', count: 150, rate: 3000 };
    const { summary, validity } = await runPlan(planFor(port, { operations, phases: { prefill } }));
    assert.equal(writes, 150);
    assert.equal(summary.sent, 200);
    assert.deepEqual(validity, { valid: true, reasons: [] });
  });

  it('counts writes that found no connection among those that failed', async () => {
    const { port } = await listen('1', (answer, method) => {
      if (method === 'GET') answer();
    });
    const prefill = { operation: 'write', keys: 'key', count: 40, rate: 4000 };
    const plan = planFor(port, { operations, load: { timeoutMs: 60 }, phases: { prefill } });
    const { validity } = await runPlan(plan);
    assert.match(validity.reasons.join(), /^prefill-failed: 40 of 40 /);
  });
});
