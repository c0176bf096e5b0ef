import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readFiles } from '#zipfire/advisor/gather/files/read.js';
import { advise, fileAudits } from '#zipfire/advisor/index.js';

export type Texts = Readonly<Record<string, string>>;

/** Ids of the rules that fail on files of these names and texts. */
function failing(texts: Texts): readonly string[] {
  const found = Object.entries(texts).map(([file, text]) => ({ file, text, within: file, named: false }));
  const { artifact, suppressions } = readFiles(found);
  const gathered = { facts: { files: artifact, suppressions }, failed: {} };
  const { findings } = advise({ target: 'x', gathered, audits: fileAudits });
  const failures = findings.filter(({ status }) => status === 'fail' || status === 'error');
  return [...new Set(failures.map(({ id }) => id))].sort();
}

/** One form of writing something: exactly these rules fail. */
export function check(name: string, texts: Texts, ids: readonly string[]): void {
  it(`${name}: ${ids.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(failing(texts), [...ids].sort());
  });
}
