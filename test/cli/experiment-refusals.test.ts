import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { zipfire } from './zipfire.js';

describe('zipfire advise with experiments that cannot be', () => {
  it('refuses what no call has', async () => {
    const args = ['grpc://127.0.0.1:1', '--call', 'kv.v1.KV/Get', '--pipeline', '2'];
    const { code, stderr } = await zipfire(['advise', ...args]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /--pipeline is not for a gRPC call/);
  });

  const refused: readonly [string, readonly string[], RegExp][] = [
    ['variables without a service', ['--vary', 'A=1,2'], /--vary and --vary-flag restart the service/],
    [
      'an unknown experiment',
      ['--experiment', 'tls'],
      /expected keepalive, http2, connections, streams or all/,
    ],
    ['an objective without an experiment', ['--objective', 'qps'], /--objective is for experiments/],
    [
      'the wrong end of a metric',
      ['--experiment', 'keepalive', '--objective', 'min qps'],
      /qps is better higher/,
    ],
    ['no metric', ['--experiment', 'keepalive', '--objective', 'speed'], /no metric "speed"/],
    ['a constraint that is no gate', ['--experiment', 'keepalive', '--subject-to', 'p99'], /p99/],
    ['--ready without --exec', ['--ready', 'http://127.0.0.1:1/'], /--ready is for --exec/],
    ['a pipe without a shell', ['--exec', 'a | b'], /\| is for a shell/],
    ['a call of no gRPC target', ['--call', 'kv.v1.KV/Get'], /--call calls a gRPC target/],
    ['what only a call has', ['--proto', 'kv.proto'], /--proto is for a gRPC call/],
    [
      'a time that is out of range',
      ['--experiment', 'keepalive', '--arm-duration', '1h'],
      /--arm-duration takes 100 ms to 10 min/,
    ],
    [
      'a share that is none',
      ['--experiment', 'keepalive', '--min-effect', '200%'],
      /--min-effect: a share is at most 100%/,
    ],
    ['stages', ['--experiment', 'keepalive', '--stages', 'const:10/1s'], /steady load/],
  ];
  for (const [what, args, message] of refused)
    it(`refuses ${what}`, async () => {
      const { code, stderr } = await zipfire(['advise', 'http://127.0.0.1:1/', ...args]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    });
});
