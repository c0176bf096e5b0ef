import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { grpcFlagGroups } from '#zipfire/cli/grpc-flags.js';
import type { Result } from '#zipfire/core/index.js';
import { startGrpcTarget, startTarget } from '#zipfire/target/index.js';
import { start, zipfire } from './zipfire.js';

const root = new URL('../../../', import.meta.url);
const proto = fileURLToPath(new URL('examples/proto/kv.proto', root));
const protoset = fileURLToPath(new URL('examples/proto/kv.protoset', root));

let target: Awaited<ReturnType<typeof startGrpcTarget>>;
let place: string;
let folder: string;

before(async () => {
  target = await startGrpcTarget({ port: 0, missing: '404' });
  place = target.url.replace('grpc://', '');
  folder = await mkdtemp(join(tmpdir(), 'zipfire-grpc-'));
  // One key that is there; all others are NOT_FOUND.
  const put = await zipfire([
    'grpc',
    place,
    '--call',
    'kv.v1.KV/Put',
    '-d',
    '{"key":"here"}',
    '-n',
    '1',
    '-c',
    '1',
  ]);
  assert.equal(put.code, 0, put.stderr);
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

const get = (...more: string[]) => ['grpc', place, '--call', 'kv.v1.KV/Get', ...more];
const here = ['-d', '{"key": "here"}'];

/** The result of a run that passed, as JSON. */
async function resultOf(
  args: readonly string[],
  input?: string,
  env?: Record<string, string>,
): Promise<Result> {
  const { code, stdout, stderr } = await zipfire([...args, '--out', '-'], env, input);
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Result;
}

describe('zipfire grpc', () => {
  it('reports on stdout, says what it does on stderr, and passes', async () => {
    const { code, stdout, stderr } = await zipfire(get(...here, '-n', '200'));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /200 sent · 200 ok · 0 errors/);
    assert.match(stdout, /OK: 200/);
    assert.match(stderr, /unary grpc:\/\/127\.0\.0\.1:\d+\/kv\.v1\.KV\/Get/);
    assert.match(stderr, /closed loop · 50 calls in flight · 1 connection on 1 worker/);
    assert.match(stderr, /200 calls/);
  });

  it('draws keys, and counts each status by name', async () => {
    const keys = ['--keys', 'uniform:n=10', '-d', '{"key": "{{key}}"}'];
    const result = await resultOf(get(...keys, '-n', '300', '-c', '8'));
    assert.deepEqual(result.grpcStatuses, { NOT_FOUND: 300 });
    assert.deepEqual(result.statuses, {});
    assert.equal(result.summary.errors, 300);
    assert.equal(result.errorKinds.status, 300);
    assert.equal(result.keys['key']?.drawn, 300);
    assert.equal(result.keys['key']?.distinct, 10);
  });

  it('takes schemas from files too', async () => {
    const importPath = fileURLToPath(new URL('examples', root));
    for (const from of [
      ['--proto', proto],
      ['--proto', proto, '-i', importPath],
      ['--protoset', protoset],
    ]) {
      const { grpcStatuses } = await resultOf(get(...from, ...here, '-n', '20'));
      assert.deepEqual(grpcStatuses, { OK: 20 });
    }
  });

  it('takes data from standard input, from files, and in turns from a list', async () => {
    const list = '[{"key": "here"}, {"key": "gone"}]';
    assert.deepEqual((await resultOf(get('-d', '@', '-n', '20'), list)).grpcStatuses, {
      OK: 10,
      NOT_FOUND: 10,
    });
    const file = join(folder, 'data.json');
    await writeFile(file, list);
    for (const flags of [
      ['-D', file],
      ['-d', `@${file}`],
    ]) {
      assert.deepEqual((await resultOf(get(...flags, '-n', '20'))).grpcStatuses, { OK: 10, NOT_FOUND: 10 });
    }
    const message = '\x0a\x04here';
    assert.deepEqual((await resultOf(get('-b', '-n', '5'), message)).grpcStatuses, { OK: 5 });
    await writeFile(file, message);
    assert.deepEqual((await resultOf(get('-B', file, '-n', '5'))).grpcStatuses, { OK: 5 });
  });

  it('makes calls of all four kinds', async () => {
    const kinds: [method: string, data: string, more: string[]][] = [
      ['Watch', '{"key": "here", "count": 5}', []],
      ['BatchPut', '[{"key": "a{{hit}}"}, {"key": "b"}]', []],
      ['Sync', '{"get": {"key": "k{{hit}}"}}', ['--stream-call-count', '3', '--stream-dynamic-messages']],
      ['Delete', '{"key": "b"}', []],
    ];
    for (const [method, data, more] of kinds) {
      const args = [
        'grpc',
        place,
        '--call',
        `kv.v1.KV.${method}`,
        '-d',
        data,
        '-n',
        '20',
        '-c',
        '2',
        ...more,
      ];
      const result = await resultOf(args);
      assert.equal(result.summary.completed, 20, method);
      const failed = method === 'Delete' ? 19 : 0;
      assert.equal(result.summary.errors, failed, `${method}: ${JSON.stringify(result.grpcStatuses)}`);
    }
  });

  it('says nothing of keys that messages draw on their own', async () => {
    const sync = [
      'grpc',
      place,
      '--call',
      'kv.v1.KV/Sync',
      '-d',
      '{"get": {"key": "{{key}}"}}',
      '-n',
      '5',
      '-c',
      '1',
    ];
    const keys = ['--keys', 'uniform:n=10', '--stream-call-count', '4'];
    assert.equal((await resultOf([...sync, ...keys])).keys['key']?.drawn, 5);
    assert.deepEqual((await resultOf([...sync, ...keys, '--stream-dynamic-messages'])).keys, {});
  });

  it('counts the messages of streams that began in the warm-up and outlast the window', async () => {
    const watch = ['--call', 'kv.v1.KV/Watch', '-d', '{"key": "a", "count": 1000000, "interval_ms": 1}'];
    const bounds = ['-c', '2', '--warmup', '200ms', '-z', '500ms', '--grace', '0s'];
    const { summary, validity } = await resultOf(['grpc', place, ...watch, ...bounds]);
    assert.ok(!validity.reasons.some((reason) => reason.startsWith('no-data')), String(validity.reasons));
    assert.equal(summary.sent, 0);
    const { received, receivedPerSec } = summary.messages ?? assert.fail('no messages');
    assert.ok(received > 0);
    assert.ok(Math.abs(receivedPerSec * summary.durationSec - received) < 1e-6);
  });

  it('holds an open loop to its schedule', async () => {
    const { summary } = await resultOf(get(...here, '-r', '500', '-z', '1s'));
    assert.equal(summary.planned, 500);
    assert.equal(summary.targetRate, 500);
  });

  it('takes grpc:// URLs without its name, and a config of ghz', async () => {
    assert.deepEqual(
      (await resultOf([target.url, '--call', 'kv.v1.KV/Get', ...here, '-n', '5'])).grpcStatuses,
      {
        OK: 5,
      },
    );
    const file = join(folder, 'ghz.json');
    await writeFile(
      file,
      JSON.stringify({
        host: place,
        call: 'kv.v1.KV.Get',
        insecure: true,
        total: 7,
        concurrency: 2,
        data: { key: 'here' },
      }),
    );
    assert.deepEqual((await resultOf(['grpc', '--config', file])).grpcStatuses, { OK: 7 });
  });

  it('shows no secret', async () => {
    const out = await zipfire(
      get(...here, '-n', '5', '-m', '{"Authorization": "Bearer hunter2"}', '--out', '-'),
    );
    assert.equal(out.code, 0, out.stderr);
    assert.doesNotMatch(out.stdout + out.stderr, /hunter2/);
    assert.match(out.stdout, /"authorization",\s*"\[redacted\]"/);
  });
});

describe('profiles of gRPC calls', () => {
  it('mix methods, each with figures and gates of its own', async () => {
    const generous = await startTarget({ port: 0, grpcPort: 0 });
    try {
      const profile = fileURLToPath(new URL('profiles/grpc-mix.yaml', root));
      const args = [profile, '-n', '300', '--warmup', '0s', '-R', '1k', '--out', '-', '-q'];
      const { code, stdout, stderr } = await zipfire(args, { TARGET: generous.grpc?.url ?? '' });
      // 3 and 5: a machine too busy for the figures to hold.
      assert.ok([0, 3, 5].includes(code ?? -1), stderr);
      const result = JSON.parse(stdout) as Result;
      assert.deepEqual(result.grpcStatuses, { OK: 300 });
      assert.deepEqual(
        result.operations.map(({ name, sent }) => [name, sent > 0]),
        [
          ['get', true],
          ['put', true],
          ['watch', true],
        ],
      );
    } finally {
      await generous.close();
    }
  });
});

describe('exit codes of gRPC runs', () => {
  it('3 when calls fail and a gate forbids it', async () => {
    const { code, stdout } = await zipfire(get('-d', '{"key": "gone"}', '-n', '20', '--gate', 'errors < 1%'));
    assert.equal(code, 3);
    assert.match(stdout, /FAIL/);
    assert.match(stdout, /NOT_FOUND: 20/);
  });

  it('4 when the server that is to be asked for its schema is not there', async () => {
    const gone = await startGrpcTarget({ port: 0 });
    await gone.close();
    const args = ['grpc', gone.url.replace('grpc://', ''), '--call', 'kv.v1.KV/Get', '-n', '1'];
    for (const more of [[], ['--proto', proto]]) {
      const { code, stdout, stderr } = await zipfire([...args, ...more, '-q']);
      assert.equal(code, 4, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, /^zipfire: cannot connect to grpc:\/\/127\.0\.0\.1:\d+\/: connection refused/);
    }
  });

  it('4 when what is there speaks no HTTP/2', async () => {
    const http = await startTarget({ port: 0 });
    try {
      const { code, stderr } = await zipfire([
        'grpc',
        http.url.replace('http://', ''),
        '--call',
        'a.B/C',
        '-n',
        '1',
      ]);
      assert.equal(code, 4, stderr);
      assert.match(stderr, /HTTP\/2/);
    } finally {
      await http.close();
    }
  });
});

describe('bad input to zipfire grpc', () => {
  const wrong: [args: () => string[], message: RegExp][] = [
    [() => ['grpc'], /target: missing/],
    [() => ['grpc', place], /--call: missing\n {2}→ name the method/],
    [
      () => ['grpc', place, '--call', 'kv.v1.KV/Gte'],
      /no method "Gte"\n {2}→ did you mean kv\.v1\.KV\/Get\?/,
    ],
    [
      () => ['grpc', place, '--call', 'kv.v1.VK/Get'],
      /no service "kv\.v1\.VK"\n {2}→ did you mean kv\.v1\.KV\?/,
    ],
    [() => get('-d', '{"key":'), /--data:1:8: /],
    [() => get('-d', '{"key": 5}'), /--data: key: expected string, got 5/],
    [
      () => get('-d', '{"kye": "x"}'),
      /--data: kye: kv\.v1\.GetRequest has no such field\n {2}→ did you mean "key"\?/,
    ],
    [() => get('-d', '{"key": "{{kye}}"}'), /\{\{kye\}\} names neither/],
    [() => get('--proto', join(folder, 'bad.proto')), /bad\.proto:2:1: expected/],
    [() => get('--conections', '4'), /did you mean --connections\?/],
    [() => get('--rpss', '4'), /neither a URL nor a known command or flag/],
    [() => get('--load-schedule', 'step'), /--load-start: missing: steps have one/],
    [
      () => get('-O', 'json'),
      /-O is not how reports are asked for here\n {2}→ reports have a flag each: --out, .*--junit.*\n/,
    ],
    [() => get('--skipFirst', '5'), /--warmup/],
    [() => get('-n', '5', '--total', '5'), /--requests is given more than once/],
    [() => get('-c', '4', '--connections', '8'), /--concurrency: 4 calls cannot use 8 connections/],
    [() => get('--config', 'ghz.toml'), /TOML is not read/],
    [() => ['grpc', 'http://127.0.0.1:1', '--call', 'a.B/C'], /expected a gRPC target/],
    [() => ['run', target.url], /run sends HTTP requests\n {2}→ gRPC calls: zipfire grpc/],
    [() => ['run', target.url, '--call', 'a.B/C'], /run sends HTTP requests/],
  ];
  before(() => writeFile(join(folder, 'bad.proto'), 'syntax = "proto3";\nmesage A {}\n'));
  for (const [args, message] of wrong) {
    it(`2 for ${String(message)}`, async () => {
      const before = target.counters.requests;
      const { code, stdout, stderr } = await zipfire([...args(), '-q']);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.ok(target.counters.requests - before <= 20, 'no more than reflection asks');
    });
  }
});

describe('zipfire demo --grpc', () => {
  it('serves, runs and reports in one command', async () => {
    const { code, stdout, stderr } = await zipfire(['demo', '--grpc', '-n', '200', '--warmup', '0s']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /kv\.v1\.KV\/Get/);
    assert.match(stdout, /OK: 200/);
    const refused = await zipfire(['demo', '--grpc', '-X', 'PUT']);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /--method is for HTTP requests/);
  });
});

