import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** What the advisor promises to know: a rule that is given up is one that somebody misses. */
const promised = [
  ...numbered('CPU', 12),
  ...numbered('MEM', 6),
  ...numbered('KA', 13),
  'H201',
  'H202',
  'H203',
  'H204',
  ...['G01', 'G02', 'G03', 'TLS1', 'TLS2'],
  ...['K01', 'K02', 'K03', 'K04', 'K05', 'K06'],
  ...['S01', 'S02', 'S03', 'S04', 'S05', 'S06', 'S07'],
  ...['EXP01', 'FILE01'],
];

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(2, '0')}`);
}

test('every rule that is promised is there, and no other', () => {
  assert.deepEqual([...new Set(audits.map(({ id }) => id))].sort(), promised.toSorted());
});

/** Where a default moved, the rule's page says when; the tables of outcomes have a row on either side. */
const moved: Readonly<Record<string, RegExp>> = {
  CPU01: /since 1\.25/,
  CPU02: /1\.25/,
  CPU03: /1\.25/,
  CPU04: /1\.25/,
  CPU05: /1\.25/,
  CPU08: /1\.17/,
  CPU10: /1\.25/,
  CPU11: /8u191/,
  MEM01: /1\.19/,
  MEM02: /1\.19/,
  MEM03: /1\.19/,
  KA04: /before 26/,
  KA06: /1\.19\.10/,
  KA08: /1\.29\.7/,
  KA10: /before 19/,
  H201: /1\.36/,
  H202: /1\.36/,
  K02: /5\.4/,
};

for (const [id, version] of Object.entries(moved))
  test(`${id} says since or until when it holds`, () => {
    const ways = audits.filter((each) => each.id === id);
    assert.ok(
      ways.some(({ versions, doc }) => version.test(`${versions} ${doc}`)),
      ways.map(({ versions }) => versions).join('; '),
    );
  });

test('rules that come before others are there, and none waits for itself', () => {
  const ids = new Set(promised);
  for (const { id, after = [] } of audits) {
    assert.deepEqual(
      after.filter((first) => !ids.has(first)),
      [],
      id,
    );
    assert.ok(!after.includes(id), id);
  }
});

test('a rule that looks at times which the generator stamped says so', () => {
  const folder = new URL('../../../src/advisor/audits/', import.meta.url);
  for (const { id, underLoad, readsLatency = false, confidence } of audits) {
    if (!underLoad || confidence === 'static') continue;
    const sources = [`${id.toLowerCase()}.ts`, `probes/${id.toLowerCase()}.ts`].filter((path) =>
      existsSync(new URL(path, folder)),
    );
    const reads = sources.some((path) => readFileSync(new URL(path, folder), 'utf8').includes('latencyUs'));
    assert.equal(readsLatency, reads, id);
  }
});
