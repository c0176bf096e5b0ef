import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { listenOdd } from '../support/odd-servers.js';
import { start, zipfire } from './zipfire.js';

const page = readFileSync(new URL('../../../docs/advise.md', import.meta.url), 'utf8');

test('the example of docs/advise.md finds a server that a load balancer outlasts', async () => {
  const server = await listenOdd({ idleMs: 500 });
  const example = /^zipfire (advise .*--probe-only.*)$/m.exec(page)?.[1] ?? '';
  const words = example.split(' ').map((word) => word.replace(/:8080/, `:${server.port}`));
  const { code, stdout, stderr } = await zipfire([...words, '--out', '-', '--fail-on', 'high']);
  await server.idle();
  await server.close();
  assert.equal(code, 3, stderr);
  assert.match(stderr, /probing http.*\n.*kept alive\n.*idle connections are closed, for 1 min 15 s/);
  const advice = JSON.parse(stdout);
  assert.deepEqual(
    advice.findings.flatMap(({ id, status }: Record<string, string>) => (status === 'fail' ? [id] : [])),
    ['KA02'],
  );
  assert.deepEqual(
    advice.selfChecks.map(({ status }: Record<string, string>) => status).includes('fail'),
    false,
  );
});

test('probes come before a load, and are judged with it', async () => {
  const server = await listenOdd({ requests: 1 });
  const flags = ['--probe', '-c', '1', '-t', '1', '-n', '20', '-q', '--out', '-'];
  const { code, stdout, stderr } = await zipfire(['advise', `http://127.0.0.1:${server.port}/`, ...flags]);
  await server.idle();
  await server.close();
  assert.equal(code, 0, stderr);
  assert.equal(stderr, '');
  const [first] = JSON.parse(stdout).findings;
  assert.deepEqual([first.id, first.status, first.confidence], ['KA01', 'fail', 'probed']);
});

/** Presses Ctrl-C when it asks about idleness, which it would for ten minutes. */
async function interrupted(flag: string) {
  const server = await listenOdd();
  const url = `http://127.0.0.1:${server.port}/`;
  const { child, finished } = start(['advise', url, flag, '--idle-limit', '10m', '--out', '-']);
  let said = '';
  child.stderr.on('data', (bytes) => {
    said += String(bytes);
    if (said.includes('when idle') && !child.killed) child.kill('SIGINT');
  });
  const ended = await finished;
  await server.idle();
  await server.close();
  assert.equal(ended.code, 130);
  return ended;
}

test('Ctrl-C ends the probing before a load, and leaves no connection', async () => {
  const { stdout, stderr } = await interrupted('--probe');
  assert.equal(stdout, '');
  assert.match(stderr, /interrupted while probing/);
});

test('Ctrl-C ends a probing alone, and what was answered until then is judged', async () => {
  const { findings, notes } = JSON.parse((await interrupted('--probe-only')).stdout);
  const of = (id: string) => findings.find((each: Record<string, string>) => each['id'] === id);
  assert.equal(of('KA01').status, 'pass');
  assert.deepEqual([of('KA06').status, of('KA06').why], ['inconclusive', 'probing was ended by hand']);
  assert.match(notes[0], /ended by hand/);
});

test('a flag for probes alone is refused, with a way out', async () => {
  const url = 'http://127.0.0.1:1/';
  const forgotten = await zipfire(['advise', url, '--lb-idle', '60s']);
  assert.deepEqual([forgotten.code, /--lb-idle is for --probe/.test(forgotten.stderr)], [2, true]);
  assert.equal((await zipfire(['advise', '--probe'])).code, 2);
  for (const wrong of [
    ['--idle-limit', '2h'],
    ['--probe-requests', '0'],
  ])
    assert.equal((await zipfire(['advise', url, '--probe', ...wrong])).code, 2, String(wrong));
  assert.equal((await zipfire(['advise', url, '--probe-only', '-q'])).code, 4);
});

test('docs/advise.md tells of every flag for probes', async () => {
  const { stdout } = await zipfire(['advise', '--help', 'all']);
  const flags = [...new Set(stdout.match(/--(?:probe[\w-]*|lb-idle|idle-limit)\b/g))];
  assert.ok(flags.length >= 7, String(flags));
  assert.deepEqual(
    flags.filter((flag) => !page.includes(flag)),
    [],
  );
});
