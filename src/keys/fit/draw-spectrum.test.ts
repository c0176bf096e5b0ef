import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { drawSpectrum } from './draw-spectrum.js';
import { expectedDistinct, type Nodes } from './nodes.js';
import { zipfGrid, zipfNodes } from './zipf-nodes.js';

const cases: [string, Nodes][] = [
  ['a zipf', zipfNodes(50_000, 0.9, 20_000, zipfGrid(50_000, 0.9, 20_000))],
  ['many keys of one small mean', { ranks: Float64Array.of(30_000), means: Float64Array.of(0.7) }],
  ['many keys of one large mean', { ranks: Float64Array.of(5000), means: Float64Array.of(200) }],
  ['a few keys', { ranks: Float64Array.of(1, 2.5), means: Float64Array.of(1e6, 40) }],
];

describe('drawSpectrum', () => {
  for (const [what, nodes] of cases) {
    it(`has the requests and the distinct keys of the model: ${what}`, () => {
      const replicates = 40;
      let requests = 0;
      let distinct = 0;
      for (let i = 0; i < replicates; i++) {
        const drawn = drawSpectrum(nodes, 3, i);
        requests += drawn.requests / replicates;
        distinct += drawn.distinct / replicates;
      }
      const expected = nodes.ranks.reduce((sum, ranks, i) => sum + ranks * (nodes.means[i] as number), 0);
      // Ranks that are not whole are drawn as the one or the other whole number next to them.
      assert.ok(Math.abs(requests / expected - 1) < 0.005, `${requests} of ${expected}`);
      assert.ok(Math.abs(distinct - expectedDistinct(nodes)) < 0.005 * distinct + 0.5, String(distinct));
    });
  }

  it('is another for each replicate, and the same for the same', () => {
    const [, nodes] = cases[0] as (typeof cases)[0];
    assert.deepEqual(drawSpectrum(nodes, 1, 0), drawSpectrum(nodes, 1, 0));
    assert.notDeepEqual(drawSpectrum(nodes, 1, 0), drawSpectrum(nodes, 1, 1));
  });
});
