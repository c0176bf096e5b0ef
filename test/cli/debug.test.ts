import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listenGrpc } from '../support/grpc-peer.js';
import { zipfire } from './zipfire.js';

type Line = Readonly<Record<string, unknown>>;

const proto = new URL('../../../examples/proto/kv.proto', import.meta.url).pathname;
const call = ['--proto', proto, '--call', 'kv.v1.KV/Get', '-d', '{"key":"a"}', '-q'];

describe('--debug', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zipfire-debug-'));
  });
  after(() => rm(folder, { recursive: true }));

  async function linesOf(name: string): Promise<Line[]> {
    const text = await readFile(join(folder, name), 'utf8');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
  }

  it('writes down calls, connections and what went wrong, and no secret', async (t) => {
    const peer = await listenGrpc((each) => {
      if (each.index === 1) return each.end({ 'grpc-status': '16', 'grpc-message': 'not hunter2222' });
      each.send('');
      each.end();
    });
    t.after(() => peer.close());
    const file = join(folder, 'calls.jsonl');
    const args = ['-n', '4', '-c', '1', '-H', 'authorization: Bearer hunter2222', '--debug', file];
    const { code } = await zipfire(['grpc', `127.0.0.1:${peer.port}`, ...call, ...args]);
    assert.equal(code, 0);
    const lines = await linesOf('calls.jsonl');
    const of = (event: string) => lines.filter((line) => line['event'] === event);
    assert.deepEqual(
      of('call').map(({ operation, outcome, status }) => [operation, outcome, status]),
      ['OK', 'UNAUTHENTICATED', 'OK', 'OK'].map((status) => [
        'call',
        status === 'OK' ? 'ok' : 'status',
        status,
      ]),
    );
    assert.deepEqual(
      [of('resolved')[0]?.['addresses'], of('resolved')[0]?.['protocol']],
      [['127.0.0.1'], 'h2c'],
    );
    assert.deepEqual([of('connected')[0]?.['address'], of('closed').length], ['127.0.0.1', 1]);
    assert.equal(of('fault')[0]?.['why'], 'status UNAUTHENTICATED: not [redacted]');
    assert.ok(lines.every(({ ms }) => typeof ms === 'number' && ms >= 0));
    assert.equal((await stat(file)).mode & 0o077, 0);
  });

  it('is of requests too, and of a target that is not there', async () => {
    const server = createServer((_, response) => response.writeHead(503).end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const args = [`http://127.0.0.1:${port}/`, '-n', '2', '-c', '1', '-q', '--debug'];
    assert.equal((await zipfire([...args, join(folder, 'requests.jsonl')])).code, 0);
    const requests = (await linesOf('requests.jsonl')).filter(({ event }) => event === 'request');
    assert.deepEqual(
      requests.map(({ outcome, status }) => [outcome, status]),
      [503, 503].map((status) => ['status', status]),
    );
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    assert.equal((await zipfire([...args, join(folder, 'gone.jsonl')])).code, 4);
    const gone = (await linesOf('gone.jsonl')).find(({ event }) => event === 'connect-failed');
    assert.match(String(gone?.['why']), /ECONNREFUSED/);
  });

  it('is refused where it cannot be written', async () => {
    for (const [path, message] of [
      ['-', /stdout is for results/],
      [join(folder, 'no', 'such'), /--debug: there is no folder/],
    ] as const) {
      const { code, stderr } = await zipfire(['http://127.0.0.1:1/', '-n', '1', '-q', '--debug', path]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
  });
});
