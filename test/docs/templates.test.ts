import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parseTemplate, variableNames } from '#zipfire/request/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

const page = await readFile(new URL('../../../docs/templates.md', import.meta.url), 'utf8');

/** The files that the page shows: blocks with a name behind their language. */
const files = [...page.matchAll(/^```\w+ (\S+)\n(.*?)^```/gms)].map(([, name = '', text = '']) => ({
  name,
  text,
}));
const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-templates-'));
  for (const { name, text } of files) await writeFile(join(folder, name), text);
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

/** Words as a shell takes them: single quotes and blanks, and nothing else. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

function adapted(word: string): string {
  const here = word.replace('http://127.0.0.1:8080', target.url);
  return files.reduce((text, { name }) => text.replace(name, join(folder, name)), here);
}

describe('docs/templates.md', () => {
  assert.ok(commands.length > 5 && files.length > 3, 'a page without examples');

  for (const command of commands) {
    it(`runs: ${command}`, async () => {
      const [program, ...words] = wordsOf(command);
      assert.equal(program, 'zipfire');
      const args = [...words.map(adapted), '-q', '--seed', '1'];
      const { code, stdout, stderr } = await zipfire(args, { TARGET: target.url });
      // 5: gates, and a machine too busy for the figures to hold.
      assert.ok(code === 0 || code === 5, `exit ${code}: ${stderr}`);
      assert.match(stdout, /[1-9][\d,]* sent · [1-9][\d,]* ok/);
      if (!command.includes('update.yaml')) assert.match(stdout, /· 0 errors/);
    });
  }

  it('has every variable, and none that there is not', () => {
    const rows = [...page.matchAll(/^\| (`\{\{.*?) \|/gm)].map(([, cell = '']) => cell);
    const named = rows.flatMap((cell) =>
      [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, template = '']) =>
        parseTemplate(template).flatMap((part) => (typeof part === 'string' ? [] : [part.name])),
      ),
    );
    assert.deepEqual([...new Set(named)].sort(), [...variableNames].sort());
  });

  it('says what a part of an operation is in the result', async () => {
    const args = ['run', join(folder, 'canary.yaml'), '--out', '-', '-q'];
    const { stdout } = await zipfire(args, { TARGET: target.url });
    const { operations } = JSON.parse(stdout) as { operations: { name: string; partOf?: string }[] };
    assert.deepEqual(
      operations.map(({ name, partOf }) => [name, partOf]),
      [
        ['read', undefined],
        ['read[x-env-tag=prod]', 'read'],
        ['read[x-env-tag=canary]', 'read'],
        ['write', undefined],
      ],
    );
  });
});
