import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFailingSeverities } from '#zipfire/cli/advise/flags.js';
import { exitCodeOfAdvice } from '#zipfire/cli/advise/report.js';
import type { Advice, Finding, Severity } from '#zipfire/core/index.js';

function adviceOf(...findings: readonly Partial<Finding>[]): Advice {
  const whole = findings.map(
    (finding): Finding => ({
      id: 'A1',
      title: '',
      status: 'fail',
      severity: 'low',
      confidence: 'static',
      evidence: {},
      source: 'https://example.com',
      ...finding,
    }),
  );
  return {
    schema: 'zipfire.advice/1',
    target: 'x',
    verdict: 'mend',
    selfChecks: [],
    findings: whole,
    experiments: [],
    best: {},
    notes: [],
  };
}

describe('--fail-on', () => {
  const severities: readonly Severity[] = ['low', 'medium', 'high'];
  for (const [least, flag] of severities.entries())
    for (const [at, severity] of severities.entries())
      it(`${flag}: a finding that is ${severity} gives ${at >= least ? 3 : 0}`, () => {
        const advice = adviceOf({ severity }, { severity: 'high', status: 'pass' });
        assert.equal(exitCodeOfAdvice(advice, readFailingSeverities(flag)), at >= least ? 3 : 0);
      });

  it('passes over what a reason suppresses, and fails on what cannot be judged for the generator', () => {
    const failing = readFailingSeverities('high');
    const suppressed = adviceOf({ severity: 'high', suppressed: { reason: 'r', by: 'b' } });
    assert.equal(exitCodeOfAdvice(suppressed, failing), 0);
    const capped = adviceOf({ severity: 'high', status: 'inconclusive', cappedBy: ['S01'] });
    assert.equal(exitCodeOfAdvice(capped, failing), 5);
    // A gate on the service that is broken is that, whatever else is not known.
    const both = adviceOf({ severity: 'high' }, { status: 'inconclusive', cappedBy: ['S01'] });
    assert.equal(exitCodeOfAdvice(both, failing), 3);
    assert.equal(exitCodeOfAdvice(capped, readFailingSeverities(undefined)), 0);
  });

  it('takes three words', () => {
    for (const word of ['High', 'error', '', true])
      assert.throws(() => readFailingSeverities(word), { exitCode: 2, message: /high, medium or low/ });
  });
});
