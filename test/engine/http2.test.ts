import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer as createHttp1, type Server as Http1Server } from 'node:http';
import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { type Plan, ZipfireError } from '#zipfire/core/index.js';
import { type Measurement, runPlan } from '#zipfire/engine/index.js';
import { server as certificate } from '../support/certs.js';
import { planFor } from './plan.js';

type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(answer: Answer, { tls = false } = {}) {
  const pem = { cert: certificate.cert, key: certificate.key };
  const server: Http2Server | Http2SecureServer = tls ? createSecureServer(pem) : createServer();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session)).on('error', () => {});
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    answer(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    for (const session of sessions) session.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return { port: (server.address() as AddressInfo).port, sessions };
}

async function listenHttp1(server: Http1Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

function overTls(plan: Plan): Plan {
  const tls = { serverName: '', ca: null, cert: null, key: null, insecure: true };
  return { ...plan, target: { ...plan.target, url: plan.target.url.replace('http:', 'https:'), tls } };
}

function assertAccounted({ summary, statuses }: Measurement): void {
  assert.equal(summary.planned, summary.sent + summary.dropped + summary.unsent);
  assert.equal(summary.sent, summary.ok + summary.errors);
  assert.equal(summary.latencyUs.response.count, summary.ok);
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  assert.equal(answered, summary.completed);
}

describe('a run over HTTP/2', () => {
  it('sends as many requests as asked for, on so many connections and streams', async () => {
    const paths: string[] = [];
    let most = 0;
    let open = 0;
    const { port } = await listen((stream, headers) => {
      paths.push(String(headers[':path']));
      most = Math.max(most, ++open);
      stream.on('close', () => open--);
      setImmediate(() => {
        if (stream.destroyed) return;
        stream.respond({ ':status': 200 });
        stream.end('ok');
      });
    });
    const load = { connections: 2, workers: 2, streams: 8, http: '2' } as const;
    const measured = await runPlan(planFor(port, { load }));
    assertAccounted(measured);
    assert.equal(measured.summary.ok, 200);
    assert.equal(paths.length, 200);
    assert.ok(paths.every((path) => /^\/kv\/user_\d+$/.test(path)));
    assert.deepEqual(measured.connections, { protocol: 'h2c', opened: 2, reconnects: 0, failed: 0 });
    assert.ok(most > 2 && most <= 16, `${most} streams at once`);
  });

  it('sends the same keys as over HTTP/1.1', async () => {
    const seen: Record<string, string[]> = { '1': [], '2': [] };
    const { port } = await listen((stream, headers) => {
      seen['2']?.push(String(headers[':path']));
      stream.respond({ ':status': 200 }, { endStream: true });
    });
    const http1 = await listenHttp1(
      createHttp1((request, response) => {
        seen['1']?.push(request.url ?? '');
        response.end();
      }),
    );
    await runPlan(planFor(port, { load: { http: '2', streams: 4, connections: 2 } }));
    await runPlan(planFor(http1));
    assert.equal(seen['1']?.length, 200);
    assert.deepEqual(seen['2']?.toSorted(), seen['1']?.toSorted());
  });

  it('sends a header that every request has once, and all of them are read with it', async () => {
    const long = 'x'.repeat(200);
    const values = new Map<string, number>();
    const { port } = await listen((stream, headers) => {
      const key = `${headers[':method']} ${headers['x-long']}`;
      values.set(key, (values.get(key) ?? 0) + 1);
      stream.respond({ ':status': 200 }, { endStream: true });
    });
    const asked = { path: '/kv/{{key}}', headers: [['X-Long', long]], body: null } as const;
    const plan = planFor(port, {
      operations: [
        { ...asked, name: 'read', weight: 1, method: 'GET' },
        { ...asked, name: 'write', weight: 0, method: 'PUT' },
      ],
      load: { connections: 2, workers: 2, streams: 4, http: '2' },
      phases: { prefill: { operation: 'write', keys: 'key', count: 100 } },
    });
    const { summary } = await runPlan(plan);
    assert.deepEqual(Object.fromEntries(values), { [`PUT ${long}`]: 100, [`GET ${long}`]: 200 });
    assert.equal(summary.ok, 200);
    assert.ok(summary.bytesOut < (200 * long.length) / 2, `${summary.bytesOut} bytes`);
  });

  it('keeps an open loop’s schedule, and counts the wait for a stream in the response time', async () => {
    const held: ServerHttp2Stream[] = [];
    const { port } = await listen((stream) => {
      held.push(stream);
      // Answered two at a time, so that with 2 streams others have to wait.
      if (held.length < 2) return;
      for (const one of held.splice(0)) one.respond({ ':status': 200 }, { endStream: true });
    });
    const measured = await runPlan(
      planFor(port, {
        load: { connections: 1, workers: 1, streams: 2, http: '2', rate: 400 },
        phases: { measure: { durationMs: 500, requests: null } },
      }),
    );
    assertAccounted(measured);
    assert.equal(measured.summary.planned, 200);
    assert.equal(measured.summary.ok + measured.summary.errors, measured.summary.sent);
    assert.equal(measured.summary.latencyUs.lateness.count, measured.summary.sent);
    assert.ok(
      (measured.summary.latencyUs.response.p99 ?? 0) >= (measured.summary.latencyUs.service.p50 ?? 0),
    );
  });

  it('sends bodies larger than the window, and takes such', async () => {
    const body = 'x'.repeat(300_000);
    const received: number[] = [];
    const { port } = await listen((stream) => {
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      stream.on('end', () => {
        received.push(bytes);
        stream.respond({ ':status': 200 });
        stream.end(Buffer.alloc(200_000, 'y'));
      });
    });
    const measured = await runPlan(
      planFor(port, {
        operations: [
          {
            name: 'put',
            weight: 1,
            method: 'PUT',
            path: '/kv/{{key}}',
            headers: [],
            body: { kind: 'text', template: body },
          },
        ],
        load: { connections: 2, streams: 3, http: '2' },
        phases: { measure: { durationMs: null, requests: 24 } },
      }),
    );
    assertAccounted(measured);
    assert.equal(measured.summary.ok, 24);
    assert.deepEqual(new Set(received), new Set([300_000]));
    assert.ok(measured.summary.bytesIn > 24 * 200_000);
    assert.ok(measured.summary.bytesOut > 24 * 300_000);
  });

  it('goes on over new connections when the server says good-bye', async () => {
    let seen = 0;
    const { port, sessions } = await listen((stream) => {
      stream.respond({ ':status': 200 }, { endStream: true });
      if (++seen % 50 === 0) for (const session of sessions) session.goaway(0);
    });
    const measured = await runPlan(planFor(port, { load: { connections: 2, streams: 4, http: '2' } }));
    assertAccounted(measured);
    assert.equal(measured.summary.sent, 200);
    assert.ok(measured.connections.reconnects >= 1, `${measured.connections.reconnects} reconnects`);
  });

  it('accounts for every request when the server is gone in the middle', async () => {
    let seen = 0;
    const { port, sessions } = await listen((stream) => {
      if (++seen >= 60) for (const session of sessions) session.destroy();
      else stream.respond({ ':status': 200 }, { endStream: true });
    });
    const measured = await runPlan(planFor(port, { load: { connections: 2, streams: 4, http: '2' } }));
    assertAccounted(measured);
    assert.equal(measured.summary.sent, 200);
    assert.ok(measured.summary.errors > 0);
    assert.equal(
      measured.summary.errors,
      measured.errorKinds.read + measured.errorKinds.connect + measured.errorKinds.write,
    );
  });
});

describe('which HTTP is spoken', () => {
  it('is HTTP/2 over TLS where the server offers it', async () => {
    const { port } = await listen((stream) => stream.respond({ ':status': 200 }, { endStream: true }), {
      tls: true,
    });
    const measured = await runPlan(overTls(planFor(port)));
    assert.equal(measured.summary.ok, 200);
    assert.equal(measured.connections.protocol, 'h2');
  });

  it('is HTTP/1.1 over TLS where the server offers nothing else', async () => {
    const server = createHttps({ cert: certificate.cert, key: certificate.key }, (_, response) =>
      response.end('ok'),
    );
    const measured = await runPlan(overTls(planFor(await listenHttp1(server))));
    assert.equal(measured.summary.ok, 200);
    assert.equal(measured.connections.protocol, 'http/1.1');
  });

  it('is what was asked for, whatever the server would rather have', async () => {
    const both = createSecureServer({ ...certificate, allowHTTP1: true }, (_, response) =>
      response.end('ok'),
    );
    both.listen(0, '127.0.0.1');
    await once(both, 'listening');
    closers.push(() => new Promise<void>((resolve) => both.close(() => resolve())));
    const { port } = both.address() as AddressInfo;
    const http1 = await runPlan(overTls(planFor(port, { load: { http: '1' } })));
    assert.equal(http1.connections.protocol, 'http/1.1');
    assert.equal(http1.summary.completed, 200);
  });

  it('is an error that says so when the server speaks HTTP/1.1 only', async () => {
    const clear = await listenHttp1(createHttp1((_, response) => response.end('ok')));
    await assert.rejects(
      runPlan(planFor(clear, { load: { http: '2' } })),
      (error) =>
        error instanceof ZipfireError && error.code === 'unreachable' && /HTTP\/1\.1/.test(error.message),
    );
    const server = createHttps({ cert: certificate.cert, key: certificate.key }, (_, response) =>
      response.end('ok'),
    );
    const secure = overTls(planFor(await listenHttp1(server), { load: { http: '2' } }));
    await assert.rejects(
      runPlan(secure),
      (error) =>
        error instanceof ZipfireError && error.code === 'unreachable' && /HTTP\/2/.test(error.message),
    );
  });
});
