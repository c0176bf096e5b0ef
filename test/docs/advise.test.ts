import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';
import { pageAssets } from '../fixtures/page.js';

const page = readFileSync(new URL('../../../docs/advise.md', import.meta.url), 'utf8');
const service = fileURLToPath(
  new URL('../../../test/advisor/catalogue/many-at-once/broken/', import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), 'zipfire-docs-advise-'));
let target: Awaited<ReturnType<typeof startTarget>>;

before(async () => {
  target = await startTarget({ port: 0 });
  await pageAssets();
});

after(async () => {
  await target.close();
  rmSync(folder, { recursive: true });
});

/** The examples of the first block: what the rest of the page shows is run beside what it is about. */
const [, block = ''] = /^```sh\n(.*?)^```/ms.exec(page) ?? [];
const commands = block
  .replaceAll('\\\n', ' ')
  .trim()
  .split('\n')
  .map((line) =>
    line
      .replace(/\s+#.*$/, '')
      .split(/\s+/)
      .slice(1),
  );

/** As written, but of the catalogue's files, the test's own server and process, and in short. */
function adapted(words: readonly string[]): string[] {
  const short = words.some((word) => word.startsWith('http')) ? ['-n', '200', '-t', '1'] : [];
  return [...words, ...short, '-q'].map((word) => {
    if (/^(deploy\/|cmd\/|go\.mod)$/.test(word)) return join(service, word);
    if (word === '4711') return String(process.pid);
    if (word === '60s') return '600ms';
    return word.replace('http://127.0.0.1:8080', target.url);
  });
}

describe('docs/advise.md', () => {
  for (const words of commands)
    it(`zipfire ${words.join(' ')}`, async () => {
      const { code, stdout, stderr } = await zipfire(adapted(words));
      assert.equal(code, 0, stderr);
      assert.match(stdout, /MEND|JUDGED|INCONCLUSIVE/);
      if (words.includes('go.mod')) assert.match(stdout, /✗ MEND .*CPU02/s);
    });

  it('passes over what its profile ignores, and the artifacts give the same advice and hold no secret', async () => {
    const [, ignore = ''] = /^```yaml\n(advise: .*?)^```/ms.exec(page) ?? [];
    const profile = join(folder, 'load.yaml');
    const credentials = target.url.replace('http://', 'http://user:hunter2@');
    writeFileSync(
      profile,
      `version: 1\ntarget: ${target.url}\n${ignore.replace('KA09', 'KA05')}gates: ["p99 < 1h"]\nload: { connections: 1, workers: 1 }\noperations:\n  get: { get: /kv/a, headers: { authorization: Bearer hunter2 } }\n`,
    );
    const artifacts = join(folder, 'seen');
    const html = join(folder, 'advice.html');
    const flags = [
      '-n',
      '50',
      '--metrics',
      `${credentials}/metrics`,
      '--artifacts',
      artifacts,
      '--html',
      html,
      '-q',
    ];
    const { code, stdout, stderr } = await zipfire(['advise', profile, service, ...flags, '--out', '-']);
    assert.equal(code, 0, stderr);
    const advice = JSON.parse(stdout);
    const ka05 = advice.findings.find(
      ({ id, status }: { id: string; status: string }) => id === 'KA05' && status === 'fail',
    );
    assert.equal(ka05.suppressed.reason, 'one call a day');
    const again = JSON.parse((await zipfire(['advise', '--from', artifacts, '--out', '-'])).stdout);
    assert.deepEqual(again, advice);
    const written = [html, ...readdirSync(artifacts).map((name) => join(artifacts, name))];
    for (const path of written) assert.doesNotMatch(readFileSync(path, 'utf8'), /hunter2/, path);
    assert.doesNotMatch(stdout, /hunter2/);
  });

  it('puts the advice of a run into its result and its page', async () => {
    const [out, html] = [join(folder, 'result.json'), join(folder, 'run.html')];
    const { code, stderr } = await zipfire([
      'run',
      `${target.url}/kv/a`,
      '-n',
      '50',
      '-c',
      '1',
      '-t',
      '1',
      '-q',
      '--advise',
      '--files',
      service,
      '--out',
      out,
      '--html',
      html,
    ]);
    assert.equal(code, 0, stderr);
    const { advice } = JSON.parse(readFileSync(out, 'utf8'));
    assert.deepEqual([advice.schema, advice.verdict], ['zipfire.advice/1', 'mend']);
    assert.match(readFileSync(html, 'utf8'), /<h2 id="advice-title">Advice<\/h2>.*CPU02/s);
  });
});
