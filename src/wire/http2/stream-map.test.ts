import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Stream } from './stream.js';
import { StreamMap } from './stream-map.js';

function streamOf(slot: number, id: number): Stream {
  const stream = new Stream(slot);
  stream.id = id;
  return stream;
}

test('it holds what a Map holds, with ids that collide and leave in any order', () => {
  const most = 12;
  // 64 places at most: ids that are 128 apart fall on one place, as those of long streams do.
  const id = fc.tuple(fc.nat(5), fc.nat(20)).map(([lap, place]) => 2 * (lap * 64 + place) + 1);
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), (ids) => {
      const map = new StreamMap(most);
      const model = new Map<number, Stream>();
      for (const next of ids) {
        const known = model.get(next);
        if (known !== undefined) {
          map.remove(known);
          model.delete(next);
        } else if (model.size < most) {
          const stream = streamOf(0, next);
          map.add(stream);
          model.set(next, stream);
        }
        assert.equal(map.size, model.size);
        for (const one of ids) assert.equal(map.get(one), model.get(one) ?? null, `id ${one}`);
      }
    }),
  );
});

test('the highest ids have their place too', () => {
  const map = new StreamMap(1);
  const stream = streamOf(0, 0x7fff_ffff);
  map.add(stream);
  assert.equal(map.get(0x7fff_ffff), stream);
  assert.equal(map.get(0x7fff_fffd), null);
  map.remove(stream);
  assert.equal(map.get(0x7fff_ffff), null);
});
