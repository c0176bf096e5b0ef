// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the environment are tested
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { load } from './plan.test.kit.js';
import { redactPlan } from './redact.js';
import { parseTags } from './tags.js';

const profile = (tags: string) =>
  `version: 1\ntarget: http://h\noperations: { read: { get: / } }\ntags: ${tags}\n`;

describe('tags', () => {
  it('are a JSON map', () => {
    const tags = parseTags('{"env": "staging", "build": 17, "canary": true, "__proto__": "x"}');
    assert.deepEqual(Object.entries(tags), [
      ['env', 'staging'],
      ['build', '17'],
      ['canary', 'true'],
      ['__proto__', 'x'],
    ]);
  });

  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, i])));
  const refused: readonly (readonly [text: string, message: RegExp])[] = [
    ['{', /expected JSON, read "\{"/],
    ['["a"]', /expected names and values/],
    ['{"a": null}', /a: expected a single value/],
    ['{"": "a"}', /without a name/],
    [`{"${'n'.repeat(65)}": "a"}`, /name of more than 64/],
    [`{"a": "${'v'.repeat(1001)}"}`, /value of more than 1000/],
    [many, /expected 50 tags at most, read 51/],
  ];
  for (const [text, message] of refused) {
    it(`are not ${text.slice(0, 20)}`, () =>
      assert.throws(() => parseTags(text), { message, code: 'usage' }));
  }

  it('of a profile are those of a flag too, name by name', () => {
    const { tags } = load(profile('{ env: staging, build: 17 }'), { tags: '{"env": "prod", "by": "ci"}' });
    assert.deepEqual(tags, { env: 'prod', build: '17', by: 'ci' });
    assert.equal('tags' in load(profile('{}').replace(/tags.*/, '')), false);
  });

  it('of a profile are refused in their place', () => {
    assert.throws(() => load(profile('{ env: [a] }')), { message: /:4:14: tags\.env: expected a single/ });
  });

  it('show no secret', () => {
    const plan = load(
      profile('{ apiToken: abcdef, note: "with ${DB_PASSWORD}" }'),
      {},
      { env: { DB_PASSWORD: 'hunter22' } },
    );
    assert.deepEqual(redactPlan(plan)['tags'], { apiToken: '[redacted]', note: 'with [redacted]' });
  });
});
