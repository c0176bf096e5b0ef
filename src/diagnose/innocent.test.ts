import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { FoundPattern } from '../core/index.js';
import { diagnose } from './diagnose.js';
import { calmSecond, Dice, type MadeSecond, resultOf, slicesOf } from './timeline.test.kit.js';

const TIMELINES = 500;
/** Two in a hundred; a chance of 1 % is what each is tested against. */
const MOST_FALSE = 10;

/** A run whose tail now and then stands out by itself, and whose signals do so, too, each on its own. */
function innocent(seed: number) {
  const dice = new Dice(1000 + seed);
  const length = 20 + Math.floor(dice.uniform() * 100);
  const spikes = dice.uniform() * 0.25;
  const bursts = dice.uniform() * 0.25;
  const open = dice.uniform() < 0.5;
  let stretch = 0;
  const seconds = Array.from({ length }, (): MadeSecond => {
    const second = calmSecond(dice);
    const burst = () => dice.uniform() < bursts;
    // Some last for several seconds.
    if (stretch === 0 && dice.uniform() < spikes) stretch = 1 + Math.floor(dice.uniform() * 3);
    const spike = stretch > 0;
    if (spike) stretch--;
    const p99Ms = spike ? dice.around(80, 0.7) : second.p99Ms;
    return {
      p99Ms,
      maxMs: p99Ms * (1.1 + dice.uniform()),
      qps: second.qps * (spike && !open ? 0.5 + dice.uniform() / 2 : 1),
      signals: {
        ...second.signals,
        ...(burst() ? { gcMs: dice.around(80, 0.7) } : {}),
        ...(burst() ? { throttledMs: dice.around(80, 0.7) } : {}),
        ...(burst() ? { runQueueMs: dice.around(200, 0.7) } : {}),
        ...(burst() ? { rttMs: dice.around(80, 0.5) } : {}),
        ...(burst() ? { retransmits: 5 } : {}),
        ...(burst() ? { cacheMissRatio: 0.1 } : {}),
        ...(burst() ? { quietMs: 100 * Math.ceil(6 * dice.uniform()) } : {}),
        ...(burst() ? { busiestThread: 0.95 } : {}),
      },
    };
  });
  return resultOf(seconds, { rate: open ? 1000 : null });
}

/** As above, and within its seconds: stalls, quiet, pauses and the like, each by itself, for 200 ms to a second. */
function innocentWithin(seed: number) {
  const result = innocent(seed);
  const dice = new Dice(77_000 + seed);
  const slices = 10 * result.timeline.length;
  const stretches = (most: number) =>
    Array.from({ length: Math.floor(dice.uniform() * (most + 1)) }, () => {
      const from = Math.floor(dice.uniform() * slices);
      return { from, to: from + 2 + Math.floor(dice.uniform() * 9) };
    });
  const most = Math.ceil(result.timeline.length / 8);
  const stalls = stretches(most);
  const others = {
    quietMs: stretches(most),
    gcMs: stretches(most),
    throttledMs: stretches(most),
    runQueueMs: stretches(most),
    generatorStillMs: stretches(2),
  };
  const within = (places: readonly { from: number; to: number }[], slice: number) =>
    places.some(({ from, to }) => slice >= from && slice < to);
  const seconds = result.timeline.map(({ qps, p99Us }) => ({ qps, p99Ms: (p99Us ?? 0) / 1000 }));
  return {
    result,
    stalls: stalls.length,
    slices: slicesOf(seconds, (name, slice, usual) => {
      if (name === 'answered') return within(stalls, slice) ? 0 : usual;
      if (name === 'cpuMs') return 80;
      return within(others[name], slice) ? 100 : 0;
    }),
  };
}

it(`names a cause in ${MOST_FALSE} of ${TIMELINES} runs at most whose signals move by themselves`, () => {
  const accused: string[] = [];
  let withSpikes = 0;
  for (let seed = 0; seed < TIMELINES; seed++) {
    const { patterns, spikes } = diagnose(innocent(seed));
    if (spikes.length > 1) withSpikes++;
    const named = namedOf(patterns);
    if (named !== '') accused.push(`${seed}: ${named}`);
  }
  assert.ok(withSpikes > 0.7 * TIMELINES, `only ${withSpikes} have something to explain`);
  assert.ok(accused.length <= MOST_FALSE, `${accused.length}: ${accused.join('; ')}`);
});

it(`and of ${TIMELINES} in which that is known within the seconds, too`, () => {
  const accused: string[] = [];
  let withStalls = 0;
  for (let seed = 0; seed < TIMELINES; seed++) {
    const { result, slices } = innocentWithin(seed);
    const { patterns, stalls } = diagnose(result, slices);
    if (stalls.length > 1) withStalls++;
    const named = namedOf(patterns);
    if (named !== '') accused.push(`${seed}: ${named}`);
  }
  assert.ok(withStalls > 0.7 * TIMELINES, `only ${withStalls} have stalls`);
  assert.ok(accused.length <= MOST_FALSE, `${accused.length}: ${accused.join('; ')}`);
});

function namedOf(patterns: readonly FoundPattern[]): string {
  return patterns
    .filter(({ pattern }) => pattern !== 'unknown')
    .map(({ pattern }) => pattern)
    .join(', ');
}
