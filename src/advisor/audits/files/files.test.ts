/** Each rule with each of its outcomes, on the least text that gives it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Audit, Outcome } from '../../audit.js';
import { artifactOf } from '../../gather/files/files.test.kit.js';
import { assertShowable, outcomesIn } from '../outcomes.test.kit.js';
import { connectionRows } from './connection-rows.test.kit.js';
import { fileAudits } from './index.js';
import { protocolRows } from './protocol-rows.test.kit.js';
import { runtimeRows } from './runtime-rows.test.kit.js';
import { pod, type Rows } from './texts.test.kit.js';

function statuses(id: string, texts: Readonly<Record<string, string>>): readonly string[] {
  const rule = fileAudits.find((each) => each.id === id) as Audit<'files'>;
  const outcomes = [rule.run({ files: artifactOf(texts) })].flat() as Outcome[];
  for (const outcome of outcomes) if (outcome.status === 'fail') assertShowable(outcome.fix);
  return outcomes.map(({ status }) => status);
}

const table: Rows = { ...runtimeRows, ...connectionRows, ...protocolRows };

describe('the rules of files', () => {
  it('are all in the table', () => {
    assert.deepEqual(Object.keys(table).sort(), fileAudits.map(({ id }) => id).sort());
  });

  it('have a row for each outcome that they can give', () => {
    const missing = Object.entries(table).flatMap(([id, rows]) =>
      outcomesIn(new URL(`${id.toLowerCase()}.js`, import.meta.url))
        .filter((outcome) => outcome !== 'notApplicable' || !rows.some(([, , found]) => found.length === 0))
        .filter((outcome) => !rows.some(([, , found]) => found.includes(outcome)))
        .map((outcome) => `${id} ${outcome}`),
    );
    assert.deepEqual(missing, []);
  });

  for (const [id, rows] of Object.entries(table))
    for (const [name, texts, expected] of rows)
      it(`${id}: ${name} is ${expected.join(', ') || 'not applicable'}`, () => {
        assert.deepEqual(statuses(id, texts), expected);
      });

  it('read each place at its line', () => {
    const rule = fileAudits.find(({ id }) => id === 'CPU02') as Audit<'files'>;
    const texts = { 'go.mod': '// x\nmodule m\n\ngo 1.22\n', 'p.yaml': pod('{ cpu: 2 }') };
    const [outcome] = [rule.run({ files: artifactOf(texts) })].flat() as Outcome[];
    assert.equal(outcome?.where, 'go.mod:4');
  });

  it('cite how a file is written that could not be read, by its kind', () => {
    const rule = fileAudits.find(({ id }) => id === 'FILE01') as Audit<'files'>;
    const cited = (texts: Readonly<Record<string, string>>) => {
      const outcomes = [rule.run({ files: artifactOf(texts) })].flat() as Outcome[];
      return outcomes.flatMap((each) => ('source' in each ? each.source : [])).join(' ');
    };
    const rows: readonly (readonly [string, string, RegExp])[] = [
      ['Dockerfile', 'RUN x\n', /docs\.docker\.com\/reference\/dockerfile/],
      ['nginx.conf', 'http { server {', /nginx\.org/],
      ['a.yaml', 'a: [1\nb: 2', /yaml\.org/],
      ['t.yaml', 'a: {{ .Values.x }}\n b: [', /helm\.sh/],
      ['package.json', '{', /npmjs\.com/],
      ['nginx.conf', 'events {}\nhttp { include conf.d/*.conf; }', /ngx_core_module\.html#include/],
      ['notes.txt', 'hello', /^$/],
    ];
    for (const [file, text, source] of rows) assert.match(cited({ [file]: text }), source, file);
  });
});
