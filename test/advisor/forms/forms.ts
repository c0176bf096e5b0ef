import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readFiles } from '#zipfire/advisor/gather/files/read.js';
import { advise, fileAudits } from '#zipfire/advisor/index.js';
import type { FindingStatus } from '#zipfire/core/index.js';

export type Texts = Readonly<Record<string, string>>;

/** Ids of the rules that say so of files of these names and texts. */
function idsOf(texts: Texts, ...wanted: readonly FindingStatus[]): readonly string[] {
  const found = Object.entries(texts).map(([file, text]) => ({ file, text, within: file, named: false }));
  const { artifact, suppressions } = readFiles(found);
  const gathered = { facts: { files: artifact, suppressions }, failed: {} };
  const { findings } = advise({ target: 'x', gathered, audits: fileAudits });
  const said = findings.filter(({ status }) => wanted.includes(status));
  return [...new Set(said.map(({ id }) => id))].sort();
}

/** One form of writing something: exactly these rules fail. */
export function check(name: string, texts: Texts, ids: readonly string[]): void {
  it(`${name}: ${ids.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(idsOf(texts, 'fail', 'error'), [...ids].sort());
  });
}

/** What files leave open: nothing fails, and these rules say that they can't tell. */
export function checkOpen(name: string, texts: Texts, ids: readonly string[]): void {
  it(`${name}: ${ids.join(', ')} not sure`, () => {
    assert.deepEqual(idsOf(texts, 'fail', 'error'), []);
    assert.deepEqual(idsOf(texts, 'inconclusive'), [...ids].sort());
  });
}
