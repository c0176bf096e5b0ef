import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

/** Pages whose examples are run, from the repository's root. */
const pages = ['README.md'];
const root = new URL('../../../', import.meta.url);

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0, grpcPort: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-docs-'));
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

/** The zipfire commands of a page's shell blocks. */
function commandsOf(page: string): string[] {
  return [...page.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split('\n'))
    .filter((line) => /^(npx )?zipfire /.test(line))
    .map((line) => line.replace(/^npx /, '').replace(/\s+#.*$/, ''));
}

/** Words as a shell takes them; the examples use single quotes and blanks, and nothing else. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

/** As written, but against the test's own server, for a second, with its files in a folder of the test's. */
function adapted(words: readonly string[]): string[] {
  return words.slice(1).map((word) => {
    if (/^\d+s$/.test(word)) return '1s';
    if (/\.(yaml|json|xml)$/.test(word)) return join(folder, word);
    return word
      .replace('http://127.0.0.1:8080', target.url)
      .replace(/^127\.0\.0\.1:50051$/, target.grpc?.url ?? word);
  });
}

for (const name of pages) {
  const page = await readFile(new URL(name, root), 'utf8');
  describe(`examples of ${name}`, () => {
    const commands = commandsOf(page);
    assert.ok(commands.length > 0, 'a page without an example');
    for (const command of commands) {
      it(command, async () => {
        const args = adapted(wordsOf(command));
        // Serving has no end of its own; its flags are read all the same.
        if (args[0] === 'serve') args.push('--help');
        const { code, stderr } = await zipfire(args, { TARGET: target.url });
        // 5: gates, and a machine too busy for the figures to hold.
        assert.ok(code === 0 || (code === 5 && args.includes('--gate')), `exit ${code}: ${stderr}`);
      });
    }
  });
}

describe('exit codes of the README', () => {
  it('are those of the program', async () => {
    const { ExitCode } = await import('#zipfire/core/index.js');
    const page = await readFile(new URL('README.md', root), 'utf8');
    const listed = [...page.matchAll(/^\| (\d+) \| /gm)].map(([, code]) => Number(code));
    assert.deepEqual(listed, Object.values(ExitCode));
  });
});
