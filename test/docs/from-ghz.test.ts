import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import yargs from 'yargs';
import { addGrpcFlags, readGrpcFlags } from '#zipfire/cli/grpc-flags.js';
import { ZipfireError } from '#zipfire/core/index.js';
import { load } from '#zipfire/profile/plan.test.kit.js';

const page = await readFile(new URL('../../../docs/from-ghz.md', import.meta.url), 'utf8');

/** The rows of the page's table of flags. */
const rows = [...page.slice(0, page.indexOf('## Data')).matchAll(/^\| (.*?) \| (.*?) \| (.*?) \|$/gm)].map(
  ([, ghz = '', ours = '', notes = '']) => ({ ghz, ours, notes }),
);

const flagsIn = (cell: string) => [...cell.matchAll(/`(-{1,2}[A-Za-z][\w-]*)/g)].map(([, flag = '']) => flag);

/** Whether a flag is read, refused with a word of its own, or not known at all. */
function fate(flag: string): 'read' | 'refused' | 'unknown' {
  const parse = (words: readonly string[]) =>
    addGrpcFlags(yargs([...words]))
      .help(false)
      .version(false)
      .strict()
      .parserConfiguration({ 'greedy-arrays': false, 'parse-numbers': false })
      .exitProcess(false)
      .fail((message: string) => {
        throw new Error(message);
      })
      .parseSync();
  const wordsOf = flag.startsWith('--no-') ? [[flag]] : [[flag, '1'], [flag]];
  for (const words of wordsOf) {
    try {
      readGrpcFlags(parse(words));
      return 'read';
    } catch (error) {
      if (error instanceof ZipfireError) return 'refused';
    }
  }
  return 'unknown';
}

describe('docs/from-ghz.md', () => {
  it('has a table to check', () => assert.ok(rows.length > 30));

  for (const { ghz, ours, notes } of rows) {
    for (const flag of flagsIn(ghz)) {
      it(`${flag} of ghz is ${/refused/.test(notes) ? 'read or refused' : 'read'}, and never unknown`, () => {
        const seen = fate(flag);
        assert.notEqual(seen, 'unknown');
        if (!/refused/.test(notes)) assert.equal(seen, 'read');
        if (ours === 'later') assert.equal(seen, 'refused');
      });
    }
    for (const flag of flagsIn(ours)) {
      // Those of reports are read elsewhere.
      it(`${flag} is there`, () => assert.equal(fate(flag), 'read'));
    }
  }

  it('shows a profile that loads', () => {
    const [, yaml = ''] = /^```yaml\n(.*?)^```/ms.exec(page) ?? [];
    const plan = load(yaml, {}, { files: { 'put.json': '{}' } });
    assert.deepEqual(
      plan.operations.map(({ call }) => call?.method),
      ['kv.v1.KV/Get', 'kv.v1.KV/Put'],
    );
  });
});
