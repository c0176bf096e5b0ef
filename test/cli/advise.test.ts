import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { start, zipfire } from './zipfire.js';

const folder = mkdtempSync(join(tmpdir(), 'zipfire-advise-'));
after(() => rmSync(folder, { recursive: true }));
const onLinuxOnly = process.platform === 'linux' ? false : 'only Linux has procfs';

test('a load with metrics is advised on, and the artifacts give the same advice again', async () => {
  const server = http.createServer((request, response) =>
    response.end(request.url === '/metrics' ? 'system_cpu_count 1\n' : 'ok'),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const artifacts = join(folder, 'seen');
  const flags = [
    '-c',
    '1',
    '-t',
    '1',
    '-n',
    '50',
    '-q',
    '--metrics',
    `${url}/metrics`,
    '--artifacts',
    artifacts,
  ];
  const { code, stdout, stderr } = await zipfire([
    'advise',
    `${url}/`,
    ...flags,
    '--fail-on',
    'medium',
    '--out',
    '-',
  ]);
  server.close();
  assert.equal(code, 3, stderr);
  const advice = JSON.parse(stdout);
  assert.equal(advice.verdict, 'mend');
  assert.equal(advice.findings[0].id, 'CPU11');
  const sarif = join(folder, 'a.sarif');
  const again = await zipfire(['advise', '--from', artifacts, '--out', '-', '--sarif', sarif]);
  assert.deepEqual(JSON.parse(again.stdout).findings, advice.findings);
  assert.equal(JSON.parse(readFileSync(sarif, 'utf8')).runs[0].results.at(-1).ruleId, 'CPU11');
});

test('files alone are judged, and nothing to mend is said as such', async () => {
  const file = join(folder, 'go.mod');
  writeFileSync(file, 'module x\n\ngo 1.25\n');
  const { code, stdout } = await zipfire(['advise', file, '--fail-on', 'low']);
  assert.equal(code, 0);
  assert.match(stdout, /NOTHING TO MEND|NOTHING JUDGED/);
});

test('what cannot be is refused with a way out', async () => {
  const nothing = await zipfire(['advise']);
  assert.deepEqual([nothing.code, /give a URL, a profile, files or folders/.test(nothing.stderr)], [2, true]);
  assert.equal((await zipfire(['advise', 'http://127.0.0.1:1/', '--pid', 'none'])).code, 2);
});

test('Ctrl-C ends a watch, and what was seen until then is judged', { skip: onLinuxOnly }, async () => {
  const out = join(folder, 'watched.json');
  const { child, finished } = start(['advise', '--pid', `${process.pid}`, '-d', '10m', '--out', out]);
  child.stderr.once('data', () => child.kill('SIGINT'));
  const { code, stderr } = await finished;
  assert.match(stderr, /watching for 600 s/);
  assert.equal(code, 130, stderr);
  const { notes, findings } = JSON.parse(readFileSync(out, 'utf8'));
  assert.match(notes[0], /ended by hand/);
  assert.equal(findings.find((each: Record<string, string>) => each['id'] === 'K03').status, 'pass');
});
