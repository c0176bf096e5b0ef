import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { planFromProfile } from '#zipfire/profile/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

const page = await readFile(new URL('../../../docs/sequences.md', import.meta.url), 'utf8');

const files = [...page.matchAll(/^```yaml (\S+)\n(.*?)^```/gms)].map(([, name = '', text = '']) => ({
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
  folder = await mkdtemp(join(tmpdir(), 'zipfire-sequences-page-'));
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

/** The plan of one operation and one sequence, with these parts. */
function load(capture: string, think: string) {
  const text = `
version: 1
target: http://h
operations: { a: { get: /, capture: { version: ${capture} } } }
sequences: { s: { steps: [ a, { think: ${think} }, a ] } }`;
  const readFile = () => Buffer.from(text);
  return planFromProfile('row.yaml', {}, { env: {}, cores: 2, readFile, readStdin: () => Buffer.of() });
}

describe('docs/sequences.md', () => {
  assert.ok(commands.length === 2 && files.length === 1, 'a page without examples');

  for (const command of commands) {
    it(`runs: ${command}`, async () => {
      const [program, ...words] = command.split(' ');
      assert.equal(program, 'zipfire');
      const { code, stdout, stderr } = await zipfire([...words.map(adapted), '-q'], { TARGET: target.url });
      // 5: a machine too busy for the figures to hold.
      assert.ok(code === 0 || code === 5, `exit ${code}: ${stderr}${stdout}`);
      assert.match(stdout, /1,\d\d\d sent/);
    });
  }

  const rows = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, text = '']) => text);
  const captures = rows.filter((row) => /^\{ (header|json|regex)/.test(row));
  const thinks = rows.filter((row) => !captures.includes(row));

  it('has a row for each form', () => assert.deepEqual([captures.length, thinks.length], [5, 4]));

  for (const capture of captures) {
    it(`shows a capture that is understood: ${capture}`, async () => {
      assert.equal((await load(capture, '1s')).operations[0]?.captures?.length, 1);
    });
  }
  for (const think of thinks) {
    it(`shows a think time that is understood: ${think}`, async () => {
      const { sequences } = await load('{ header: etag }', think);
      assert.notEqual(sequences?.[0]?.steps[0]?.think, null);
    });
  }
});