/** A server of which reflection gets what `serve` does with its stream. */
async function withServer(
  serve: (stream: ServerHttp2Stream) => void,
  use: (place: string) => Promise<void>,
): Promise<void> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    serve(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    for (const session of sessions) session.destroy();
    server.close();
  }
}

describe('a server that does not answer reflection', () => {
  it('is unreachable once the time-out of a call is over: 4', () =>
    withServer(
      () => {},
      async (silent) => {
        const { code, stderr } = await zipfire(['grpc', silent, '--call', 'a.B/C', '-t', '200ms', '-q']);
        assert.equal(code, 4, stderr);
        assert.match(stderr, /does not answer reflection: DEADLINE_EXCEEDED: no answer within 200 ms/);
      },
    ));

  it('is unreachable when it hangs up: 4', () =>
    withServer(
      (stream) => stream.session?.destroy(),
      async (leaving) => {
        const { code, stderr } = await zipfire(['grpc', leaving, '--call', 'a.B/C', '-q']);
        assert.equal(code, 4, stderr);
        assert.match(stderr, /does not answer reflection: UNAVAILABLE/);
      },
    ));

  it('does not keep Ctrl-C from ending it: 130', async () => {
    let interrupt = () => {};
    await withServer(
      () => interrupt(),
      async (silent) => {
        const { child, finished } = start(['grpc', silent, '--call', 'a.B/C', '-t', '600s']);
        interrupt = () => child.kill('SIGINT');
        const { code, stdout, stderr } = await finished;
        assert.equal(code, 130, stderr);
        assert.equal(stdout, '');
        assert.match(stderr, /interrupted before a call was sent/);
      },
    );
  });
});

describe('help of zipfire grpc', () => {
  it('fits 100 columns, and has no name of ghz twice', async () => {
    const { code, stdout } = await zipfire(['grpc', '--help']);
    assert.equal(code, 0);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
    assert.ok(stdout.split('\n').length <= 48, 'a screen');
    assert.match(stdout, /--help all/);
    assert.doesNotMatch(stdout, /--rps|skipTLS|--keepalive|\[(string|boolean)\]/);
  });

  it('has every flag where all are asked for', async () => {
    const described = Object.entries(grpcFlagGroups).flatMap(([, flags]) => Object.entries(flags));
    const names = described.flatMap(([name, { hidden }]) => (hidden === true ? [] : [name]));
    assert.ok(names.length > 50);
    for (const args of [['--help=all'], ['--help', 'all']]) {
      const { stdout } = await zipfire(['grpc', ...args]);
      for (const name of names) assert.match(stdout, new RegExp(`--${name}\\b.* {2,}\\S`), name);
      for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
      assert.doesNotMatch(stdout, /--rps|skipTLS|These are/);
    }
  });
});
