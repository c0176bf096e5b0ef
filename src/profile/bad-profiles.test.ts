import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { load, refusal } from './plan.test.kit.js';

/**
 * Bad profiles and what is said of them, word for word: a title after `=== `, the profile, `--- refused`, the
 * message. UPDATE_GOLDEN=1 writes the messages anew; the diff is then to be read.
 */
const golden = new URL('../../src/profile/bad-profiles.golden.txt', import.meta.url);

const world = {
  env: { EMPTY: '', QUOTE: 'a: [b', LINES: 'one\ntwo', RATE: 'fast' },
  files: { 'notes.txt': 'no key in here' },
};

const cases = readFileSync(golden, 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((text) => {
    const [, title = '', yaml = '', message = ''] =
      /^(.*)\n([\s\S]*?)--- refused\n([\s\S]*)$/.exec(text) ?? [];
    return { title, yaml, message };
  });

describe('bad profiles', () => {
  if ('UPDATE_GOLDEN' in process.env) {
    const texts = cases.map(({ title, yaml }) => {
      return `=== ${title}\n${yaml}--- refused\n${refusal(() => load(yaml, {}, world))}\n\n`;
    });
    writeFileSync(golden, `${texts.join('').trimEnd()}\n`);
  }
  for (const { title, yaml, message } of cases) {
    it(title, () =>
      assert.equal(
        refusal(() => load(yaml, {}, world)),
        message.trimEnd(),
      ),
    );
  }
  it('are many', () => assert.ok(cases.length > 30, `only ${cases.length}`));
});
