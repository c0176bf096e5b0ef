import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { reportFormats } from '#zipfire/report/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from './zipfire.js';

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-secrets-'));
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

/** Secrets of the test's own, which nothing else holds. */
const secret = (where: string) => `sEcReT-${where}-0123456789-0123456789-0123456789-0123456789`;
const env = () => ({ TARGET: target.url, API_TOKEN: secret('env'), DB_PASSWORD: secret('body') });
const path = (name: string) => join(folder, name);

/** Runs a command, and looks for secrets in all it says and all it writes. */
async function quiet(args: readonly string[], code: number, says?: RegExp): Promise<void> {
  const finished = await zipfire(args, env());
  assert.equal(finished.code, code, finished.stderr.replaceAll('sEcReT', '(a secret)'));
  if (says !== undefined) assert.match(finished.stdout + finished.stderr, says);
  const texts = new Map([
    ['stdout', finished.stdout],
    ['stderr', finished.stderr],
  ]);
  for (const name of await readdir(folder)) {
    if (name.startsWith('out')) texts.set(name, await readFile(path(name), 'utf8'));
  }
  for (const [name, text] of texts) {
    const found = /.{0,40}sEcReT.{0,20}/.exec(text);
    assert.equal(found, null, `${name}: ${found?.[0]}`);
  }
}

afterEach(async () => {
  for (const name of await readdir(folder)) await rm(path(name), { recursive: true });
});

const everyReport = () => reportFormats.flatMap(({ flag }) => [`--${flag}`, path(`out-${flag}`)]);

describe('secrets are in no output', () => {
  it('of flags', async () => {
    const [, host = ''] = target.url.split('//');
    await quiet(
      [
        `http://alice:${secret('url')}@${host}/kv/a?api_key=${secret('query')}`,
        ...['-n', '20', ...everyReport(), '--tags', `{"token":"${secret('tag')}"}`],
        ...['-H', `Authorization: Bearer ${secret('auth')}`, '-H', `Cookie: sid=${secret('cookie')}`],
        ...['-H', `X-Api-Key: ${secret('key')}`, '-H', `Proxy-Authorization: Basic ${secret('proxy')}`],
      ],
      0,
      /\[redacted\]/,
    );
  });

  it('of a profile that takes them from the environment, nor of a comparison with it', async () => {
    await writeFile(
      path('p.yaml'),
      `version: 1
name: "run \${API_TOKEN}"
target: \${TARGET}
tags: { where: "\${API_TOKEN}" }
operations:
  read: { get: "/kv/\${API_TOKEN}?a=\${API_TOKEN}", headers: { x-thing: "v \${API_TOKEN}" } }
  write: { put: /kv/a, body: '{"password": "\${DB_PASSWORD}"}' }
phases: { requests: 20 }
gates: [ "errors <= 100%" ]
`,
    );
    await quiet(['run', path('p.yaml'), ...everyReport()], 0);
    await quiet(['compare', path('out-out'), path('out-out'), '--out', path('out-comparison')], 0);
    await quiet(['run', path('p.yaml'), '--baseline', path('out-out')], 0);
  });

  it('of a matrix that has one for an axis', async () => {
    await writeFile(
      path('m.yaml'),
      `version: 1
target: \${TARGET}
matrix: { axes: { header: ["\${API_TOKEN}", b] }, repeat: 1 }
operations: { read: { get: /, headers: { x-h: "\${matrix.header}" } } }
load: { connections: 1 }
phases: { requests: 5 }
`,
    );
    await quiet(['run', path('m.yaml'), '--out', path('out-m.json'), '--csv', path('out-m.csv')], 0);
  });

  const wrong: readonly string[] = [
    'load: { connections: "<token>" }',
    'load: { rate: "<token>" }',
    'load: { driver: undici, proxy: "<token>" }',
    'load: { stages: [ { ramp: "<token>", for: 5s } ] }',
    'gates: [ "<token> < 5" ]',
    'keys: { k: { zipf: { n: "<token>" } } }',
    'script: "<token>.mjs"',
    'phases: { prefill: { operation: "<token>", keys: a, count: 1 } }',
    'data: { users: { csv: "<token>.csv" } }',
    'seed: "<token>"',
    'target: "http://u:<token>@h:99999"',
    'target: "<token>"',
    'operations: { read: { get: "/{{<token>}}" } }',
    'matrix: { axes: { a: ["<token>", 2] }, baseline: { a: "no" } }',
  ];

  it('of what is said of a wrong profile', async () => {
    for (const line of wrong) {
      const [name = ''] = line.split(':');
      const usual = [`target: ${target.url}`, 'operations: { read: { get: / } }'];
      const lines = [...usual.filter((each) => !each.startsWith(`${name}:`)), line];
      await writeFile(
        path('bad.yaml'),
        `version: 1\n${lines.join('\n').replaceAll('<token>', `\${API_TOKEN}`)}\n`,
      );
      await quiet(['run', path('bad.yaml'), '-q'], 2);
    }
  });

  it('of what is said of wrong flags, and of targets that are not there', async () => {
    const to = `${target.url}/`;
    await quiet([to, '-n', '1', '-H', `Authorization Bearer ${secret('auth')}`], 2, /read "Authorization …"/);
    await quiet([to, '-n', '1', '--tags', `token=${secret('tag')}`], 2);
    await quiet([`htp://alice:${secret('url')}@h/`, '-n', '1'], 2);
    const proxy = `http://bob:${secret('proxy')}@127.0.0.1:1/`;
    await quiet([to, '-n', '1', '--driver', 'undici', '--proxy', proxy], 4);
    await quiet([`http://alice:${secret('url')}@127.0.0.1:1/?api_key=${secret('query')}`, '-n', '1'], 4);
    const metadata = ['--reflect-metadata', `{"authorization":"${secret('reflect')}"}`];
    const call = ['--call', 'a.B/C', '-d', '{}', '-m', `{"x-token":"${secret('meta')}"}`];
    await quiet(['grpc', '127.0.0.1:1', ...call, ...metadata], 4);
  });

  it('of what a script throws', async () => {
    const script = path('s.mjs');
    const flags = ['-n', '1', '--script', script, '-H', `Authorization: Bearer ${secret('auth')}`];
    const said = `new Error('with ' + process.env.API_TOKEN + ' and ${secret('auth')}')`;
    for (const text of [`throw ${said};`, `export function request() { throw ${said}; }`]) {
      await writeFile(script, text);
      await quiet([target.url, ...flags], 2, /with \[redacted\] and \[redacted\]/);
    }
  });
});
