import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LatencySummary, Result, TimelinePoint } from '../core/index.js';
import { latencyNotes } from './latency-notes.js';

/** A closed loop of four connections; a second is how many responses came, and how many requests were out at its end. */
function ran(
  seconds: readonly (readonly [completed: number, inFlight: number])[],
  changes: { readonly targetRate?: number; readonly p99?: number; readonly service?: number } = {},
): Result {
  const { targetRate = null, p99 = 700, service = p99 } = changes;
  const of = (figure: number) => ({ count: 1000, p99: figure, max: 5_010_000 }) as LatencySummary;
  return {
    summary: { targetRate, messages: null, latencyUs: { response: of(p99), service: of(service) } },
    timeline: seconds.map(
      ([completed, inFlight], t) => ({ t, completed, errors: 0, inFlight }) as TimelinePoint,
    ),
  } as unknown as Result;
}

const [busy, silent, idle] = [[9000, 4] as const, [0, 4] as const, [0, 0] as const];

describe('what is said beside latencies', () => {
  it('of a closed loop whose target stood still is in how many seconds', () => {
    assert.deepEqual(latencyNotes(ran([busy, silent, silent, silent, busy])), [
      'in 3 seconds of 5 nothing came back, and a closed loop sends nothing meanwhile: percentiles by request pass over that (max 5.01 s); an open loop (--rate) counts it',
    ]);
    assert.match(latencyNotes(ran([busy, silent]))[0] ?? '', /^in one second of 2 /);
  });

  const quiet: readonly [name: string, result: Result][] = [
    ['a closed loop that was answered', ran([busy, busy])],
    ['seconds in which nothing was asked', ran([busy, idle, idle])],
    ['a second of a hundred', ran([silent, ...new Array(99).fill(busy)])],
    ['a p99 that tells it by itself', ran([busy, silent, silent], { p99: 2e6 })],
    ['an open loop, which counts it', ran([busy, silent, silent], { targetRate: 100 })],
  ];
  for (const [name, result] of quiet)
    it(`is nothing for ${name}`, () => {
      assert.deepEqual(latencyNotes(result), []);
    });

  it('of an open loop is that requests waited', () => {
    const [note = ''] = latencyNotes(ran([busy], { targetRate: 100, p99: 900_000, service: 900 }));
    assert.match(note, /^requests waited before .* 900 ms from the intended start, 900 µs from the send$/);
  });
});
