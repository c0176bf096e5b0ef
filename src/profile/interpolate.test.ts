// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what is tested
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ZipfireError } from '../core/index.js';
import { interpolate } from './interpolate.js';

const env = { HOST: 'h', EMPTY: '', API_TOKEN: 't0ken', NESTED: '${HOST}', KEY_COUNT: '5' };

describe('interpolate', () => {
  const cases: [string, string][] = [
    ['plain', 'plain'],
    ['${HOST}', 'h'],
    ['http://${HOST}:80/${HOST}', 'http://h:80/h'],
    ['${NO:-default}', 'default'],
    ['${NO:-}', ''],
    ['${NO:-http://127.0.0.1:8080}', 'http://127.0.0.1:8080'],
    ['${HOST:-default}', 'h'],
    ['${EMPTY:-default}', 'default'],
    ['${EMPTY}', ''],
    ['${NO:-/kv/{{user}}/x}', '/kv/{{user}}/x'],
    ['${NO:-/kv/{{user}}}', '/kv/{{user}}'],
    ['{{user}}-${HOST}', '{{user}}-h'],
    ['$${HOST}', '${HOST}'],
    ['$$${HOST}', '$${HOST}'],
    ['$HOST $ {HOST} $', '$HOST $ {HOST} $'],
    // What comes from the environment is not looked at again.
    ['${NESTED}', '${HOST}'],
    ['${NO:-$HOST}', '$HOST'],
  ];
  for (const [text, expected] of cases) {
    it(`${text} → ${expected}`, () => assert.equal(interpolate(text, env).text, expected));
  }

  const refused: [string, RegExp][] = [
    ['${NO}', /^the environment variable NO is not set$/],
    ['${}', /^expected \$\{NAME\}/],
    ['${lower case}', /^expected \$\{NAME\}/],
    ['${1A}', /^expected \$\{NAME\}/],
    ['${HOST', /^expected \$\{NAME\}/],
    ['${HOST:+x}', /^expected \$\{NAME\}/],
    ['${toString}', /toString is not set/],
    ['${__proto__}', /__proto__ is not set/],
  ];
  for (const [text, message] of refused) {
    it(`refuses ${text}`, () => {
      assert.throws(
        () => interpolate(text, env),
        (error) => error instanceof ZipfireError && message.test(error.message),
      );
    });
  }

  it('tells which values are secrets', () => {
    assert.deepEqual(interpolate('${HOST} ${API_TOKEN} ${KEY_COUNT}', env).secrets, ['t0ken']);
    assert.deepEqual(interpolate('${MY_SECRET:-known to all}', env).secrets, []);
  });

  it('changes no text without ${', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!text.includes('${'));
        assert.deepEqual(interpolate(text, env), { text, secrets: [] });
      }),
    );
  });

  it('fills in any value as it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        assert.equal(interpolate('<${V}>', { V: value }).text, `<${value}>`);
      }),
    );
  });
});
