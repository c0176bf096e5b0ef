import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { audits } from '#zipfire/advisor/audits/index.js';
import { rulePages } from '#zipfire/advisor/rule-page.js';

const folder = new URL('../../../docs/rules/', import.meta.url);

test('docs/rules is what the rules say: node scripts/rules.js', () => {
  const pages = rulePages(audits);
  assert.deepEqual(readdirSync(folder).sort(), [...pages.keys()].sort());
  for (const [name, page] of pages) assert.equal(readFileSync(new URL(name, folder), 'utf8'), page, name);
});

for (const { id, title, failureTitle, doc, fix, source, versions } of audits) {
  test(`${id} has both titles, a reason, a fix, a source and the versions it is for`, () => {
    assert.match(id, /^[A-Z]+\d+$/);
    assert.notEqual(title, failureTitle);
    assert.match(source, /^https:\/\//);
    for (const text of [title, failureTitle, doc, fix, versions]) assert.notEqual(text.trim(), '');
  });
}
