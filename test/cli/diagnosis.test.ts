import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Result } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from './zipfire.js';

let target: Awaited<ReturnType<typeof startTarget>>;

before(async () => {
  target = await startTarget({ port: 0 });
});

after(() => target.close());

describe('a run that looks at its target', () => {
  const refused = [
    { what: 'a process that is no number', args: ['--pid', 'server'], says: /--pid: expected a number/ },
    { what: 'two processes', args: ['--pid', '1', '--pid-of-port', '80'], says: /give one of them/ },
    { what: 'a page that is no URL', args: ['--scrape', 'metrics'], says: /--scrape: expected a URL/ },
    { what: 'a port that nobody listens on', args: ['--pid-of-port', '1'], says: /listens on port 1/ },
  ] as const;
  for (const { what, args, says } of refused)
    it(`refuses ${what}`, async () => {
      const { code, stderr } = await zipfire(['run', `${target.url}/kv/a`, '-n', '1', ...args]);
      assert.equal(code, 2);
      assert.match(stderr, says);
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
