import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2ServerRequest,
  type ServerHttp2Session,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { prepareReplay } from '#zipfire/cli/measure/prepare-replay.js';
import { planContext } from '#zipfire/cli/plan-context.js';
import type { Replay } from '#zipfire/core/index.js';
import { runPlan } from '#zipfire/engine/index.js';
import { planFromFlags, type RunFlags } from '#zipfire/profile/index.js';
import { zipfire } from '../cli/zipfire.js';

interface Seen {
  readonly request: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

let folder: string;
let seen: Seen[];
const close: (() => void)[] = [];
const ports = { '1': 0, '2': 0 };

function answer(request: IncomingMessage | Http2ServerRequest, end: () => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, headers } = request;
    const host = String(headers[':authority'] ?? headers.host);
    seen.push({ request: `${method} ${url}`, host, headers, body: Buffer.concat(chunks).toString() });
    end();
  });
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-test-replay-'));
  const http1 = createServer((request: IncomingMessage, response: ServerResponse) =>
    answer(request, () => response.end('ok')),
  );
  const http2 = createHttp2Server((request, response) => answer(request, () => response.end('ok')));
  const sessions = new Set<ServerHttp2Session>();
  http2.on('session', (session) => sessions.add(session));
  for (const [version, server] of [['1', http1] as const, ['2', http2] as const]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ports[version] = (server.address() as AddressInfo).port;
  }
  close.push(
    () => http1.closeAllConnections(),
    () => http1.close(),
    () => http2.close(),
    () => {
      for (const session of sessions) session.destroy();
    },
  );
});

after(async () => {
  for (const each of close) each();
  await rm(folder, { recursive: true });
});

beforeEach(() => {
  seen = [];
});

let dispose: (() => void) | null = null;
afterEach(() => dispose?.());

async function replay(lines: readonly string[], flags: RunFlags, version: '1' | '2' = '1', path = '') {
  const file = join(folder, 'access.log');
  await writeFile(file, `${lines.join('\n')}\n`);
  const url = `${version === '1' ? 'http' : 'h2c'}://127.0.0.1:${ports[version]}${path}`;
  const given = planFromFlags(url, { replay: file, ...flags }, planContext());
  const prepared = await prepareReplay(given, given.replay as Replay, true);
  dispose = prepared.dispose;
  const result = await runPlan(prepared.plan);
  return { plan: prepared.plan, result };
}

const requests = () => seen.map(({ request }) => request);
const logged = (second: number, request: string) =>
  `10.0.0.1 - - [10/Oct/2023:13:${String(50 + Math.floor(second / 60))}:${String(second % 60).padStart(2, '0')} +0000] "${request} HTTP/1.1" 200 5 "-" "x"`;

/** 120 requests over twelve seconds, every tenth a POST, some lines not in the order of their times. */
const log = Array.from({ length: 120 }, (_, i) =>
  logged(Math.floor(i / 10) + (i % 30 === 9 ? 1 : 0), `${i % 10 === 4 ? 'POST' : 'GET'} /kv/${i}?q=a b`),
);
const inOrder = Array.from({ length: 120 }, (_, i) => i)
  .sort((a, b) => Math.floor(a / 10) + (a % 30 === 9 ? 1 : 0) - (Math.floor(b / 10) + (b % 30 === 9 ? 1 : 0)))
  .map((i) => `${i % 10 === 4 ? 'POST' : 'GET'} /kv/${i}?q=a%20b`);
const gets = inOrder.filter((request) => request.startsWith('GET'));

