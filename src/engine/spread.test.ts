import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Load } from '../core/index.js';
import { connectionShare } from './share.js';
import { addressShare, spreadOver } from './spread.js';

const calls = {
  connections: 1,
  workers: 1,
  streams: 50,
  concurrency: null,
  driver: 'grpc',
  lbStrategy: 'round_robin',
} as const satisfies Partial<Load>;
const addresses = ['a', 'b', 'c'];

describe('connections over addresses', () => {
  const rows: readonly (readonly [title: string, change: Partial<Load>, expected: Partial<Load>])[] = [
    ['calls have a connection to each', {}, { connections: 3, streams: 17, concurrency: 50 }],
    ['no more of them than calls', { streams: 2 }, { connections: 2, streams: 1, concurrency: null }],
    [
      'as many as there are, if those are more',
      { connections: 8, streams: 4 },
      { connections: 8, streams: 4 },
    ],
    ['requests have those that were asked for', { driver: 'wire' }, { connections: 1, streams: 50 }],
    ['with pick_first too', { lbStrategy: 'pick_first' }, { connections: 1, streams: 50 }],
  ];
  for (const [title, change, expected] of rows) {
    it(title, () => {
      const load = { ...calls, ...change } as Load; // the part that counts
      assert.deepEqual(spreadOver(load, addresses), { ...load, ...expected });
    });
  }

  it('workers go round the addresses together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 40 }), (workers, more) => {
        const load = { ...calls, connections: workers + more } as Load;
        const used = Array.from({ length: workers }, (_, worker) => {
          const { list, first, step } = addressShare(addresses, load, { worker, workers });
          const own = connectionShare(load.connections, worker, workers);
          return Array.from({ length: own }, (_, i) => list[(first + i * step) % list.length]);
        }).flat();
        assert.deepEqual(
          used,
          used.map((_, i) => addresses[i % addresses.length]),
        );
      }),
    );
  });
});
