import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { load, refusal, run } from './plan.test.kit.js';
import { checkLanguage } from './script.js';

const url = 'http://h/kv/a';
const files = { 'sign.mjs': '', 'post.lua': '', 'profiles/sign.mjs': '' };

describe('a script', () => {
  it('is named by --script, and keys may then be used by it alone', () => {
    const plan = run(url, { script: 'sign.mjs', keys: ['zipf:n=10,alpha=1'] }, { files });
    assert.equal(plan.script, 'sign.mjs');
    assert.equal('script' in run(url), false);
  });

  const profile = 'version: 1\ntarget: http://h\noperations: { read: { get: / } }\nscript:';
  it('is named by a profile, and a flag goes before it', () => {
    assert.equal(load(`${profile} sign.mjs`, {}, { files }).script, 'sign.mjs');
    assert.equal(load(`${profile} profiles/sign.mjs`, { script: 'sign.mjs' }, { files }).script, 'sign.mjs');
  });

  it('is refused with its place when it is not there', () => {
    assert.match(
      refusal(() => load(`${profile} gone.mjs`)),
      /^hot\.yaml:4:9: .*cannot read gone\.mjs/,
    );
    assert.match(
      refusal(() => run(url, { script: 'gone.mjs' })),
      /^--script: cannot read gone\.mjs/,
    );
  });

  it('is not for gRPC calls', () => {
    const calls = 'version: 1\ntarget: grpc://h\noperations: { read: { call: a.B/C } }\nscript: sign.mjs';
    assert.match(
      refusal(() => load(calls, {}, { files })),
      /a script makes HTTP requests/,
    );
  });

  it('is JavaScript, or TypeScript where Node runs it', () => {
    for (const path of ['a.js', 'a.mjs', 'b/a.cjs']) checkLanguage(path, false);
    for (const path of ['a.ts', 'a.mts']) {
      checkLanguage(path, true);
      assert.match(
        refusal(() => checkLanguage(path, false)),
        /does not run TypeScript\n→ use Node 22\.18/,
      );
    }
    assert.match(
      refusal(() => checkLanguage('post.lua', true)),
      /^wrk's Lua scripts are not run/,
    );
    assert.match(
      refusal(() => checkLanguage('a.py', true)),
      /expected a script that ends in/,
    );
  });
});
