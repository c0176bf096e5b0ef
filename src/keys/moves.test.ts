import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createKeyGenerator } from './generator.js';
import { countMoves } from './moves.js';
import { parseKeyFlag, resolveKeySpec } from './spec.js';

describe('moves by time', () => {
  it('are moves by as many hits as the rate sends in it', () => {
    const byTime = countMoves(parseKeyFlag('shift:n=1e4,everySec=2.5,by=100,of=zipf'), 200);
    const byHits = parseKeyFlag('shift:n=1e4,every=500,by=100,of=zipf');
    const [timed, counted] = [byTime, byHits].map((spec) => createKeyGenerator(spec, 7, 'key'));
    const hits = Array.from({ length: 3000 }, (_, hit) => hit);
    assert.deepEqual(
      hits.map((hit) => timed?.at(hit)),
      hits.map((hit) => counted?.at(hit)),
    );
  });

  it('are counted in the parts of a mixture too', () => {
    const spec = resolveKeySpec('mixture', {
      n: 100,
      of: [
        { weight: 1, shift: { everySec: 1, by: 1, of: 'uniform' } },
        { weight: 1, uniform: {} },
      ],
    });
    assert.equal(countMoves(spec, 50).parts?.[0]?.params['every'], 50);
  });

  it('take a steady rate, and one of the two ways to say it', () => {
    const spec = parseKeyFlag('shift:n=1e4,everySec=2,by=100,of=zipf');
    assert.throws(() => countMoves(spec, null), /everySec=2 takes a steady rate/);
    assert.throws(() => parseKeyFlag('shift:n=1e4,by=100,of=zipf'), /either every or everySec/);
    assert.throws(
      () => parseKeyFlag('shift:n=1e4,every=5,everySec=2,by=100,of=zipf'),
      /either every or everySec/,
    );
    const plain = parseKeyFlag('zipf:n=10');
    assert.deepEqual(countMoves(plain, null), plain);
  });
});
