import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { after, afterEach, describe, it } from 'node:test';
import type { Plan } from '#zipfire/core/index.js';
import { type Measurement, type RunOptions, runPlan } from '#zipfire/engine/index.js';
import { planFor } from './plan.js';

const servers: Server[] = [];

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer({ keepAliveTimeout: 60_000 }, answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function measure(plan: Plan, options?: RunOptions): Promise<Measurement> {
  const measured = await runPlan(plan, options);
  assertAccounted(measured);
  return measured;
}

/** Every planned request has one fate, in the whole, in each operation and in the histograms. */
function assertAccounted({ summary, operations, errorKinds, statuses, validity }: Measurement): void {
  for (const figures of [summary, ...operations]) {
    assert.equal(figures.planned, figures.sent + figures.dropped + figures.unsent);
    assert.ok(figures.unsent >= 0);
    assert.equal(figures.sent, figures.ok + figures.errors);
    assert.equal(figures.latencyUs.response.count, figures.ok);
    assert.equal(figures.latencyUs.failed.count, figures.errors);
  }
  const sum = (counts: object) =>
    Object.values(counts).reduce((total: number, count) => total + Number(count), 0);
  assert.equal(sum(errorKinds), summary.errors);
  assert.equal(sum(statuses), summary.completed);
  assert.equal(
    operations.reduce((total, { sent }) => total + sent, 0),
    summary.sent,
  );
  assert.ok(!validity.reasons.some((reason) => reason.startsWith('accounting')));
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('a run', () => {
  it('sends as many requests as asked for, and the server saw them', async () => {
    let seen = 0;
    const { port } = await listen((_, response) => {
      seen++;
      response.end('ok');
    });
    const { summary, statuses, connections, timeline, validity } = await measure(planFor(port));
    assert.equal(seen, 200);
    assert.equal(summary.ok, 200);
    assert.deepEqual(statuses, { 200: 200 });
    assert.deepEqual(connections, { protocol: 'http/1.1', opened: 8, reconnects: 0, failed: 0 });
    assert.ok(timeline.length > 0);
    assert.deepEqual(validity, { valid: true, reasons: [] });
  });

  it('is measuring as long as one of its workers is', async () => {
    const held: (() => void)[] = [];
    let slow: Socket | null = null;
    let isReleased = false;
    const { port } = await listen((request, response) => {
      slow ??= request.socket;
      // The worker of the first connection waits with its first request, and has its second one to send.
      if (!isReleased && request.socket === slow) held.push(() => response.end('ok'));
      else response.end('ok');
    });
    const stages: string[] = [];
    const load = { connections: 2, workers: 2 };
    const phases = { measure: { durationMs: null, requests: 4 } };
    await measure(planFor(port, { load, phases }), {
      onProgress: ({ stage, collected }) => {
        stages.push(stage);
        if (stage !== 'measure' || collected?.total.ok !== 2) return;
        isReleased = true;
        for (const answer of held.splice(0)) answer();
      },
    });
    assert.ok(isReleased, 'what the first worker had measured was shown while the other went on');
    assert.equal(stages.at(-1), 'drain');
  });

  it('counts the connections of every repeat, also after one that ended in its grace', async () => {
    const { port } = await listen(() => {});
    // One request on each connection, and no answer: every repeat closes its connections.
    const phases = { measure: { durationMs: null, requests: 8 }, repeat: 3, graceMs: 10 };
    const { connections } = await measure(planFor(port, { phases }));
    assert.equal(connections.opened, 24);
  });

  it('keeps the warm-up out of every figure', async () => {
    let seen = 0;
    const { port } = await listen((_, response) => {
      seen++;
      response.end('ok');
    });
    const { summary } = await measure(planFor(port, { phases: { warmupMs: 150 } }));
    assert.equal(summary.sent, 200);
    assert.equal(summary.bytesOut % 200 < 200, true);
    assert.ok(seen > 200, `the server saw ${seen}`);
  });

  it('sends the same requests with any number of workers, and again in a repeat', async () => {
    const multisets: string[] = [];
    for (const workers of [1, 2, 4]) {
      const paths: string[] = [];
      const { port } = await listen((request, response) => {
        paths.push(`${request.method} ${request.url}`);
        response.end();
      });
      const plan = planFor(port, {
        load: { workers },
        operations: [
          { name: 'read', weight: 3, method: 'GET', path: '/{{key}}', headers: [], body: null },
          { name: 'write', weight: 1, method: 'PUT', path: '/{{key}}/{{uuid}}', headers: [], body: null },
        ],
      });
      await measure(plan);
      multisets.push(paths.sort().join('\n'));
    }
    assert.equal(new Set(multisets).size, 1);
    assert.equal(multisets[0]?.split('\n').length, 200);
  });

  it('merges repeats and keeps each', async () => {
    const { port } = await listen((_, response) => response.end('ok'));
    const { summary, runs } = await measure(planFor(port, { phases: { repeat: 3 } }));
    assert.equal(summary.sent, 600);
    assert.deepEqual(
      runs.map(({ sent }) => sent),
      [200, 200, 200],
    );
  });

  it('prefills the most popular keys before it measures', async () => {
    const written = new Set<string>();
    const { port } = await listen((request, response) => {
      if (request.method === 'PUT') written.add(request.url ?? '');
      response.end();
    });
    const plan = planFor(port, {
      operations: [
        { name: 'read', weight: 1, method: 'GET', path: '/{{key}}', headers: [], body: null },
        { name: 'write', weight: 0, method: 'PUT', path: '/{{key}}', headers: [], body: null },
      ],
      phases: { prefill: { operation: 'write', keys: 'key', count: 150 } },
    });
    const { summary } = await measure(plan);
    assert.equal(written.size, 150);
    assert.equal(summary.sent, 200);
  });

  it('says so when the prefill failed', async () => {
    const { port } = await listen((request, response) => {
      response.statusCode = request.method === 'PUT' ? 507 : 200;
      response.end();
    });
    const plan = planFor(port, {
      operations: [
        { name: 'read', weight: 1, method: 'GET', path: '/{{key}}', headers: [], body: null },
        { name: 'write', weight: 0, method: 'PUT', path: '/{{key}}', headers: [], body: null },
      ],
      phases: { prefill: { operation: 'write', keys: 'key', count: 10 } },
    });
    const { validity } = await measure(plan);
    assert.match(validity.reasons.join(), /^prefill-failed: 10 /);
  });
});

describe('every planned request is accounted for', () => {
  it('in an open loop', async () => {
    const { port } = await listen((_, response) => response.end('ok'));
    const plan = planFor(port, {
      load: { rate: 1000 },
      phases: { measure: { durationMs: 500, requests: null } },
    });
    const { summary } = await measure(plan);
    assert.equal(summary.planned, 500);
    assert.equal(summary.durationSec, 0.5);
    assert.equal(summary.latencyUs.lateness.count, summary.sent);
  });

  it('and the rate is what was sent, where a number of requests took longer than planned', async () => {
    let [firstNs, lastNs] = [0n, 0n];
    const { port } = await listen((_, response) => {
      lastNs = process.hrtime.bigint();
      if (firstNs === 0n) firstNs = lastNs;
      setTimeout(() => response.end('ok'), 20);
    });
    const plan = planFor(port, {
      load: { rate: 100_000, connections: 2, workers: 2 },
      phases: { measure: { durationMs: null, requests: 40 } },
    });
    const { summary } = await measure(plan);
    const tookSec = Number(lastNs - firstNs) / 1e9;
    assert.equal(summary.sent, 40);
    assert.equal(summary.targetRate, 100_000);
    assert.ok(summary.durationSec >= 0.9 * tookSec, `${summary.durationSec} s, the server had ${tookSec} s`);
    assert.ok(summary.qps <= 40 / (0.9 * tookSec), String(summary.qps));
  });

  it('when it is interrupted', async () => {
    for (const rate of [null, 2000]) {
      const controller = new AbortController();
      let seen = 0;
      const { port } = await listen((_, response) => {
        if (++seen === 100) controller.abort();
        response.end('ok');
      });
      const plan = planFor(port, {
        load: { rate },
        phases: { measure: { durationMs: null, requests: 100_000 } },
      });
      const { summary, interrupted } = await measure(plan, { signal: controller.signal });
      assert.equal(interrupted, true);
      assert.equal(summary.planned, 100_000);
      assert.ok(summary.sent >= 99 && summary.unsent > 0, `${summary.sent} sent`);
    }
  });

  it('when it is interrupted before it began', async () => {
    const { port } = await listen((_, response) => response.end('ok'));
    const { summary } = await measure(planFor(port), { signal: AbortSignal.abort() });
    assert.deepEqual([summary.planned, summary.sent, summary.unsent], [200, 0, 200]);
  });

  it('when it is interrupted while it connects', async () => {
    // Takes connections and never shakes hands.
    const { port } = await listen(() => {});
    const controller = new AbortController();
    const plan = planFor(port);
    const tls = { serverName: '', ca: null, cert: null, key: null, insecure: true };
    const measuring = measure({ ...plan, target: { ...plan.target, tls } }, { signal: controller.signal });
    servers.at(-1)?.once('connection', () => controller.abort());
    const { summary, interrupted } = await measuring;
    assert.deepEqual([interrupted, summary.sent], [true, 0]);
  });

  it('when the server is killed in the middle', async () => {
    let seen = 0;
    const { server, port } = await listen((_, response) => {
      if (++seen === 100) {
        server.closeAllConnections();
        server.close();
      }
      response.end('ok');
    });
    const plan = planFor(port, { phases: { measure: { durationMs: null, requests: 130 } } });
    const { summary, errorKinds } = await measure(plan);
    assert.equal(summary.sent, 130);
    assert.ok(summary.ok >= 90 && summary.ok <= 100, `${summary.ok} ok`);
    assert.ok(errorKinds.connect > 0);
  });

  it('when the server resets half of the connections', async () => {
    let connections = 0;
    const doomed = new WeakSet<Socket>();
    // A connection that was reset at once rests: the others wait with their answers until one is back.
    const held: ServerResponse[] = [];
    const { server, port } = await listen((request, response) => {
      if (doomed.has(request.socket)) request.socket.resetAndDestroy();
      else if (connections > 8) response.end('ok');
      else held.push(response);
    });
    server.on('connection', (socket) => {
      if (connections++ % 2 === 0) doomed.add(socket);
      if (connections > 8) for (const response of held.splice(0)) response.end('ok');
    });
    const { summary, errorKinds, connections: counted } = await measure(planFor(port));
    assert.equal(summary.sent, 200);
    assert.ok(errorKinds.read > 0 && summary.ok > 0);
    assert.equal(errorKinds.read, summary.errors);
    assert.ok(counted.reconnects > 0);
  });

  it('when nothing is answered within the time-out', async () => {
    const { port } = await listen(() => {});
    const plan = planFor(port, {
      load: { timeoutMs: 50 },
      phases: { measure: { durationMs: null, requests: 16 } },
    });
    const { summary, errorKinds, validity } = await measure(plan);
    assert.deepEqual([summary.sent, summary.ok, errorKinds.timeout], [16, 0, 16]);
    assert.equal(summary.latencyUs.response.p99, null);
    assert.match(validity.reasons.join(), /no-data/);
  });

  it('when answers are still out at the end of the grace', async () => {
    let seen = 0;
    const { port } = await listen((_, response) => {
      if (++seen <= 8) response.end('ok');
    });
    const plan = planFor(port, {
      phases: { measure: { durationMs: 100, requests: null }, graceMs: 50, repeat: 2 },
    });
    const { summary, errorKinds } = await measure(plan);
    assert.equal(summary.ok, 8);
    assert.ok(errorKinds.timeout >= 8, `${errorKinds.timeout} timed out`);
  });
});

describe('a target that nothing can be sent to', () => {
  it('is unreachable, with one clear error', async () => {
    const { server, port } = await listen(() => {});
    server.close();
    await once(server, 'close');
    await assert.rejects(runPlan(planFor(port)), {
      code: 'unreachable',
      exitCode: 4,
      message: `cannot connect to http://127.0.0.1:${port}/: connection refused (ECONNREFUSED)`,
    });
  });
});

after(() => {
  assert.equal(servers.length, 0);
});
