import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Advice } from '#zipfire/core/index.js';
import { zipfire } from './zipfire.js';

let folder: string;
let port: number;
let service: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-services-'));
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  port = (free.address() as { port: number }).port;
  free.close();
  await once(free, 'close');
  service = `http://127.0.0.1:${port}/`;
});
after(() => rm(folder, { recursive: true }));

const quick = ['-c', '4', '-t', '1', '-d', '200ms', '--warmup', '20ms', '--arm-duration', '150ms'];
const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Advice;

describe('experiments on a service', () => {
  it('waits for a service that accepts connections before it can answer', async () => {
    const [out, starting] = [join(folder, 'starting.json'), join(folder, 'starting.cjs')];
    await writeFile(
      starting,
      `let asked = 0;
       require('node:http').createServer((_, r) => { if (++asked < 4) r.statusCode = 503; r.end('ok') }).listen(${port}, '127.0.0.1')`,
    );
    const args = ['--exec', `'${process.execPath}' '${starting}'`, '--vary', 'WAIT=1,2', '--repeats', '1'];
    const { code, stderr } = await zipfire(['advise', service, ...args, ...quick, '-q', '--out', out]);
    assert.equal(code, 0, stderr);
    const { experiments } = await read(out);
    assert.deepEqual(
      experiments[0]?.arms.map(({ errorRate }) => errorRate),
      [[0], [0]],
    );
  });

  it('gives up a setting under which the service ends, and goes on', async () => {
    const [out, crashing] = [join(folder, 'crash.json'), join(folder, 'crashing.cjs')];
    await writeFile(
      crashing,
      `let asked = 0;
       require('node:http').createServer((_, r) => {
         if (process.env.LIMIT === 'low' && ++asked > 20) throw new Error('out of room');
         r.end('ok');
       }).listen(${port}, '127.0.0.1')`,
    );
    const args = [
      '--exec',
      `'${process.execPath}' '${crashing}'`,
      '--vary',
      'LIMIT=none,low',
      '--repeats',
      '1',
    ];
    const { code, stdout, stderr } = await zipfire(['advise', service, ...args, ...quick, '--out', out]);
    assert.equal(code, 0, stderr);
    const said =
      /LIMIT=low was given up: the service with LIMIT=low ended by itself \(exit code [17]\); all of it is in \S+\.log/;
    const { experiments, notes } = await read(out);
    assert.match(notes.join('\n'), said);
    assert.match(experiments[0]?.conclusion ?? '', said);
    assert.deepEqual(
      experiments[0]?.arms.map(({ qps }) => qps.length),
      [1, 0],
    );
    assert.match(stderr, /^round 1 of 1 {2}LIMIT=low {2}given up: the service with LIMIT=low ended/m);
    assert.match(stdout, /LIMIT=low .* given up$/m);
  });

  it('calls a method of a gRPC service that it starts', async () => {
    const out = join(folder, 'grpc.json');
    const bin = fileURLToPath(new URL('../../../bin/zipfire.js', import.meta.url));
    const exec = `'${process.execPath}' '${bin}' serve --port 0 --grpc-port ${port}`;
    const load = ['--call', 'kv.v1.KV/Get', '--data', '{"key":"a"}', '--concurrency', '8'];
    const { code, stderr } = await zipfire([
      'advise',
      `grpc://127.0.0.1:${port}`,
      ...load,
      ...['--exec', exec, '--vary', 'A=1,2', '--experiment', 'streams=2', '--repeats', '1'],
      ...quick.filter((word, i) => word !== '-c' && quick[i - 1] !== '-c'),
      ...['-q', '--out', out],
    ]);
    assert.equal(code, 0, stderr);
    const { experiments } = await read(out);
    assert.deepEqual(
      experiments.map(({ arms }) => arms.map(({ name, qps }) => [name, (qps[0] ?? 0) > 0])),
      [
        [
          ['A=1', true],
          ['A=2', true],
        ],
        [
          ['streams=8', true],
          ['streams=2', true],
        ],
      ],
    );
  });
});
