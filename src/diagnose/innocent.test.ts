import assert from 'node:assert/strict';
import { it } from 'node:test';
import { diagnose } from './diagnose.js';
import { calmSecond, Dice, type MadeSecond, resultOf } from './timeline.test.kit.js';

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

it(`names a cause in ${MOST_FALSE} of ${TIMELINES} runs at most whose signals move by themselves`, () => {
  const accused: string[] = [];
  let withSpikes = 0;
  for (let seed = 0; seed < TIMELINES; seed++) {
    const { patterns, spikes } = diagnose(innocent(seed));
    if (spikes.length > 1) withSpikes++;
    const named = patterns.filter(({ pattern }) => pattern !== 'unknown');
    if (named.length > 0) accused.push(`${seed}: ${named.map(({ pattern }) => pattern).join(', ')}`);
  }
  assert.ok(withSpikes > 0.7 * TIMELINES, `only ${withSpikes} have something to explain`);
  assert.ok(accused.length <= MOST_FALSE, `${accused.length}: ${accused.join('; ')}`);
});
