import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { autoWorkers } from './workers.js';

describe('autoWorkers', () => {
  const cases: [connections: number, rate: number | null, cores: number, workers: number][] = [
    [64, null, 4, 4],
    [2, null, 4, 2],
    [1, null, 16, 1],
    [64, 20_000, 4, 1],
    [64, 50_000, 4, 1],
    [64, 50_001, 4, 2],
    [64, 120_000, 4, 3],
    [64, 1e6, 4, 3],
    [2, 1e6, 16, 2],
    [64, 1e6, 1, 1],
    [64, 0.5, 2, 1],
  ];
  for (const [connections, rate, cores, workers] of cases) {
    it(`${connections} connections, rate ${rate}, ${cores} cores → ${workers}`, () => {
      assert.equal(autoWorkers({ connections, rate, cores }), workers);
    });
  }
});
