import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { MatrixResult } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-docs-compare-'));
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

const blocksOf = (page: string, language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);

/** As written, but against the test's own server, in short, with its files in a folder of the test's. */
function adapted(command: string): string[] {
  return command
    .split(' ')
    .slice(1)
    .map((word) => {
      if (/^\d+s$/.test(word)) return '100ms';
      if (/\.(yaml|json|csv)$/.test(word)) return join(folder, word);
      return word.replace('http://127.0.0.1:8080', target.url);
    });
}

for (const name of ['compare', 'matrix']) {
  describe(`docs/${name}.md`, () => {
    it('has examples that run in their order', async () => {
      const page = await readFile(new URL(`../../../docs/${name}.md`, import.meta.url), 'utf8');
      for (const [i, yaml] of blocksOf(page, 'yaml').entries()) {
        assert.equal(i, 0, 'one profile a page');
        const short = yaml.replaceAll(/\d+s\b/g, '50ms');
        await writeFile(join(folder, `${/^name: (\S+)$/m.exec(yaml)?.[1]}.yaml`), short);
      }
      const commands = blocksOf(page, 'sh').flatMap((block) => block.trim().split('\n'));
      assert.ok(commands.length >= 2);
      for (const command of commands) {
        const { code, stderr } = await zipfire(adapted(command), { TARGET: target.url });
        // 3 and 5: a busy machine may well be slower in the second run, or too busy to tell.
        const allowed = command.includes('--fail-on') ? [0, 3, 5] : [0];
        assert.ok(allowed.includes(code ?? -1), `${command}: exit ${code}: ${stderr}`);
      }
    });
  });
}

it('the profile of docs/matrix.md is four cells, and its baseline the one it names', async () => {
  const { cells, baseline } = JSON.parse(await readFile(join(folder, 'pool.json'), 'utf8')) as MatrixResult;
  assert.equal(cells.length, 4);
  assert.deepEqual(cells[baseline]?.values, { skew: 'mild', connections: '16' });
});
