import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compilePlan } from '#zipfire/cli/measure/compile-plan.js';
import type { Plan } from '#zipfire/core/index.js';
import { type Measurement, runPlan } from '#zipfire/engine/index.js';
import { planFromProfile, readFileBounded } from '#zipfire/profile/index.js';
import { startTarget } from '#zipfire/target/index.js';

/** What requests are filled with, as a server saw it. */
interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-requests-'));
  const names = Array.from({ length: 40 }, (_, i) => `"n ${i}, ü&=#%41"`);
  await writeFile(
    join(folder, 'users.csv'),
    `id,name\r\n${names.map((name, i) => `u${i},${name}`).join('\r\n')}\r\n`,
  );
  const rows = names.map((_, i) => JSON.stringify({ id: i, user: { tier: `t${i % 3}` } }));
  await writeFile(join(folder, 'users.jsonl'), rows.join('\n'));
});

after(() => rm(folder, { recursive: true }));

/** Servers of HTTP/1.1 and HTTP/2 that remember what they were asked, and answer once all of it is there. */
const servers = {
  'http/1.1': async (seen: Seen[]) => {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks) });
        response.end('ok');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = () => {
      server.closeAllConnections();
      server.close();
    };
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  },
  h2c: async (seen: Seen[]) => {
    const server = createHttp2Server();
    const sessions = new Set<ServerHttp2Session>();
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { ':method': method = '', ':path': url = '' } = headers;
        seen.push({ method, url, headers, body: Buffer.concat(chunks) });
        stream.respond({ ':status': 200 });
        stream.end('ok');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = () => {
      for (const session of sessions) session.destroy();
      server.close();
    };
    return { url: `h2c://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  },
};

async function planOf(yaml: string, target: string): Promise<Plan> {
  const file = join(folder, 'profile.yaml');
  await writeFile(file, `version: 1\ntarget: ${target}\n${yaml}`);
  const readStdin = () => assert.fail('nothing asks for it');
  return planFromProfile(file, {}, { env: {}, readFile: readFileBounded, readStdin, cores: 4 });
}

/** Runs a profile against a server of its own. */
async function run(
  protocol: keyof typeof servers,
  yaml: string,
): Promise<{ seen: Seen[]; measured: Measurement }> {
  const seen: Seen[] = [];
  const server = await servers[protocol](seen);
  try {
    const measured = await runPlan(await planOf(yaml, server.url));
    assert.equal(measured.summary.ok, seen.length);
    return { seen, measured };
  } finally {
    server.close();
  }
}

const protocols = Object.keys(servers) as (keyof typeof servers)[]; // an object of these alone

for (const protocol of protocols) {
  describe(`requests over ${protocol}`, () => {
    for (const order of ['sequential', 'random', '{ keys: user }']) {
      it(`have the same rows on 1, 2 and 4 workers, ${order}`, async () => {
        const urls: string[][] = [];
        for (const workers of [1, 2, 4]) {
          const { seen } = await run(
            protocol,
            `keys: { user: { zipf: { n: 40, alpha: 1 } } }
data: { users: { csv: users.csv, order: ${order} } }
operations: { read: { get: "/{{users.id}}?name={{users.name}}" } }
load: { connections: 8, workers: ${workers} }
phases: { requests: 300 }`,
          );
          urls.push(seen.map(({ url }) => url).sort());
        }
        assert.equal(urls[0]?.length, 300);
        assert.deepEqual(urls[1], urls[0]);
        assert.deepEqual(urls[2], urls[0]);
        for (const url of urls[0] ?? []) {
          const { pathname, searchParams } = new URL(url, 'http://h');
          // Of one row, and the server reads what the file says.
          assert.equal(searchParams.get('name'), `n ${pathname.slice(2)}, ü&=#%41`);
          assert.equal([...searchParams].length, 1);
        }
      });
    }

    it('take every row once, and end with the rows', async () => {
      const { seen, measured } = await run(
        protocol,
        `data: { users: { csv: users.csv, once: true } }
operations: { read: { get: "/{{users.id}}" } }
load: { connections: 4, workers: 2 }`,
      );
      assert.equal(measured.summary.planned, 40);
      assert.deepEqual(
        seen.map(({ url }) => url).sort(),
        Array.from({ length: 40 }, (_, i) => `/u${i}`).sort(),
      );
    });

    it('have bodies of the sizes that were drawn, announced as long as they are', async () => {
      const { seen } = await run(
        protocol,
        `operations:
  a: { put: /a, body: { bytes: { uniform: { min: 0, max: 5000 } } } }
  b: { put: /b, body: { random: { weighted: { 0: 1, 7: 1, 40KiB: 1 } } } }
load: { connections: 4, workers: 2 }
phases: { requests: 200 }`,
      );
      for (const { url, headers, body } of seen) {
        assert.equal(Number(headers['content-length']), body.length);
        if (url === '/b') assert.ok([0, 7, 40_960].includes(body.length), `${body.length}`);
        else assert.ok(body.length <= 5000 && body.every((byte) => byte === 0x78));
      }
      assert.ok(new Set(seen.map(({ body }) => body.length)).size > 50);
    });

    it('have one of the values of a header with weights, and figures for each and for the whole', async () => {
      const { seen, measured } = await run(
        protocol,
        `data: { users: { jsonl: users.jsonl } }
operations:
  read: { weight: 3, get: /r, headers: { x-env: { prod: 3, canary: 1 }, x-tier: "{{users.user.tier}}" } }
  write: { put: /w, body: x }
load: { connections: 4, workers: 2 }
phases: { requests: 800 }`,
      );
      const count = (url: string, env?: string) =>
        seen.filter((request) => request.url === url && request.headers['x-env'] === env).length;
      assert.deepEqual(
        measured.operations.map(({ name, partOf, ok }) => [name, partOf, ok]),
        [
          ['read', undefined, count('/r', 'prod') + count('/r', 'canary')],
          ['read[x-env=prod]', 'read', count('/r', 'prod')],
          ['read[x-env=canary]', 'read', count('/r', 'canary')],
          ['write', undefined, count('/w')],
        ],
      );
      const [whole, prod, canary] = measured.operations;
      assert.equal(whole?.planned, (prod?.planned ?? 0) + (canary?.planned ?? 0));
      // Of 800: 450, 150 and 200, within 4 sigma.
      assert.ok(Math.abs(count('/r', 'prod') - 450) < 57 && Math.abs(count('/r', 'canary') - 150) < 45);
      assert.ok(seen.every(({ url, headers }) => url === '/w' || /^t[012]$/.test(String(headers['x-tier']))));
    });

    it('carry a traceparent on their share, and the result names the slowest of those', async () => {
      const { seen, measured } = await run(
        protocol,
        `operations: { a: { get: "/a/{{hit}}" }, b: { put: /b, body: { random: 9 } } }
load: { connections: 4, workers: 2 }
phases: { requests: 400, repeat: 2 }
trace: { share: 25% }`,
      );
      const headers = seen.flatMap((request) => request.headers['traceparent'] ?? []);
      assert.ok(Math.abs(headers.length - 200) < 50, `${headers.length}`);
      // A repeat sends the same hits, and they are other requests all the same.
      assert.equal(new Set(headers).size, headers.length);
      for (const header of headers) assert.match(header, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      assert.equal(measured.traces.length, 10);
      const slowest = measured.traces.map(({ us }) => us);
      assert.deepEqual(
        slowest,
        slowest.toSorted((x, y) => y - x),
      );
      for (const { traceId, operation, status } of measured.traces) {
        const request = seen.find(({ headers: all }) => String(all['traceparent']).slice(3, 35) === traceId);
        assert.equal(request?.url.slice(0, 2), `/${operation}`);
        assert.equal(status, 200);
      }
    });
  });
}

