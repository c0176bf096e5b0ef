import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZipfireError } from '../core/index.js';
import { ask, until, withTarget } from './client.fixture.js';
import { startTargetThread } from './thread.js';

/** A thread's module made of one line. */
function moduleOf(source: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}

function isError(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof ZipfireError && error.code === code && message.test(error.message);
}

const saysReady = `
  import { parentPort } from 'node:worker_threads';
  parentPort.postMessage({ kind: 'ready', place: { url: 'http://x', address: 'x', port: 1 } });`;

test('serves from a thread, with the handle of startTarget', async () => {
  const target = await startTargetThread({ valueBytes: 3 });
  try {
    assert.equal((await ask(target, '/kv/a')).body, 'a a');
    await ask(target, '/nothing');
    await until(() => target.counters.connectionsActive === 0);
    assert.deepEqual(target.counters.statuses, { 200: 1, 404: 1 });
  } finally {
    await target.close();
  }
  await target.ended;
  await target.close();
  await assert.rejects(ask(target, '/kv/a'));
});

test('a wrong option is refused before there is a thread, and an address by the thread', async () => {
  await assert.rejects(startTargetThread({ port: -1 }), isError('usage', /port/));
  await withTarget({}, async ({ port }) => {
    await assert.rejects(startTargetThread({ port }), (error) => {
      assert.ok(error instanceof ZipfireError);
      assert.deepEqual([error.code, error.exitCode], ['usage', 2]);
      assert.match(error.message, /cannot listen on/);
      assert.match(error.hint ?? '', /--port/);
      return true;
    });
  });
});

test('a thread that dies before it listens rejects the start', async () => {
  const table: [source: string, message: RegExp][] = [
    ['throw new Error("no heart")', /died: no heart/],
    ['process.exit(7)', /died: exit code 7/],
    ['', /died: exit code 0/],
    ['this is no JavaScript', /died/],
  ];
  for (const [source, message] of table) {
    await assert.rejects(startTargetThread({}, moduleOf(source)), isError('worker-died', message), source);
  }
});

test('a thread that dies later rejects `ended` and `close`', async () => {
  const target = await startTargetThread(
    {},
    moduleOf(`${saysReady} setImmediate(() => { throw new Error('late') })`),
  );
  await assert.rejects(target.ended, isError('worker-died', /died: late/));
  await assert.rejects(target.close(), isError('worker-died', /died: late/));
});

test('a thread that does not listen to the close is ended', async () => {
  const target = await startTargetThread(
    { closeGraceMs: 0 },
    moduleOf(`${saysReady} setInterval(() => {}, 1000)`),
  );
  await target.close();
  await target.ended;
});
