import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from './zipfire.js';

const bin = fileURLToPath(new URL('../../../bin/zipfire.js', import.meta.url));
const noFullDisk = existsSync('/dev/full') ? false : 'no /dev/full on this machine';

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;
before(async () => {
  target = await startTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-outputs-'));
  await mkdir(join(folder, 'folder'));
  await symlink(folder, join(folder, 'linked'));
});
after(async () => {
  await target?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A run of five requests. */
const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  zipfire([`${target.url}/kv/1`, '-n', '5', '-q', ...args], env);

describe('files of a run', () => {
  it('are refused before anything is sent where they cannot be written', async () => {
    const path = (name: string) => join(folder, name);
    const cases: [string[], RegExp][] = [
      [['--out', path('none/r.json')], /--out: there is no folder \S+none\n {2}→ make it/],
      [['--html', path('folder')], /--html: \S+folder is a folder\n {2}→ name a file in it/],
      [['--csv', ''], /--csv: expected a file/],
      [['--out', path('r'), '--junit', `${folder}/folder/../r`], /--out and --junit both write \S+\/r/],
      [['--out', path('r'), '--html', path('linked/r')], /--out and --html both write \S+\/linked\/r/],
      [['--hdr', path('r'), '--debug', path('r')], /--hdr and --debug both write/],
      [['--out', '-', '--html', '-'], /--out - and --html - both want stdout/],
    ];
    for (const [flags, expected] of cases) {
      // Were something sent, this would be 4: nothing listens there.
      const { code, stderr } = await zipfire(['http://127.0.0.1:1/', '-n', '1', ...flags]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, expected);
    }
    const capacity = ['capacity', 'http://127.0.0.1:1/', '--gate', 'p99 < 1s', '--out', path('none/c.json')];
    const advise = ['advise', 'http://127.0.0.1:1/', '--html', path('none/a.html')];
    for (const args of [capacity, advise]) {
      const { code, stderr } = await zipfire(args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /there is no folder/);
    }
  });

  it('are refused in a folder, or over a file, that is read-only', {
    skip: process.getuid?.() === 0 ? 'root writes everywhere' : false,
  }, async () => {
    const closed = join(folder, 'closed');
    await mkdir(closed);
    await writeFile(join(folder, 'kept.json'), 'kept', { mode: 0o400 });
    await chmod(closed, 0o500);
    for (const path of [join(closed, 'r.json'), join(folder, 'kept.json')]) {
      const { code, stderr } = await zipfire(['http://127.0.0.1:1/', '-n', '1', '--out', path]);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /--out: \S+ cannot be written: EACCES/);
    }
  });

  it('may all be /dev/null, and overwrite what was there', async () => {
    const there = join(folder, 'there.csv');
    await writeFile(there, 'x'.repeat(10_000));
    const { code, stderr } = await run(['--out', '/dev/null', '--html', '/dev/null', '--csv', there]);
    assert.equal(code, 0, stderr);
    const text = await readFile(there, 'utf8');
    assert.match(text, /^t,sent,/);
    assert.doesNotMatch(text, /xx/);
  });

  it('lose no result to a full disk, nor the other files', { skip: noFullDisk }, async () => {
    const elsewhere = join(folder, 'elsewhere');
    await mkdir(elsewhere);
    const html = join(folder, 'r.html');
    const flags = ['--out', '/dev/full', '--csv', '/dev/full', '--html', html];
    const { code, stdout, stderr } = await run(flags, { TMPDIR: elsewhere });
    assert.equal(code, 2, stderr);
    const [, kept = ''] = /^zipfire: --out: ENOSPC: .*; the result is in (\S+)$/m.exec(stderr) ?? [];
    assert.equal(JSON.parse(await readFile(kept, 'utf8')).summary.sent, 5);
    assert.match(stderr, /^--csv: ENOSPC/m);
    assert.match(await readFile(html, 'utf8'), /<\/html>\n$/);
    assert.match(stdout, /5 sent · 5 ok/);
    const nowhere = await run(['--out', '/dev/full'], { TMPDIR: join(folder, 'none') });
    assert.match(nowhere.stderr, /--out: ENOSPC: .*; nor could it be kept in \S+: ENOENT/);
  });

  it('lose no result to a stdout that takes no more, and it is no success', {
    skip: noFullDisk,
  }, async () => {
    const elsewhere = join(folder, 'aside');
    await mkdir(elsewhere);
    for (const [flags, expected, keeps] of [
      [['--out', '-'], /^zipfire: stdout: ENOSPC: .*\nzipfire: --out: ENOSPC: .*; the result is in \S+\n/, 1],
      [[], /^zipfire: stdout: ENOSPC: [^\n]*\n$/, 1],
    ] as const) {
      const full = openSync('/dev/full', 'w');
      const child = spawn(process.execPath, [bin, `${target.url}/kv/1`, '-n', '5', '-q', ...flags], {
        env: { ...process.env, TMPDIR: elsewhere },
        stdio: ['ignore', full, 'pipe'],
      });
      let stderr = '';
      child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
        stderr += chunk;
      });
      await once(child, 'close');
      closeSync(full);
      assert.equal(child.exitCode, 2, stderr);
      assert.match(stderr, expected);
      assert.equal((await readdir(elsewhere)).length, keeps);
    }
  });

  it('name the summary of a step that cannot be written', async () => {
    const { code, stderr } = await run(['--github'], { GITHUB_STEP_SUMMARY: join(folder, 'none', 's.md') });
    assert.equal(code, 2);
    assert.match(stderr, /^zipfire: --github: ENOENT/);
  });
});
