import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { usageError } from '../../core/index.js';
import { endsWithin } from './deadline.js';

describe('endsWithin', () => {
  it('ends a regex that would take a lifetime', () => {
    const line = `${'a'.repeat(5000)}!`;
    assert.equal(
      endsWithin(50, () => void /(a+)+$/.exec(line)),
      false,
    );
  });

  it('lets through what ends in time, and its errors as they are', () => {
    let done = false;
    assert.equal(
      endsWithin(10_000, () => {
        done = true;
      }),
      true,
    );
    assert.equal(done, true);
    const error = usageError('x');
    assert.throws(
      () =>
        endsWithin(10_000, () => {
          throw error;
        }),
      (thrown) => thrown === error,
    );
  });
});
