import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { metricNames } from '#zipfire/gate/metrics/index.js';
import { parseGate } from '#zipfire/gate/parse.js';
import { planFromProfile } from '#zipfire/profile/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

const root = new URL('../../../', import.meta.url);
const page = await readFile(new URL('docs/gates.md', root), 'utf8');
const block = (language: string) =>
  new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'ms').exec(page)?.[1] ?? '';

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-docs-gates-'));
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

/** As written, but against the test's own server, in short, with its files in a folder of the test's. */
function adapted(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)]
    .map(([, quoted, bare]) => quoted ?? bare ?? '')
    .slice(1)
    .map((word) => {
      if (/^\d+s$/.test(word)) return '1s';
      if (/\.(xml|json)$/.test(word)) return join(folder, word);
      return word.replace('http://127.0.0.1:8080', target.url).replace('every 10s window', 'every 1s window');
    });
}

describe('docs/gates.md', () => {
  it('has commands that run in their order', async () => {
    const commands = block('sh').trim().split('\n');
    assert.equal(commands.length, 3);
    for (const command of commands) {
      const { code, stderr } = await zipfire([...adapted(command), '-q']);
      // 3 and 5: a machine too slow or too busy for the limits to hold.
      assert.ok(code === 0 || code === 3 || code === 5, `${command}\nexit ${code}: ${stderr}`);
    }
  });

  it('has a profile that loads', async () => {
    const { gates } = await planFromProfile(
      'gates.yaml',
      {},
      { env: {}, cores: 2, readFile: () => Buffer.from(block('yaml')), readStdin: () => Buffer.of() },
    );
    assert.equal(gates.length, 7);
  });

  it('has the grammar of the parser', async () => {
    const source = await readFile(new URL('src/gate/parse.ts', root), 'utf8');
    const comment = / \* ```\n(.*?) \* ```/s.exec(source)?.[1] ?? '';
    const grammar = /^## Grammar\n\n```\n(.*)^```$/ms.exec(page)?.[1];
    assert.equal(grammar, comment.replaceAll(/^ \* ?/gm, ''));
  });

  const rows = [...page.matchAll(/^\| (`.*`) \| [^|]* \| [^|]* \|$/gm)];

  it('has every metric in its table, and no other', () => {
    const listed = rows.flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(.*?)`/g)].map(([, name]) => name ?? ''),
    );
    const names = new Set(listed.map((name) => name.replace(/\(.*/, '')));
    assert.deepEqual([...names].sort(), [...metricNames].sort());
    for (const name of listed) {
      const limits = ['1ms', '1%', '1/s', '1'];
      const context = { operations: [] };
      const read = limits.filter((limit) => {
        try {
          return parseGate(`${name} < ${limit}`, context);
        } catch {
          return false;
        }
      });
      assert.ok(read.length > 0, name);
    }
  });

  it('shows gates that are understood', () => {
    const gates = [...page.matchAll(/`([^`]*(?:<|>)[^`]*)`/g)].map(([, gate = '']) => gate);
    const whole = gates.filter((gate) => !gate.includes('…') && !gate.includes('\n'));
    assert.ok(whole.length >= 5);
    for (const gate of whole) parseGate(gate, { operations: ['read'] });
  });
});