describe('an untraced run', () => {
  it('has no traceparent, and no traces', async () => {
    const { seen, measured } = await run(
      'http/1.1',
      'operations: { a: { get: /a } }\nload: { connections: 2 }\nphases: { requests: 20 }',
    );
    assert.ok(seen.every(({ headers }) => headers['traceparent'] === undefined));
    assert.deepEqual(measured.traces, []);
  });
});

describe('keys that rows go by', () => {
  it('are counted as drawn, and a prefill writes their rows first', async () => {
    const seen: Seen[] = [];
    const server = await servers['http/1.1'](seen);
    try {
      const measured = await runPlan(
        await planOf(
          `keys: { user: { zipf: { n: 40, alpha: 1 } } }
data: { users: { csv: users.csv, order: { keys: user } } }
operations: { write: { put: "/{{users.id}}", body: "{{hex user 4}}" } }
load: { connections: 2, workers: 2 }
phases: { prefill: { operation: write, keys: user, count: 40 }, requests: 100 }`,
          server.url,
        ),
      );
      assert.equal(measured.keys['user']?.drawn, 100);
      assert.equal(new Set(seen.slice(0, 40).map(({ url }) => url)).size, 40);
      assert.equal(seen.length, 140);
      // The row is that of the number of the key.
      for (const { url, body } of seen) assert.equal(`/u${Number.parseInt(body.toString(), 16)}`, url);
      assert.equal(measured.keys['user'].distinct, new Set(seen.slice(40).map(({ url }) => url)).size);
    } finally {
      server.close();
    }
  });
});

describe('gRPC calls', () => {
  it('have rows in their messages and their metadata, and refuse those that do not fit', async () => {
    const target = await startTarget({ port: 0, grpcPort: 0 });
    try {
      const url = target.grpc?.url ?? assert.fail();
      const yaml = (data: string) => `data: { users: { jsonl: users.jsonl } }
operations: { put: { call: kv.v1.KV/Put, data: ${data}, metadata: { x-tier: "{{users.user.tier}}" } } }
load: { connections: 2, concurrency: 4, workers: 2 }
phases: { requests: 80 }
trace: { share: 50% }`;
      const compiled = async (data: string) => {
        const plan = await planOf(yaml(data), url);
        return compilePlan(plan, plan.grpc ?? assert.fail());
      };
      const measured = await runPlan(await compiled('{ key: "{{users.id}}", value: "{{randomBase64 32}}" }'));
      assert.deepEqual(measured.grpcStatuses, { OK: 80 });
      assert.ok(measured.traces.length > 0);
      await assert.rejects(compiled('{ key: a, ttl_ms: "{{users.user.tier}}" }'), /ttl_ms/);
    } finally {
      await target.close();
    }
  });
});
