/** `--artifacts` and `--from`, as they are typed: the same advice again, for each kind of artifact, and no secret in it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { server as certificate } from '../support/certs.js';
import { type StdioChild, startWithStdin } from '../support/stdio-child.js';
import { zipfire } from './zipfire.js';

const script = fileURLToPath(new URL('../advisor/live/node-target.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'zipfire-replay-'));
const SECRET = 'hunter2';

/** A service whose environment, command line and files are full of secrets, some in the names that rules look at. */
let service: StdioChild;
let secure: StdioChild;

before(async () => {
  const env = {
    ...process.env,
    PASSWORD: SECRET,
    GOFLAGS: `-token=${SECRET}`,
    NODE_OPTIONS: `--max-old-space-size=512 --title=${SECRET}`,
    JAVA_TOOL_OPTIONS: `-Xmx64m -Dpassword=${SECRET}`,
  };
  service = await startWithStdin(process.execPath, [script, '{}', `--password=${SECRET}`], env);
  const settings = JSON.stringify({ speaks: 'https', ...certificate });
  secure = await startWithStdin(process.execPath, [script, settings], env);
  writeFileSync(join(folder, '.env'), `GOMAXPROCS=2\nPASSWORD=${SECRET}\n`);
  writeFileSync(
    join(folder, 'compose.yaml'),
    `services:\n  app:\n    build: .\n    cpus: 2\n    env_file: .env\n    command: ["app", "--password=${SECRET}"]\n    environment: { API_TOKEN: ${SECRET} }\n`,
  );
});

after(async () => {
  await service.stop();
  await secure.stop();
  rmSync(folder, { recursive: true });
});

const load = ['-c', '2', '-n', '200', '-t', '1', '-q'];
const probe = ['--idle-limit', '300ms', '--probe-requests', '20', '--probe-time', '200ms'];
const url = (credentials = '') => `http://${credentials}127.0.0.1:${service.line}`;

/** @returns the names of the artifacts */
async function replayed(name: string, args: readonly string[]): Promise<readonly string[]> {
  const artifacts = join(folder, name);
  const first = await zipfire(['advise', ...args, '--artifacts', artifacts, '--out', '-']);
  assert.equal(first.code, 0, first.stderr);
  const again = await zipfire(['advise', '--from', artifacts, '--out', '-']);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(JSON.parse(again.stdout), JSON.parse(first.stdout));
  const files = readdirSync(artifacts);
  for (const file of files)
    assert.ok(!readFileSync(join(artifacts, file), 'utf8').includes(SECRET), `${name}/${file}`);
  for (const shown of [first.stdout, first.stderr]) assert.ok(!shown.includes(SECRET), name);
  return files.map((file) => file.replace('.json', '')).sort();
}

describe('artifacts, as they are typed', () => {
  it('hold a load, its pages, its process and its files', async () => {
    const sources = ['--metrics', `${url(`user:${SECRET}@`)}/metrics`, '--pid', `${service.pid}`];
    const expvar = ['--expvar', `${url(`user:${SECRET}@`)}/debug/vars?token=${SECRET}`];
    const header = ['-H', `Authorization: Bearer ${SECRET}`, '-H', `Cookie: id=${SECRET}`];
    const args = [`${url(`user:${SECRET}@`)}/`, ...load, ...sources, ...expvar, ...header, '--files', folder];
    assert.deepEqual(await replayed('load', args), [
      'artifacts',
      'files',
      'generator',
      'load',
      'metrics',
      'process',
      'suppressions',
    ]);
  });

  it('hold probes, with and without a load', async () => {
    const over = [`https://127.0.0.1:${secure.line}/`, '--insecure', '--lb-idle', '60s', ...probe, '-q'];
    const probes = ['alpn', 'artifacts', 'idle', 'keepAlive', 'probe', 'requests', 'resumption', 'reuse'];
    const alone = await replayed('alone', [...over, '--probe-only', '-H', `X-Api-Key: ${SECRET}`]);
    assert.deepEqual(alone, [...probes, 'handshake'].sort());
    const both = await replayed('both', [...over, ...load, '--probe']);
    assert.deepEqual(both, [...probes, 'generator', 'handshake', 'load'].sort());
  });

  it('hold experiments', async () => {
    const names = await replayed('tried', [
      `${url()}/`,
      ...load,
      '--experiment',
      'connections=1',
      '--repeats',
      '1',
      '--arm-duration',
      '100ms',
      '--warmup',
      '20ms',
    ]);
    assert.deepEqual(names, ['artifacts', 'experiments', 'generator', 'load']);
  });

  it('hold what a profile ignores', async () => {
    const profile = join(folder, 'load.yaml');
    writeFileSync(
      profile,
      `version: 1\ntarget: ${url()}\nadvise: { ignore: { CPU04: "resized by hand" } }\nload: { connections: 1, workers: 1 }\noperations:\n  get: { get: / }\n`,
    );
    await replayed('ignored', [profile, '-n', '50', '-q', '--files', join(folder, 'compose.yaml')]);
  });

  it('and logs are refused where no folder can be made', {
    skip: process.platform !== 'linux' && 'procfs is Linux’s',
  }, async () => {
    const artifacts = await zipfire(['advise', folder, '-q', '--artifacts', '/proc/zipfire']);
    assert.deepEqual([artifacts.code, /--artifacts: ENOENT/.test(artifacts.stderr)], [2, true]);
    const exec = ['--exec', 'true', '--vary', 'A=1,2', '--logs', '/proc/zipfire'];
    const logs = await zipfire(['advise', `${url()}/`, '-q', ...exec]);
    assert.deepEqual([logs.code, /--logs: ENOENT/.test(logs.stderr)], [2, true], logs.stderr);
  });

  it('are refused with what is wrong, and nothing is gathered beside them', async () => {
    const none = await zipfire(['advise', '--from', folder]);
    assert.equal(none.code, 2);
    assert.match(none.stderr, /--from: .* holds no artifacts: there is no artifacts\.json/);
    const piped = join(folder, 'piped');
    const { code } = await zipfire(['advise', join(folder, 'compose.yaml'), '-q', '--artifacts', piped]);
    assert.equal(code, 0);
    rmSync(join(piped, 'files.json'));
    mkdirSync(join(piped, 'files.json'));
    const other = await zipfire(['advise', '--from', piped]);
    assert.match(other.stderr, /--from: \S+files\.json is not a file/);
    rmSync(join(piped, 'files.json'), { recursive: true });
    // Nobody ever writes into it.
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(piped, 'files.json')]);
    const waited = await zipfire(['advise', '--from', piped]);
    assert.deepEqual([waited.code, /files\.json is not/.test(waited.stderr)], [2, true], waited.stderr);
    const beside = await zipfire(['advise', '--from', folder, '--pid', '1']);
    assert.equal(beside.code, 2);
    assert.match(beside.stderr, /--from judges what was gathered, and gathers nothing/);
  });
});
