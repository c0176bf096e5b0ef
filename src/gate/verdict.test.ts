import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GateResult, Result, Validity } from '../core/index.js';
import { result } from './result.test.kit.js';
import { exitCodeOf, verdictOf, withholdPasses } from './verdict.js';

const gate = (verdict: GateResult['verdict']): GateResult => ({
  source: 'p99 < 1s',
  actual: 1,
  limit: 1,
  verdict,
});
const valid: Validity = { valid: true, reasons: [] };
const late: Validity = { valid: false, reasons: ['lateness: the generator sent 40 ms late'] };
const missed: Validity = { valid: false, reasons: ['rate-missed: 90/s of 100/s'] };
const both: Validity = { valid: false, reasons: [...late.reasons, ...missed.reasons] };
const unexplained: Validity = { valid: false, reasons: [] };

describe('verdict and exit code', () => {
  const cases: [string, Validity, GateResult['verdict'][], string, number][] = [
    ['valid, no gates', valid, [], 'pass', 0],
    ['valid, all pass', valid, ['pass', 'pass'], 'pass', 0],
    ['valid, one fails', valid, ['pass', 'fail'], 'fail', 3],
    ['valid, one has no data', valid, ['pass', 'no-data'], 'fail', 3],
    ['invalid, no gates: nothing was asked', late, [], 'invalid', 0],
    ['invalid, all pass: the pass is not to be trusted', late, ['pass'], 'invalid', 5],
    ['invalid, one fails: neither is the failure', late, ['fail'], 'invalid', 5],
    ['rate missed, all pass', missed, ['pass'], 'invalid', 5],
    ['rate missed, one fails: the target is to blame for both', missed, ['pass', 'fail'], 'fail', 3],
    ['rate missed, one has no data', missed, ['no-data'], 'fail', 3],
    ['rate missed and late', both, ['fail'], 'invalid', 5],
    ['invalid without a reason', unexplained, ['fail'], 'invalid', 5],
  ];
  for (const [name, validity, verdicts, verdict, code] of cases) {
    it(`${name} → ${verdict}, ${code}`, () => {
      const gates = verdicts.map(gate);
      assert.equal(verdictOf({ interrupted: false, validity, gates }), verdict);
      assert.equal(exitCodeOf(result({ validity, gates, verdict: verdict as Result['verdict'] })), code);
    });
  }

  it('interrupted goes before everything', () => {
    for (const validity of [valid, late]) {
      const gates = [gate('fail')];
      assert.equal(verdictOf({ interrupted: true, validity, gates }), 'interrupted');
      assert.equal(exitCodeOf(result({ validity, gates, verdict: 'interrupted' })), 130);
    }
  });

  it('a reason is matched by its code, not by its beginning', () => {
    const validity: Validity = { valid: false, reasons: ['rate-missed-by-generator: CPU was short'] };
    assert.equal(verdictOf({ interrupted: false, validity, gates: [gate('fail')] }), 'invalid');
  });

  it('no gate passes in the document of a measurement that does not hold, or is partial', () => {
    const written = (verdict: Result['verdict'], ...verdicts: GateResult['verdict'][]) => {
      const judged = result({ verdict, validity: late, gates: verdicts.map(gate) });
      const { gates } = withholdPasses(judged);
      return gates.map((each) => [each.verdict, each.actual, each.why?.split(':')[0]]);
    };
    assert.deepEqual(written('invalid', 'pass', 'fail', 'no-data'), [
      ['no-data', 1, 'not judged'],
      ['fail', 1, undefined],
      ['no-data', 1, undefined],
    ]);
    assert.deepEqual(written('interrupted', 'pass'), [['no-data', 1, 'not judged']]);
    assert.deepEqual(written('pass', 'pass'), [['pass', 1, undefined]]);
    assert.deepEqual(written('fail', 'pass'), [['pass', 1, undefined]]);
    // A document says what became of the run; it is not judged by its gates again.
    assert.equal(
      exitCodeOf(withholdPasses(result({ verdict: 'invalid', validity: missed, gates: [gate('pass')] }))),
      5,
    );
  });
});
