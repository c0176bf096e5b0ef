import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MeasuredSecond, TimelinePoint } from '../core/index.js';
import { Seconds } from './seconds.js';

const point = (t: number): TimelinePoint => ({
  t,
  sent: 0,
  completed: 0,
  errors: 0,
  qps: 0,
  p50Us: null,
  p99Us: null,
  maxUs: null,
  inFlight: 0,
  latenessP99Us: null,
});

describe('seconds', () => {
  function listening() {
    const heard: unknown[] = [];
    const seconds = new Seconds(
      {
        second: ({ second, lengthSec, snapshots, point }: MeasuredSecond) =>
          heard.push([second, lengthSec, snapshots.map(({ worker }) => worker), point !== null]),
        repeatEnds: (durationSec) => heard.push(durationSec),
      },
      1,
    );
    const add = (worker: number, second: number) =>
      seconds.add({
        worker,
        second,
        operations: [],
        inFlight: 0,
        progress: { startNs: 0, atNs: [], completed: [] },
      });
    return { heard, seconds, add };
  }

  it('are told when they are complete, with what every worker said of them', () => {
    const { heard, seconds, add } = listening();
    add(0, 0);
    add(0, 1);
    add(1, 0);
    assert.deepEqual(heard, []);
    seconds.close(point(0));
    assert.deepEqual(heard, [[0, 1, [0, 1], true]]);
  });

  it('wait for the end of the window once nothing is sent any more', () => {
    const { heard, seconds, add } = listening();
    add(0, 0);
    seconds.close(point(0));
    seconds.drain();
    for (const second of [2, 1, 3]) {
      add(0, second);
      seconds.close(point(second));
    }
    assert.equal(heard.length, 1);
    seconds.finish(1.25, [point(0), point(1)]);
    assert.deepEqual(heard.slice(1), [[1, 0.25, [0], true], [2, 0, [0], false], [3, 0, [0], false], 1.25]);
  });
});
