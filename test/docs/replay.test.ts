import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

const page = await readFile(new URL('../../../docs/replay.md', import.meta.url), 'utf8');

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
  folder = await mkdtemp(join(tmpdir(), 'zipfire-replay-page-'));
  for (const { name, text } of files) await writeFile(join(folder, name), text);
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

function adapted(word: string): string {
  const here = word.replace('http://127.0.0.1:8080', target.url);
  return files.reduce((text, { name }) => text.replace(name, join(folder, name)), here);
}

describe('docs/replay.md', () => {
  assert.ok(commands.length > 1 && files.length > 2, 'a page without examples');

  /** Requests that the page's log has, by what a command says. */
  const expected = (command: string) =>
    command.includes('GET,POST') ? 4 : command.includes('yaml') ? 2 : command.includes('--loop') ? null : 3;

  for (const command of commands) {
    it(`runs: ${command}`, async () => {
      const [program, ...words] = command.split(' ');
      assert.equal(program, 'zipfire');
      const { code, stdout, stderr } = await zipfire([...words.map(adapted), '-q'], { TARGET: target.url });
      // 5: a machine too busy for the figures to hold.
      assert.ok(code === 0 || code === 5, `exit ${code}: ${stderr}`);
      const sent = expected(command);
      if (sent !== null) assert.match(stdout, new RegExp(`\\b${sent} sent`));
      assert.match(stdout, /^replay /m);
    });
  }
});
