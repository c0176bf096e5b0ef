import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Plan, ZipfireError } from '#zipfire/core/index.js';
import { type Measurement, runPlan } from '#zipfire/engine/index.js';
import { planFor } from './plan.js';

/** What a server saw of a request. */
interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

interface Server {
  readonly port: number;
  readonly seen: Seen[];
  readonly close: () => void;
}

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-script-'));
});

after(() => rm(folder, { recursive: true }));

/** Servers that remember what they were asked. A POST is created, and all else is fine. */
const servers: Readonly<Record<'1' | '2', () => Promise<Server>>> = {
  async 1() {
    const seen: Seen[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(method === 'POST' ? 409 : 200).end('ok');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = () => {
      server.closeAllConnections();
      server.close();
    };
    return { port: (server.address() as AddressInfo).port, seen, close };
  },
  async 2() {
    const seen: Seen[] = [];
    const server = createHttp2Server();
    const sessions = new Set<ServerHttp2Session>();
    server.on('session', (session) => sessions.add(session));
    server.on('stream', (stream, headers) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { ':method': method = '', ':path': url = '' } = headers;
        seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
        stream.respond({ ':status': method === 'POST' ? 409 : 200 });
        stream.end(method === 'HEAD' ? undefined : 'ok');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const close = () => {
      for (const session of sessions) session.destroy();
      server.close();
    };
    return { port: (server.address() as AddressInfo).port, seen, close };
  },
};

let scripts = 0;

async function write(source: string): Promise<string> {
  const file = join(folder, `script-${scripts++}.mjs`);
  await writeFile(file, source);
  return file;
}

type Change = NonNullable<Parameters<typeof planFor>[1]>;

async function run(
  source: string,
  change: Change = {},
  http: '1' | '2' = '1',
): Promise<{ measured: Measurement; seen: Seen[] }> {
  const server = await servers[http]();
  try {
    const script = source.endsWith('.mjs') ? source : await write(source);
    const load = { connections: 4, ...change.load, http };
    const plan: Plan = planFor(server.port, { ...change, load, script });
    return { measured: await runPlan(plan), seen: server.seen };
  } finally {
    server.close();
  }
}

for (const http of ['1', '2'] as const) {
  describe(`a script's requests over HTTP/${http}`, () => {
    it('differ from the operation in what it says, and are it where it says nothing', async () => {
      const source = `export const request = ({ key }, hit, operation) => [
        null,
        { path: '/own/' + key('key', hit) + '?op=' + operation },
        { method: 'PUT', body: 'h\\u00e4llo', headers: { 'X-Own': String(hit) } },
        { method: 'POST', body: new Uint8Array([104, 105]) },
        { method: 'HEAD' },
        undefined,
      ][hit % 6];`;
      const operations = [
        {
          name: 'read',
          weight: 1,
          method: 'GET',
          path: '/kv/{{hit}}',
          headers: [
            ['X-Own', 'of the operation'],
            ['X-Other', '{{hit}}'],
          ] as const,
          body: null,
        },
      ];
      const { seen, measured } = await run(source, { operations, phases: phases(60) }, http);
      assert.equal(measured.summary.sent, 60);
      assert.deepEqual(measured.statuses, { 200: 50, 409: 10 });
      const of = (hit: number) =>
        seen.find(({ headers }) => headers['x-other'] === String(hit)) ?? assert.fail();
      for (const hit of [0, 5, 54]) {
        const { method, url, headers, body } = of(hit);
        assert.deepEqual(
          [method, url, headers['x-own'], body],
          ['GET', `/kv/${hit}`, 'of the operation', ''],
        );
      }
      assert.match(of(1).url, /^\/own\/user_\d+\?op=read$/);
      const put = of(2);
      assert.deepEqual([put.method, put.url, put.headers['x-own'], put.body], ['PUT', '/kv/2', '2', 'hällo']);
      assert.equal(put.headers['content-length'], '6');
      assert.equal(of(3).body, 'hi');
      assert.equal(of(4).method, 'HEAD');
    });

    it('are the same on 1 and 2 workers', async () => {
      const source = `export const request = ({ key, random }, hit) => ({ path: '/' + key('key', hit) + '/' + random(hit, 1) });`;
      const urls = [];
      for (const workers of [1, 2]) {
        const { seen } = await run(source, { load: { workers } }, http);
        urls.push(seen.map(({ url }) => url).sort());
      }
      assert.equal(urls[0]?.length, 200);
      assert.ok(new Set(urls[0]).size > 190);
      assert.deepEqual(urls[1], urls[0]);
    });

    it('are encoded where they are paths', async () => {
      const { seen } = await run(
        `export const request = () => ({ path: '/a b/ü#\\r\\nX: y?q=1&r=%41' });`,
        { phases: phases(4) },
        http,
      );
      for (const { url } of seen) assert.equal(url, '/a%20b/%C3%BC%23%0D%0AX:%20y?q=1&r=%41');
    });

    it('are traced as others are', async () => {
      const { seen } = await run(
        `export const request = (_, hit) => (hit % 2 ? { headers: { 'X-Own': 'a' } } : null);`,
        { trace: { share: 1 } },
        http,
      );
      assert.equal(seen.length, 200);
      for (const { headers } of seen) assert.match(String(headers['traceparent']), /^00-[0-9a-f]{32}-/);
    });
  });
}

describe("a script's responses", () => {
  it('count as it says, and as their status where it says nothing', async () => {
    const { measured } = await run(
      `export const request = (_, hit) => (hit % 4 ? null : { method: 'POST' });
       export const response = (_, { hit, status, operation, bytes, ms }) => {
         if (operation !== 'read' || !(bytes > 0) || !(ms > 0)) throw new Error('what is this?');
         if (status === 409) return 'ok';
         if (hit % 4 === 1) return 'error';
       };`,
    );
    assert.deepEqual(measured.statuses, { 200: 150, 409: 50 });
    assert.equal(measured.summary.ok, 150);
    assert.equal(measured.errorKinds.status, 50);
  });

  it('are not those of the prefill', async () => {
    const { measured, seen } = await run(`export const response = () => 'error';`, {
      phases: { ...phases(10), prefill: { operation: 'read', keys: 'key', count: 20 } },
    });
    assert.equal(seen.length, 30);
    assert.equal(measured.summary.errors, 10);
    assert.equal(
      measured.validity.reasons.find((reason) => reason.includes('prefill')),
      undefined,
    );
  });
});

describe('the life of a script', () => {
  it('begins with setup and ends with teardown, once on each worker', async () => {
    const log = join(folder, 'log');
    await run(
      `import { appendFileSync } from 'node:fs';
       const say = (text) => appendFileSync(${JSON.stringify(log)}, text + '\\n');
       let ready = false;
       export async function setup({ worker, workers, target }) {
         await new Promise((resolve) => setImmediate(resolve));
         ready = true;
         say('setup ' + worker + '/' + workers + ' ' + target.startsWith('http://127'));
       }
       export const request = () => { if (!ready) throw new Error('too early'); return null; };
       export async function teardown({ worker }) { say('teardown ' + worker); }`,
    );
    const lines = (await readFile(log, 'utf8')).trim().split('\n').sort();
    assert.deepEqual(lines, ['setup 0/2 true', 'setup 1/2 true', 'teardown 0', 'teardown 1']);
  });

  it('takes a share of the time, which is in the result', async () => {
    const { measured } = await run(
      `export const request = () => { const end = performance.now() + 0.2; while (performance.now() < end); };`,
    );
    const { scriptShare = 0 } = measured.generator;
    assert.ok(scriptShare > 0 && scriptShare <= 1, `${scriptShare}`);
    const without = await runPlanWithout();
    assert.equal('scriptShare' in without.generator, false);
  });
});

async function runPlanWithout(): Promise<Measurement> {
  const server = await servers[1]();
  try {
    return await runPlan(planFor(server.port));
  } finally {
    server.close();
  }
}

describe('what a script does wrong', () => {
  const wrong: readonly (readonly [what: string, source: string, message: RegExp])[] = [
    [
      'an error',
      `\n\nexport const request = () => nothing.here;`,
      /script-\d+\.mjs:3:38: nothing is not defined$/,
    ],
    ['an error in response', `export const response = () => { throw 5; };`, /\.mjs: 5$/],
    ['an error in setup', `export const setup = async () => { throw new Error('no'); };`, /\.mjs:1:42: no$/],
    ['an error in teardown', `export const teardown = () => { throw new Error('no'); };`, /\.mjs:1:39: no$/],
    [
      'a promise nobody waits for',
      `export const request = () => { Promise.reject(new Error('late')); };`,
      /late$/,
    ],
    ['a promise', `export const request = async () => null;`, /request returned a promise$/],
    ['a promise from response', `export const response = async () => 'ok';`, /response returned a promise$/],
    [
      'another verdict',
      `export const response = () => 'fine';`,
      /response returns 'ok', 'error' or nothing$/,
    ],
    [
      'no object',
      `export const request = () => 'GET /';`,
      /expected \{ method, path, headers, body \}, or null$/,
    ],
    ['an unknown part', `export const request = () => ({ url: '/' });`, /no such part: url$/],
    ['no path', `export const request = () => ({ path: 'kv' });`, /a path that begins with "\/"/],
    ['no method', `export const request = () => ({ method: 'G T' });`, /the method is no method$/],
    ['a method that is no text', `export const request = () => ({ method: 5 });`, /the method is no method$/],
    ['CONNECT', `export const request = () => ({ method: 'CONNECT' });`, /CONNECT is no request to measure$/],
    [
      'a forged header',
      `export const request = () => ({ headers: { a: 'b\\r\\nc: d' } });`,
      /holds a line break/,
    ],
    ['a forged name', `export const request = () => ({ headers: { 'a: b\\r\\nc': 'd' } });`, /is no name$/],
    [
      'a header of the driver',
      `export const request = () => ({ headers: { Host: 'h' } });`,
      /Host is not for a script/,
    ],
    ['a header that is no text', `export const request = () => ({ headers: { a: 5 } });`, /expected a text/],
    [
      'headers that are none',
      `export const request = () => ({ headers: 'a: b' });`,
      /expected headers by name$/,
    ],
    [
      'a body that is none',
      `export const request = () => ({ method: 'PUT', body: {} });`,
      /Uint8Array or null/,
    ],
    [
      'ever other headers',
      `export const request = (_, hit) => ({ headers: { ['x' + hit]: '1' } });`,
      /more than 100 diff/,
    ],
    [
      'no such keys',
      `export const request = ({ key }, hit) => ({ path: key('user', hit) });`,
      /no keys "user"/,
    ],
    ['another export', `export const setUp = () => {};`, /a script exports no setUp$/],
    ['no function', `export const request = { path: '/' };`, /request is not a function$/],
    ['no export', `let a = 1;`, /exports nothing$/],
    ['no JavaScript', `export const request = => 5;`, /Unexpected token/],
  ];
  for (const [what, source, message] of wrong) {
    it(`${what} ends the run with exit code 2`, async () => {
      await assert.rejects(run(source, { load: { workers: 1 } }), (error: unknown) => {
        assert.ok(error instanceof ZipfireError, String(error));
        assert.match(error.message, message);
        assert.equal(error.exitCode, 2);
        return true;
      });
    });
  }
});

describe('examples/script.mjs', () => {
  it('signs its writes', async () => {
    const example = fileURLToPath(new URL('../../../examples/script.mjs', import.meta.url));
    const keys = { user: { ...(planFor(1).keys['key'] ?? assert.fail()) } };
    const operations = [{ name: 'read', weight: 1, method: 'GET', path: '/', headers: [], body: null }];
    const { seen, measured } = await run(example, { keys, operations });
    assert.deepEqual(measured.statuses, { 200: 200 });
    const writes = seen.filter(({ method }) => method === 'PUT');
    // 4 σ around a tenth.
    assert.ok(writes.length > 3 && writes.length < 37, `${writes.length}`);
    for (const { url, body, headers } of writes) {
      const signature = createHmac('sha256', 'secret of seed 7').update(url).update(body).digest('hex');
      assert.equal(headers['x-signature'], signature);
    }
  });
});

function phases(requests: number) {
  return { measure: { durationMs: null, requests } };
}
