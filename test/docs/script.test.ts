import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

const page = await readFile(new URL('../../../docs/script.md', import.meta.url), 'utf8');

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
  folder = await mkdtemp(join(tmpdir(), 'zipfire-script-page-'));
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

describe('docs/script.md', () => {
  assert.ok(commands.length > 1 && files.length > 1, 'a page without examples');

  for (const command of commands) {
    it(`runs: ${command}`, async () => {
      const [program, ...words] = command.split(' ');
      assert.equal(program, 'zipfire');
      const { code, stdout, stderr } = await zipfire([...words.map(adapted), '-q'], { TARGET: target.url });
      // 5: a machine too busy for the figures to hold.
      assert.ok(code === 0 || code === 5, `exit ${code}: ${stderr}`);
      assert.match(stdout, /1,000 sent · 1,000 ok · 0 errors/);
      assert.match(stdout, /^generator .* script [\d.<]+ % /m);
    });
  }

  it('runs a script against the URL that it exports', async () => {
    const own = join(folder, 'own.mjs');
    await writeFile(
      own,
      `export const target = '${target.url}';\nexport const request = () => ({ path: '/kv/own' });\n`,
    );
    const { code, stdout, stderr } = await zipfire(['run', own, '-n', '20', '-q']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /20 sent · 20 ok/);
    const bare = join(folder, 'bare.mjs');
    await writeFile(bare, "export const request = () => ({ path: '/kv/own' });\n");
    const without = await zipfire([bare, '-n', '20', '-q']);
    assert.equal(without.code, 2);
    assert.match(without.stderr, /does not say what is loaded[\s\S]*--target/);
  });

  it('says of an error where it was, with exit code 2', async () => {
    const broken = join(folder, 'broken.mjs');
    await writeFile(broken, 'export function request() {\n  return missing();\n}\n');
    const { code, stdout, stderr } = await zipfire([`${target.url}/kv/a`, '-s', broken, '-n', '10', '-q']);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^zipfire: .*broken\.mjs:2:3: missing is not defined\n.*thrown in request of the script/,
    );
  });

  const runsTypeScript = Boolean(Reflect.get(process.features, 'typescript'));
  it('takes TypeScript where Node does', {
    skip: runsTypeScript ? false : 'this Node does not',
  }, async () => {
    const script = join(folder, 'typed.ts');
    const source = 'export const request = (_: unknown, hit: number) => ({ body: String(hit) as string });';
    await writeFile(script, source);
    const { code, stdout, stderr } = await zipfire([
      `${target.url}/kv/a`,
      '-X',
      'PUT',
      '-s',
      script,
      '-n',
      '100',
      '-q',
    ]);
    assert.ok(code === 0 || code === 5, stderr);
    assert.match(stdout, /100 sent · 100 ok/);
  });
});
