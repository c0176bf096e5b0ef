import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Result } from '#zipfire/core/index.js';
import { startGrpcTarget, startTarget } from '#zipfire/target/index.js';
import { zipfire } from './zipfire.js';

let target: Awaited<ReturnType<typeof startTarget>>;
let grpc: Awaited<ReturnType<typeof startGrpcTarget>>;

before(async () => {
  target = await startTarget({ port: 0 });
  grpc = await startGrpcTarget({ port: 0 });
});

after(async () => {
  await target.close();
  await grpc.close();
});

const linux = process.platform === 'linux' ? false : 'only Linux has procfs';
const call = (...more: string[]) => [
  'grpc',
  grpc.url,
  '--call',
  'kv.v1.KV/Get',
  '-d',
  '{"key":"a"}',
  ...more,
];

describe('a run that looks at its target', () => {
  const refused = [
    { what: 'a process that is no number', args: ['--pid', 'server'], says: /--pid: expected a number/ },
    { what: 'two processes', args: ['--pid', '1', '--pid-of-port', '80'], says: /give one of them/ },
    { what: 'a page that is no URL', args: ['--scrape', 'metrics'], says: /--scrape: expected a URL/ },
    { what: 'a port that nobody listens on', args: ['--pid-of-port', '1'], says: /listens on port 1/ },
  ] as const;
  for (const { what, args, says } of refused)
    it(`refuses ${what}`, async () => {
      for (const words of [['run', `${target.url}/kv/a`], call()]) {
        const { code, stderr } = await zipfire([...words, '-n', '1', ...args]);
        assert.equal(code, 2);
        assert.match(stderr, says);
      }
    });

  it('is one of HTTP or of calls, and sees who serves', { skip: linux }, async () => {
    const runs = [
      { words: ['run', `${target.url}/kv/a`], port: new URL(target.url).port },
      { words: call(), port: grpc.url.split(':').at(-1) ?? '' },
    ];
    for (const { words, port } of runs) {
      // Both services are parts of this process, which has the number and the port.
      for (const who of [
        ['--pid', String(process.pid)],
        ['--pid-of-port', port],
      ]) {
        const args = [...words, '-z', '2s', '-c', '2', ...who, '-q', '--out', '-'];
        const { code, stdout, stderr } = await zipfire(words[0] === 'run' ? args.with(2, '-d') : args);
        assert.equal(code, 0, stderr);
        const { signals, diagnosis } = JSON.parse(stdout) as Result;
        assert.deepEqual([signals?.pid, signals?.runtime], [process.pid, 'node']);
        assert.ok((signals?.seconds[0]?.cpuCores ?? 0) > 0, 'the service did nothing');
        assert.match(diagnosis?.why ?? '', /a diagnosis takes 10/);
      }
    }
  });

  it('knows that a Unix socket has no network that could be slow', { skip: linux }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zipfire-diagnosis-'));
    const path = join(folder, 'socket');
    const server = createServer((_, response) => response.end('here')).listen(path);
    try {
      await once(server, 'listening');
      const words = ['run', 'http://localhost/', '--unix-socket', path, '-d', '2s', '-c', '2'];
      const { code, stdout, stderr } = await zipfire([
        ...words,
        '--pid',
        String(process.pid),
        '-q',
        '--out',
        '-',
      ]);
      assert.equal(code, 0, stderr);
      const { signals } = JSON.parse(stdout) as Result;
      assert.deepEqual([signals?.seconds[0]?.rttMs, signals?.seconds[0]?.retransmits], [0, null]);
      assert.ok(!signals?.missing.some(({ signal }) => signal === 'rttMs'));
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });

  it('is offered by the help of both', async () => {
    for (const command of ['run', 'grpc']) {
      const { stdout } = await zipfire([command, '--help', 'all']);
      for (const flag of ['--pid ', '--pid-of-port', '--scrape'])
        assert.ok(stdout.includes(flag), `${command} ${flag}`);
    }
  });

  it('goes on where there is nothing to see, and says so', async () => {
    const args = ['--pid', '2147483647', '--scrape', `${target.url}/nowhere`, '--out', '-'];
    const { code, stdout } = await zipfire([
      'run',
      `${target.url}/kv/a`,
      '-n',
      '20',
      '-c',
      '1',
      '-q',
      ...args,
    ]);
    assert.equal(code, 0);
    const { signals, diagnosis } = JSON.parse(stdout) as Result;
    const missing = signals?.missing.map(({ signal }) => signal) ?? [];
    for (const signal of ['process', 'page']) assert.ok(missing.includes(signal), `${signal} in ${missing}`);
    assert.deepEqual(diagnosis?.patterns, []);
  });

  it('has neither signals nor a diagnosis unasked', async () => {
    const { stdout } = await zipfire(['run', `${target.url}/kv/a`, '-n', '5', '-c', '1', '-q', '--out', '-']);
    const result = JSON.parse(stdout) as Result;
    assert.deepEqual([result.signals, result.diagnosis], [undefined, undefined]);
  });
});
