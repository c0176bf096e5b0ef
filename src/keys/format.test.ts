import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatKey } from './format.js';

describe('formatKey', () => {
  it('puts the decimal index where {} stands', () => {
    const rows: readonly (readonly [string, number, string])[] = [
      ['{}', 0, '0'],
      ['user_{}', 42, 'user_42'],
      ['{}.json', 7, '7.json'],
      ['a{}b', 2 ** 53 - 1, 'a9007199254740991b'],
    ];
    for (const [format, index, key] of rows) assert.equal(formatKey(format)(index), key);
  });

  it('writes UTF-8 as a byte string', () => {
    const key = formatKey('ключ_{}€')(5);
    assert.equal(Buffer.from(key, 'latin1').toString('utf8'), 'ключ_5€');
  });

  it('takes no format with several places', () => {
    assert.throws(() => formatKey('{}{}'), RangeError);
  });
});
