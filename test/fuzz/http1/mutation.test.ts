import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeadMemory, type ResponseLimits } from '#zipfire/wire/http1/index.js';
import { Dice, mutant } from './mutate.js';
import { type ReadOptions, readResponse } from './reading.js';
import { fuzzRun, shown } from './run.js';

const { cases, seed } = fuzzRun(20_000);
const limitChoices: readonly Partial<ResponseLimits>[] = [
  {},
  {},
  { maxHeaderBytes: 100 },
  { maxBodyBytes: 10 },
  { maxHeaderBytes: 150, maxBodyBytes: 2 },
];

/** Offsets that cut so many bytes into at most eight reads. */
function someCuts(length: number, dice: Dice): number[] {
  const cuts = Array.from({ length: 1 + dice.below(7) }, () => dice.below(length + 1));
  return cuts.sort((a, b) => a - b);
}

test(`${cases} mutated responses: no throw, no loop, within bounds, the same however cut (seed ${seed})`, () => {
  const memory = new HeadMemory(); // of all the mutants before: it must never change a result
  const outcomes = { whole: 0, refused: 0, cut: 0 };
  const dice = new Dice(seed);
  for (let i = 0; i < cases; i++) {
    const wire = mutant(dice);
    const options: ReadOptions = { head: dice.below(8) === 0, limits: dice.pick(limitChoices) };
    const cuts = someCuts(wire.length, dice);
    const bytewise = Array.from({ length: wire.length }, (_, at) => at);
    const where = () => `case ${i} of seed ${seed}: ${shown(wire)}, ${JSON.stringify({ ...options, cuts })}`;
    try {
      const whole = readResponse(wire, options);
      assert.deepEqual(readResponse(wire, { ...options, cuts }), whole);
      assert.deepEqual(readResponse(wire, { ...options, cuts: bytewise }), whole);
      assert.deepEqual(readResponse(wire, { ...options, memory }), whole);
      assert.deepEqual(readResponse(wire, { ...options, memory }), whole);
      assert.ok(whole.headBytes <= (options.limits?.maxHeaderBytes ?? Number.POSITIVE_INFINITY));
      assert.ok(whole.bodyBytes <= (options.limits?.maxBodyBytes ?? Number.POSITIVE_INFINITY));
      if (whole.complete) outcomes.whole++;
      else if (whole.error !== null) outcomes.refused++;
      else outcomes.cut++;
    } catch (cause) {
      throw new Error(where(), { cause });
    }
  }
  // A fuzzer that never gets past the status line, or never leaves what is valid, tests nothing.
  for (const [outcome, count] of Object.entries(outcomes)) assert.ok(count > cases / 20, outcome);
});
