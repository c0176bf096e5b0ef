import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commonPattern } from './key-pattern.js';

const hot = (texts: readonly string[]) =>
  texts.map((text) => ({ text, isCut: false, count: 1, windows: [], missed: 0 }));

describe('commonPattern', () => {
  for (const [texts, expected] of [
    [['/kv/user_1', '/kv/user_22', '/kv/user_3'], { prefix: '/kv/user_', suffix: '' }],
    [['/v2/u/1/cart', '/v2/u/2/cart', '/v2/u/345/cart'], { prefix: '/v2/u/', suffix: '/cart' }],
    [['/a/1', '/a/2', '/a/3', '/a/4', '/health'], { prefix: '/a/', suffix: '' }],
    [['/a/1', '/b/2', '/c/3'], null],
    [['/a/1', '/a/2'], null],
    [['about', 'home', 'login'], null],
    [['{{x}}1', '{{x}}2', '{{x}}3'], null],
    [['/a b/1', '/a b/2', '/a b/3'], null],
    [[], null],
  ] as const) {
    it(`of ${texts.join(', ')}`, () => assert.deepEqual(commonPattern(hot(texts)), expected));
  }
});
