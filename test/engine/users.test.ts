import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import * as hdr from 'hdr-histogram-js';
import type { CaptureSpec, Plan, PlanOperation, PlanSequence, ThinkTime } from '#zipfire/core/index.js';
import { type Measurement, runPlan } from '#zipfire/engine/index.js';
import { planFor } from './plan.js';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Which connection it came on, from 0. */
  readonly connection: number;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

type Answering = (request: Seen, nth: number) => Answer;

interface Server {
  readonly port: number;
  readonly seen: Seen[];
  readonly close: () => void;
}

async function serveHttp1(answering: Answering): Promise<Server> {
  const seen: Seen[] = [];
  const sockets: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const body = Buffer.concat(chunks).toString();
      const one = { method, url, headers, body, connection: sockets.indexOf(request.socket) };
      const answer = answering(one, seen.push(one) - 1);
      response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? 'ok');
    });
  });
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, seen, close };
}

async function serveHttp2(answering: Answering): Promise<Server> {
  const seen: Seen[] = [];
  const sessions: ServerHttp2Session[] = [];
  const server = createHttp2Server();
  server.on('session', (session) => sessions.push(session));
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const { ':method': method = '', ':path': url = '' } = headers;
      const connection = sessions.indexOf(stream.session as ServerHttp2Session);
      const one = { method, url, headers, body: Buffer.concat(chunks).toString(), connection };
      const answer = answering(one, seen.push(one) - 1);
      stream.respond({ ':status': answer.status ?? 200, ...answer.headers });
      stream.end(answer.body ?? 'ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    for (const session of sessions) session.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, seen, close };
}

/** One worker, where a test asks for no more: most of what a short run costs is the start of its threads. */
const drivers = {
  'HTTP/1.1': { serve: serveHttp1, load: { http: '1', driver: 'wire', connections: 4, workers: 1 } },
  'HTTP/2': {
    serve: serveHttp2,
    load: { http: '2', driver: 'wire', connections: 2, streams: 2, workers: 1 },
  },
  undici: { serve: serveHttp1, load: { http: '1', driver: 'undici', connections: 4, workers: 1 } },
} as const;
type DriverName = keyof typeof drivers;

type Change = NonNullable<Parameters<typeof planFor>[1]>;

async function run(
  name: DriverName,
  change: Change,
  answering: Answering,
): Promise<{ measured: Measurement; seen: Seen[] }> {
  const { serve, load } = drivers[name];
  const server = await serve(answering);
  try {
    const plan: Plan = planFor(server.port, { ...change, load: { ...load, ...change.load } });
    return { measured: await runPlan(plan), seen: server.seen };
  } finally {
    server.close();
  }
}

function operation(name: string, change: Partial<PlanOperation> = {}): PlanOperation {
  return { name, weight: 0, method: 'GET', path: `/${name}`, headers: [], body: null, ...change };
}

function capture(name: string, change: Partial<CaptureSpec> = {}): CaptureSpec {
  return { name, from: { kind: 'body' }, pattern: null, fallback: null, ...change };
}

function sequence(name: string, steps: readonly string[], think: ThinkTime | null = null): PlanSequence {
  return { name, weight: 1, continues: false, steps: steps.map((each) => ({ operation: each, think })) };
}

const requests = (count: number) => ({ measure: { durationMs: null, requests: count } });

function row({ operations }: Measurement, name: string) {
  return operations.find((each) => each.name === name) ?? assert.fail(`no ${name}`);
}

/** planned = sent + dropped + unsent and sent = ok + errors, of everything. */
function assertAccounts({ summary, operations, validity }: Measurement): void {
  for (const { planned, sent, dropped, unsent, ok, errors } of [summary, ...operations]) {
    assert.equal(planned, sent + dropped + unsent);
    assert.equal(sent, ok + errors);
    assert.ok(unsent >= 0);
  }
  assert.deepEqual(
    validity.reasons.filter((reason) => reason.startsWith('accounting')),
    [],
  );
}

for (const name of Object.keys(drivers) as DriverName[]) {
  describe(`users over ${name}`, () => {
    it('fill later requests with what header, JSON and pattern gave them', async () => {
      const operations = [
        operation('login', {
          captures: [
            capture('version', { from: { kind: 'header', name: 'etag' } }),
            capture('id', { from: { kind: 'json', pointer: '/data/0/id' } }),
            capture('token', { pattern: 'token=(\\w+)' }),
          ],
        }),
        operation('order', {
          method: 'PUT',
          path: '/orders/{{id}}?raw={{raw id}}',
          headers: [['If-Match', '{{version}}']],
          body: { kind: 'text', template: 'token {{token}} of {{hit}}' },
        }),
      ];
      const plan = { operations, sequences: [sequence('buy', ['login', 'order'])], phases: requests(20) };
      const { measured, seen } = await run(name, plan, ({ url }, nth) => {
        if (url !== '/login') return {};
        const headers = { ETag: `"${nth}"`, 'Content-Type': 'application/json' };
        return { headers, body: JSON.stringify({ data: [{ id: `a/${nth}` }], text: `token=t${nth}` }) };
      });
      const logins = seen.flatMap(({ url }, nth) => (url === '/login' ? [nth] : []));
      const orders = seen.filter(({ method }) => method === 'PUT');
      assert.equal(orders.length, 20);
      assert.deepEqual(
        orders.map(({ headers }) => headers['if-match']).sort(),
        logins.map((nth) => `"${nth}"`).sort(),
      );
      for (const { url, body, headers } of orders) {
        const nth = JSON.parse(String(headers['if-match']));
        assert.equal(url, `/orders/a%2F${nth}?raw=a/${nth}`);
        assert.match(body, new RegExp(`^token t${nth} of \\d+$`));
      }
      assert.deepEqual(measured.captures, [
        { operation: 'login', name: 'version', captured: 20, missed: 0, refused: 0 },
        { operation: 'login', name: 'id', captured: 20, missed: 0, refused: 0 },
        { operation: 'login', name: 'token', captured: 20, missed: 0, refused: 0 },
      ]);
      assert.deepEqual([measured.summary.planned, measured.summary.ok], [40, 40]);
      const { sent, ok, steps } = row(measured, 'buy');
      assert.deepEqual([sent, ok, steps], [20, 20, ['login', 'order']]);
      assertAccounts(measured);
    });

    it('send what belongs together on one connection, and keep what is theirs', async () => {
      const operations = [
        operation('login', { captures: [capture('who')] }),
        operation('order', { path: '/order/{{who}}' }),
      ];
      const plan = {
        operations,
        sequences: [sequence('buy', ['login', 'order', 'order'])],
        phases: requests(40),
      };
      const { measured, seen } = await run(name, plan, ({ connection }) => ({ body: `c${connection}` }));
      const orders = seen.filter(({ url }) => url.startsWith('/order'));
      assert.equal(orders.length, 80);
      for (const { url, connection } of orders) assert.equal(url, `/order/c${connection}`);
      assert.ok(new Set(orders.map(({ connection }) => connection)).size > 1);
      assertAccounts(measured);
    });

    it('let no captured value forge a header, and end the sequence', async () => {
      const operations = [
        operation('login', { captures: [capture('token', { from: { kind: 'json', pointer: '/token' } })] }),
        operation('order', { headers: [['Authorization', 'Bearer {{token}}']] }),
      ];
      const plan = { operations, sequences: [sequence('buy', ['login', 'order'])], phases: requests(10) };
      const { measured, seen } = await run(name, plan, () => ({
        body: JSON.stringify({ token: 'a\r\nX-Evil: 1' }),
      }));
      assert.equal(seen.length, 10);
      assert.ok(seen.every(({ headers }) => headers['x-evil'] === undefined));
      assert.deepEqual(measured.captures, [
        { operation: 'login', name: 'token', captured: 0, missed: 0, refused: 10 },
      ]);
      assert.deepEqual([row(measured, 'order').unsent, row(measured, 'buy').errors], [10, 10]);
      assert.equal(measured.summary.unsent, 10);
      assert.match(measured.validity.reasons.join(), /uncaptured: 10 of 20 requests were not sent/);
      assertAccounts(measured);
    });

    it('encode in a path what would forge a request', async () => {
      const operations = [
        operation('login', { captures: [capture('next')] }),
        operation('order', { path: '/go/{{next}}' }),
      ];
      const plan = { operations, sequences: [sequence('buy', ['login', 'order'])], phases: requests(4) };
      const { seen } = await run(name, plan, () => ({ body: 'x HTTP/1.1\r\nX-Evil: 1\r\n\r\n' }));
      const urls = seen.map(({ url }) => url).filter((url) => url !== '/login');
      assert.deepEqual([...new Set(urls)], ['/go/x%20HTTP%2F1.1%0D%0AX-Evil%3A%201%0D%0A%0D%0A']);
    });

    it('take a default where a response has nothing, or is none to take from', async () => {
      const operations = [
        operation('login', {
          captures: [
            capture('version', { from: { kind: 'header', name: 'etag' }, fallback: 'none' }),
            capture('id', { from: { kind: 'json', pointer: '/id' }, fallback: '0' }),
          ],
        }),
        operation('order', { path: '/order/{{version}}/{{id}}' }),
      ];
      const buy = { ...sequence('buy', ['login', 'order']), continues: true };
      // One whole, one of each fault, and then one whole but for its status.
      const answers: Answer[] = [
        { headers: { ETag: 'v1' }, body: '{"id": 1}' },
        { body: '{"id": 2' },
        { headers: { ETag: 'v3' }, body: '<html>' },
        { headers: { ETag: 'v4'.padEnd(9000, 'x') }, body: `{"id": "${'9'.repeat(9000)}"}` },
        { headers: { ETag: 'v5' }, body: `{"pad": "${'x'.repeat(100_000)}", "id": 5}` },
        { status: 500, headers: { ETag: 'v6' }, body: '{"id": 6}' },
      ];
      const load = { connections: 1, streams: 1 };
      let login = 0;
      const { measured, seen } = await run(
        name,
        { operations, sequences: [buy], load, phases: requests(6) },
        ({ url }) => (url === '/login' ? (answers[login++] ?? {}) : {}),
      );
      assert.deepEqual(
        seen.map(({ url }) => url).filter((url) => url !== '/login'),
        ['/order/v1/1', '/order/none/2', '/order/v3/0', '/order/none/0', '/order/v5/0', '/order/none/0'],
      );
      assert.deepEqual(measured.captures, [
        { operation: 'login', name: 'version', captured: 3, missed: 1, refused: 1 },
        { operation: 'login', name: 'id', captured: 2, missed: 2, refused: 1 },
      ]);
      assert.deepEqual([row(measured, 'buy').ok, row(measured, 'buy').errors], [5, 1]);
      assertAccounts(measured);
    });

    it('keep cookies and send them, each their own', async () => {
      const operations = [operation('login'), operation('order'), operation('out')];
      const plan: Change = {
        operations: operations.map((each) =>
          each.name === 'order' ? { ...each, headers: [['Cookie', 'own=1']] } : each,
        ),
        sequences: [sequence('buy', ['login', 'order', 'out', 'order'])],
        cookies: true,
        phases: requests(8),
      };
      const { measured, seen } = await run(name, plan, ({ url, connection }) => {
        if (url === '/login') return { headers: { 'Set-Cookie': [`c=${connection}`, 'p=1; Path=/other'] } };
        return url === '/out' ? { headers: { 'Set-Cookie': 'c=; Max-Age=0' } } : {};
      });
      for (const connection of new Set(seen.map((each) => each.connection))) {
        const orders = seen.filter((each) => each.connection === connection && each.url === '/order');
        // On a connection of several streams there are several users, of the same cookies.
        const lines = new Set(orders.map(({ headers }) => String(headers['cookie'])));
        assert.deepEqual([...lines].sort(), ['own=1', `own=1; c=${connection}`].sort());
      }
      assert.ok(seen.every(({ url, headers }) => url !== '/login' || headers['cookie'] === undefined));
      assertAccounts(measured);
    });

    it('break a sequence off at a step that fails', async () => {
      const operations = [operation('login'), operation('list', { weight: 1 }), operation('order')];
      const plan = {
        operations,
        sequences: [sequence('buy', ['login', 'list', 'order'])],
        load: { workers: 2 },
        phases: requests(60),
      };
      const { measured } = await run(name, plan, ({ url }, nth) => ({
        status: url === '/login' && nth % 2 === 0 ? 401 : 200,
      }));
      const [buy, login, list, order] = ['buy', 'login', 'list', 'order'].map((each) => row(measured, each));
      assert.equal(buy?.errors, login?.errors);
      assert.equal(buy?.ok, order?.sent);
      assert.equal(login?.sent, buy?.sent);
      // Those of the sequence that went on, and those by themselves.
      assert.equal(list?.sent, (order?.sent ?? 0) + 60 - (buy?.sent ?? 0));
      assertAccounts(measured);
    });

    it('send a step when its think time is over, in an open loop from then on', async () => {
      const operations = [operation('login'), operation('order')];
      const think = { kind: 'uniform', minMs: 20, maxMs: 30 } as const;
      const buy: PlanSequence = {
        ...sequence('buy', ['login', 'order']),
        steps: [
          { operation: 'login', think },
          { operation: 'order', think: null },
        ],
      };
      const load = { rate: 100, workers: 2, connections: 40, streams: 1 };
      const { measured } = await run(
        name,
        { operations, sequences: [buy], load, phases: requests(30) },
        () => ({}),
      );
      const sequences = row(measured, 'buy');
      assert.deepEqual([sequences.ok, sequences.unsent, measured.summary.planned], [30, 0, 60]);
      assert.ok((sequences.latencyUs.response.min ?? 0) >= 20_000, 'it holds the think time');
      const orders = row(measured, 'order').latencyUs;
      assert.equal(orders.response.count, 30);
      // Had it been measured from the start of its sequence, every one would hold a think time.
      const lateUs = orders.lateness.max ?? 0;
      assert.ok((orders.response.min ?? 0) < 20_000 + lateUs);
      assertAccounts(measured);
    });
  });
}

describe('users', () => {
  it('take a plain operation and what it captured to their next hits', async () => {
    const operations = [
      operation('read', {
        weight: 1,
        captures: [capture('version', { from: { kind: 'header', name: 'etag' } })],
      }),
      operation('swap', { weight: 1, path: '/swap/{{version}}' }),
    ];
    const { measured, seen } = await run('HTTP/1.1', { operations, phases: requests(200) }, (_, nth) => ({
      headers: { ETag: `v${nth}` },
    }));
    const last = new Map<number, string>();
    seen.forEach(({ url, connection }, nth) => {
      if (url === '/read') last.set(connection, `/swap/v${nth}`);
      else assert.equal(url, last.get(connection));
    });
    // A user that has read nothing yet has nothing to swap.
    assert.equal(measured.summary.unsent, row(measured, 'swap').unsent);
    assertAccounts(measured);
  });

  it('begin the same with any number of workers', async () => {
    const operations = [
      operation('read', { weight: 2, path: '/read/{{hit}}' }),
      operation('list', { path: '/list/{{key}}' }),
    ];
    const plan = { operations, sequences: [sequence('both', ['list', 'list'])], phases: requests(100) };
    const runs = await Promise.all(
      [1, 3].map((workers) => run('HTTP/1.1', { ...plan, load: { workers } }, () => ({}))),
    );
    const [one, three] = runs.map(({ seen }) => seen.map(({ url }) => url).sort());
    assert.deepEqual(one, three);
    const keys = one?.filter((url) => url.startsWith('/list/')) ?? [];
    // All of a sequence is of one hit, and so of one key.
    assert.equal(new Set(keys.filter((_, i) => i % 2 === 0)).size, new Set(keys).size);
  });

  it('leave unsent what the end of the time cuts off, and account for it', async () => {
    const think = { kind: 'constant', ms: 60_000 } as const;
    const operations = [operation('login'), operation('order')];
    const sequences = [sequence('slow', ['login', 'order'], think)];
    const phases = { warmupMs: 50, measure: { durationMs: 200, requests: null } };
    for (const rate of [null, 100]) {
      const { measured } = await run(
        'HTTP/1.1',
        { operations, sequences, load: { rate }, phases },
        () => ({}),
      );
      const { planned, sent, unsent } = row(measured, 'slow');
      assert.deepEqual([sent, unsent], [0, planned]);
      assert.equal(row(measured, 'order').planned, 0);
      assertAccounts(measured);
    }
  });

  it('are told by the second too, where that is asked for', async () => {
    const server = await serveHttp1(() => ({}));
    const operations = [operation('login'), operation('order'), operation('alone', { weight: 1 })];
    const plan = planFor(server.port, {
      operations,
      sequences: [sequence('buy', ['login', 'order'])],
      phases: { ...requests(30), repeat: 2 },
    });
    const plain = await runPlan(plan);
    const asked = await runPlan(plan, { intervalsByOperation: true });
    server.close();
    assert.ok(plain.operations.every((each) => !('intervals' in each)));
    const counted = (intervals: Measurement['intervals'] = []) =>
      intervals.reduce((sum, { response }) => sum + hdr.decodeFromCompressedBase64(response).totalCount, 0);
    assert.deepEqual(
      asked.operations.map(({ name, intervals }) => [name, counted(intervals)]),
      asked.operations.map(({ name, ok }) => [name, ok]),
    );
    assert.ok(row(asked, 'buy').ok > 0 && row(asked, 'alone').ok > 0);
    assert.equal(counted(asked.intervals), asked.summary.ok);
    const times = asked.intervals?.map(({ t }) => t) ?? [];
    for (const { intervals = [] } of asked.operations)
      for (const { t } of intervals) assert.ok(times.includes(t), `${t}`);
  });

  it('begin each repeat with nothing kept', async () => {
    const operations = [
      operation('login', { captures: [capture('who')] }),
      operation('order', { weight: 1, path: '/order/{{who}}' }),
    ];
    const load = { connections: 1 };
    const phases = { ...requests(1), repeat: 2 };
    const { measured, seen } = await run('HTTP/1.1', { operations, load, phases }, () => ({}));
    assert.deepEqual([seen.length, measured.summary.unsent], [0, 2]);
    assertAccounts(measured);
  });

  it('count what fails below the response', async () => {
    const operations = [operation('login'), operation('order')];
    const sequences = [sequence('buy', ['login', 'order'])];
    const server = createServer((request, response) => {
      if (request.url === '/order') request.socket.destroy();
      else response.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const plan = planFor(port, { operations, sequences, load: { workers: 1 }, phases: requests(12) });
      const measured = await runPlan(plan);
      assert.deepEqual([row(measured, 'login').ok, row(measured, 'order').errors], [12, 12]);
      assert.equal(row(measured, 'buy').errors, 12);
      assert.equal(measured.errorKinds.read, 12);
      assertAccounts(measured);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