describe('a replay', () => {
  for (const version of ['1', '2'] as const) {
    it(`sends over HTTP/${version} what the log has, in its order, to the target alone`, async () => {
      const { result, plan } = await replay(
        [...log, 'garbage', ''],
        { speed: '40', connections: '1' },
        version,
      );
      assert.deepEqual(requests(), gets);
      assert.ok(seen.every(({ host }) => host === `127.0.0.1:${ports[version]}`));
      assert.deepEqual([result.summary.planned, result.summary.sent, result.summary.ok], [108, 108, 108]);
      assert.equal(plan.load.rate, 108 / (12 / 40));
      assert.deepEqual(
        plan.replay?.log?.leftOut.map(({ reason, lines, firstLine }) => [reason, lines, firstLine]),
        [
          ['method POST', 12, 5],
          ['no request', 1, 121],
        ],
      );
    });

    it(`has each request sent once over HTTP/${version}, with any number of workers`, async () => {
      const { result } = await replay(
        log,
        { speed: 'max', workers: '4', connections: '4', replayMethods: 'all' },
        version,
      );
      assert.deepEqual(requests().sort(), [...inOrder].sort());
      assert.equal(result.summary.ok, 120);
      assert.deepEqual(
        result.operations.map(({ name, sent }) => [name, sent]),
        [
          ['GET', 108],
          ['POST', 12],
        ],
      );
    });
  }

  it('lasts as long as the log, over the speed', async () => {
    const two = [...log.slice(0, 5), ...Array.from({ length: 5 }, (_, i) => logged(6, `GET /later/${i}`))];
    const { result } = await replay(two, { speed: '20', connections: '1' });
    // 9 requests over seven seconds of the log; the window is as long, whatever the machine does.
    assert.equal(result.summary.sent, 9);
    assert.ok(Math.abs(result.summary.durationSec - 7 / 20) < 1e-6, `${result.summary.durationSec}`);
  });

  it('begins again at its end when asked to, until the requests are sent', async () => {
    await replay(log, { speed: 'max', loop: true, requests: '250', connections: '1' });
    assert.deepEqual(requests(), [...log, ...log, ...log].flatMap((_, i) => pick(i)).slice(0, 250));
    function pick(i: number): string[] {
      // At full speed the order is that of the lines.
      const line = i % 120;
      return line % 10 === 4 ? [] : [`GET /kv/${line}?q=a%20b`];
    }
  });

  it('ends with the duration, and plans what is due within it', async () => {
    const { result } = await replay(log, { speed: '20', duration: '250ms', connections: '1' });
    const due = gets.filter((request) => secondOf(request) < 5).length;
    assert.equal(result.summary.planned, due);
    // A busy machine may not get to the last of them.
    assert.deepEqual(requests(), gets.slice(0, result.summary.sent));
    function secondOf(request: string): number {
      const i = Number(/\d+/.exec(request)?.[0]);
      return Math.floor(i / 10) + (i % 30 === 9 ? 1 : 0);
    }
  });

  it('warms up with the beginning of the log, and begins again', async () => {
    await replay(log, { speed: '20', warmup: '100ms', requests: '3', connections: '1' });
    const warm = requests().length - 3;
    assert.deepEqual(requests(), [...gets.slice(0, warm), ...gets.slice(0, 3)]);
    assert.ok(warm > 0);
  });

  it('sends headers and bodies of the log, but for those of its connection, under the path of the target', async () => {
    const lines = [
      {
        time: 1700000000.1,
        method: 'PUT',
        url: 'http://old/a',
        headers: { Host: 'old', 'X-A': 'ä', Accept: 'x' },
        body: 'ü',
      },
      { time: 1700000000.2, method: 'PUT', url: '/b\r\nX-Evil: 1', headers: {}, body: { n: 1 } },
      { time: 1700000000.3, method: 'PUT', url: '/c', headers: { 'X-A': 'b\r\nX-Evil: 1' } },
    ].map((each) => JSON.stringify(each));
    const flags = { header: ['Accept: run'], replayMethods: 'PUT', connections: '1' };
    const { plan } = await replay(lines, flags, '1', '/base/');
    assert.deepEqual(
      seen.map(({ request, body }) => [request, body]),
      [
        ['PUT /base/a', 'ü'],
        ['PUT /base/b%0D%0AX-Evil:%201', '{"n":1}'],
      ],
    );
    const [first] = seen;
    assert.equal(Buffer.from(String(first?.headers['x-a']), 'latin1').toString(), 'ä');
    assert.equal(first?.headers['accept'], 'run');
    assert.ok(seen.every(({ headers }) => headers['x-evil'] === undefined));
    assert.equal(plan.replay?.log?.leftOut[0]?.reason, 'headers that cannot be sent');
  });

  it('leaves no file behind', async () => {
    const { plan } = await replay(log, { speed: 'max', requests: '1' });
    const path = plan.replay?.log?.path ?? '';
    assert.ok(existsSync(path));
    dispose?.();
    assert.ok(!existsSync(path));
  });
});

describe('zipfire run --replay', () => {
  it('says what of the log was sent, and shows nothing of its own files', async () => {
    const file = join(folder, 'cli.log');
    await writeFile(file, [...log, 'garbage'].join('\n'));
    const args = [`http://127.0.0.1:${ports['1']}`, '--replay', file, '--speed', 'max', '-q', '--out', '-'];
    const { code, stdout, stderr } = await zipfire(args);
    assert.equal(code, 0, stderr);
    const { plan } = JSON.parse(stdout) as { plan: { replay: { log: Record<string, unknown> } } };
    assert.deepEqual([plan.replay.log['hits'], plan.replay.log['lines']], [108, 121]);
    assert.equal(plan.replay.log['path'], undefined);
    const text = await zipfire([...args.slice(0, -3), '-q']);
    assert.match(text.stdout, /^replay .*combined log format/m);
    assert.match(
      text.stdout.replaceAll(/\s+/g, ' '),
      /108 requests in 121 lines (· )?left out 12: method POST \(line 5\)/,
    );
  });

  const refused: readonly [flags: readonly string[], message: RegExp][] = [
    [['--replay', 'x.log', '--rate', '5'], /the log says when its requests are sent/],
    [['--replay', 'x.log', '--loop'], /no end/],
    [['--replay', 'x.log', '-X', 'PUT'], /the methods are those of the log/],
    [['--replay', 'x.log', '--keys', 'uniform:n=5'], /draws no keys/],
    [['--replay', 'x.log', '--speed', 'fast'], /--speed/],
    [['--replay', 'x.log', '--replay-fields', 'colour=x'], /no colour/],
    [['--speed', '2'], /there is no log/],
    [['--replay', join(tmpdir(), 'no-such-file.log')], /there is no such file/],
  ];
  it('refuses what contradicts a log', async () => {
    for (const [flags, message] of refused) {
      const { code, stderr } = await zipfire([`http://127.0.0.1:${ports['1']}`, ...flags, '-q']);
      assert.equal(code, 2, flags.join(' '));
      assert.match(stderr, message);
    }
  });
});
