import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { findProgram, freePort } from '../support/programs.js';

const examples = new URL('../../../examples/ci/', import.meta.url);
const bin = fileURLToPath(new URL('../../../bin/zipfire.js', import.meta.url));
const missing = ['bash', 'curl'].find((name) => findProgram(name) === null);
const skip = missing !== undefined && `${missing} is not installed`;

/** Exit codes of a load that a busy machine may spoil. */
const SPOILT = [0, 3, 5];

let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-ci-'));
  await program('npm', ':');
  await program('npx', `shift; exec '${process.execPath}' '${bin}' "$@"`);
  for (const name of ['load.yaml', 'builds.yaml']) await writeFile(join(folder, name), await short(name));
});

after(() => rm(folder, { recursive: true }));

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, name), 0o755);
}

/** A profile as it is, but over in a moment. */
async function short(name: string): Promise<string> {
  const text = await readFile(new URL(name, examples), 'utf8');
  return text
    .replace(/warmup: \w+, measure: \w+/, 'warmup: 0s, requests: 100')
    .replace('repeat: 6', 'repeat: 2');
}

/** Runs a script as the runners do. @returns its exit code, and all that it said */
async function bash(script: string, env: Readonly<Record<string, string>>) {
  const log = join(folder, 'said.txt');
  // A file: what it leaves running would hold a pipe open.
  const file = openSync(log, 'w');
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd: folder,
    env: { PATH: `${folder}${delimiter}${process.env['PATH']}`, HOME: folder, ...env },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, said: await readFile(log, 'utf8') };
}

async function workflow(name: string) {
  return parse(await readFile(new URL(name, examples), 'utf8'));
}

const isLoad = (script: string) => script.includes('zipfire run');

describe('examples/ci', { skip }, () => {
  it('github-actions.yaml runs from its first step to its last', async () => {
    const { load } = (await workflow('github-actions.yaml')).jobs;
    const steps: { run?: string; uses?: string; with?: { path?: string } }[] = load.steps;
    const scripts = steps.flatMap(({ run }) => run ?? []);
    const place = async () => `http://127.0.0.1:${await freePort()}`;
    const env = {
      BASE: await place(),
      HEAD: await place(),
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    };
    assert.deepEqual(Object.keys(load.env), ['BASE', 'HEAD']);
    const end = scripts.at(-1) ?? '';
    assert.match(end, /^kill /);
    try {
      for (const script of scripts.slice(0, -1)) {
        const { code, said } = await bash(script, env);
        assert.ok((isLoad(script) ? SPOILT : [0]).includes(code ?? -1), `${script}: exit ${code}: ${said}`);
      }
    } finally {
      assert.equal((await bash(end, env)).code, 0, 'both builds were there to be ended');
    }
    const kept = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'))?.with?.path ?? '';
    const files = kept.trim().split(/\s+/);
    assert.equal(files.length, 5);
    for (const file of files) assert.ok(existsSync(join(folder, file)), `${file} was written`);
    assert.match(await readFile(join(folder, 'summary.md'), 'utf8'), /QPS/);
  });

  it('gitlab-ci.yaml runs, and writes what it hands on', async () => {
    const { load } = await workflow('gitlab-ci.yaml');
    const env = { TARGET: `http://127.0.0.1:${await freePort()}` };
    assert.deepEqual(Object.keys(load.variables), ['TARGET']);
    // GitLab joins both into one script.
    const script = [...load.before_script, ...load.script].join('\n');
    try {
      const { code, said } = await bash(script, env);
      assert.ok(SPOILT.includes(code ?? -1), `exit ${code}: ${said}`);
    } finally {
      assert.equal(
        (await bash(load.after_script.join('\n'), env)).code,
        0,
        'the service was there to be ended',
      );
    }
    const { paths, reports } = load.artifacts;
    const files: string[] = [...paths, ...Object.values(reports)];
    assert.equal(files.length, 4);
    for (const file of files) assert.ok(existsSync(join(folder, file)), `${file} was written`);
  });
});
