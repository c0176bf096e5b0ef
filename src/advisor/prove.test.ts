import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Advice } from '../core/index.js';
import { advise } from './advise.js';
import type { Outcome } from './audit.js';
import { audit, fail, notApplicable, pass } from './audit.js';
import { audits as everyAudit } from './audits/index.js';
import { qps, ran, trial } from './experiments/experiments.test.kit.js';
import { usualGuard, type View } from './experiments/figures.js';
import { judgeSession } from './experiments/judge.js';
import { triedOf } from './experiments/tried.js';
import type { Suppression } from './suppress.js';

const six = (from: number) => Array.from({ length: 6 }, (_, i) => trial(from + i));

/** An experiment of two arms, the second of which is as much faster. */
function tried(
  name: string,
  from: string,
  to: string,
  rates: readonly [number, number],
  protocol = 'http/1.1',
  runs = 6,
) {
  const view: View = {
    name,
    guarded: true,
    arms: [from, to].map((value, at) => ({ at, settings: { [name]: value } })),
  };
  const arms = ran({ first: six(rates[0]).slice(0, runs), other: six(rates[1]).slice(0, runs) });
  const options = { objective: qps, guard: usualGuard(qps), constrained: false, minEffect: 0.02 };
  const [experiment] = judgeSession(arms, [view], options);
  assert.ok(experiment);
  return triedOf(experiment, protocol);
}

function adviseOn(
  each: ReturnType<typeof tried>,
  id: string,
  outcome: Outcome,
  suppressions: readonly Suppression[] = [],
): Advice {
  const rule = audit({
    id,
    title: 'holds',
    failureTitle: 'does not hold',
    severity: 'high',
    confidence: 'observed',
    underLoad: true,
    needs: [],
    doc: '',
    versions: '',
    fix: '',
    source: 'https://example.com',
    run: () => outcome,
  });
  const exp01 = everyAudit.filter((other) => other.id === 'EXP01');
  return advise({
    target: 'x',
    gathered: { facts: { experiments: { tried: [each], best: {}, notes: [] } }, failed: {} },
    audits: [rule, ...exp01],
    suppressions,
  });
}
const failing = fail({ evidence: { GOMAXPROCS: 1 }, why: 'all threads were busy', fix: 'GOMAXPROCS=2' });

describe('an experiment', () => {
  it('proves the finding of its rule, and is no finding of its own then', () => {
    const { findings, experiments } = adviseOn(tried('GOMAXPROCS', '1', '2', [100, 200]), 'CPU07', failing);
    assert.equal(findings.length, 1);
    const [finding] = findings;
    assert.equal(finding?.confidence, 'proven');
    assert.equal(finding?.gain?.metric, 'qps');
    assert.ok((finding?.gain?.low ?? 0) > 1.9 && (finding?.gain?.high ?? 9) < 2.1 && finding?.gain?.n === 6);
    assert.match(finding?.why ?? '', /^all threads were busy\. Measured: GOMAXPROCS=2: qps × 1\.98 /);
    assert.equal(finding?.fix, 'GOMAXPROCS=2   # better qps than GOMAXPROCS=1, as measured');
    assert.equal(experiments[0]?.verdict, 'GOMAXPROCS=2');
  });

  const others: readonly [string, Outcome][] = [
    ['could not tell', notApplicable('no process')],
    ['passed', pass()],
  ];
  for (const [what, outcome] of others)
    it(`breaks the rule that ${what}`, () => {
      const { findings } = adviseOn(tried('GOMAXPROCS', '1', '2', [100, 200]), 'CPU07', outcome);
      assert.deepEqual(
        findings.map(({ id, status, title, confidence }) => [id, status, title, confidence]),
        [['CPU07', 'fail', 'does not hold', 'proven']],
      );
    });

  it('leaves the rule alone where nothing is proven, or the first arm is the best', () => {
    for (const rates of [
      [100, 101],
      [200, 100],
    ] as const) {
      const { findings } = adviseOn(tried('GOMAXPROCS', '1', '2', rates), 'CPU07', pass());
      assert.deepEqual(
        findings.map(({ id, status }) => [id, status]),
        [
          ['CPU07', 'pass'],
          ['EXP01', 'pass'],
        ],
      );
    }
  });

  it('of fewer runs than can prove anything is no pass', () => {
    const { findings, experiments } = adviseOn(
      tried('POOL', '4', '16', [100, 200], 'h2', 1),
      'CPU07',
      pass(),
    );
    const finding = findings.find(({ id }) => id === 'EXP01');
    assert.deepEqual(
      [finding?.status, finding?.why],
      ['inconclusive', '1 runs of each prove nothing; 5 can'],
    );
    assert.match(
      experiments[0]?.conclusion ?? '',
      /qps × 2\.00 of POOL=4 \(too few runs for an interval\)\.$/,
    );
  });

  it('of a load that keeps its connections says what a client that does not would gain', () => {
    const each = tried('keepalive', 'on', 'off', [400, 100]);
    const { findings } = adviseOn(each, 'KA09', { ...failing, where: 'client.go:7' } as Outcome);
    const [finding] = findings;
    assert.deepEqual([finding?.id, finding?.confidence, finding?.fix], ['KA09', 'proven', 'GOMAXPROCS=2']);
    assert.ok(Math.abs((finding?.gain?.ratio ?? 0) - 3.93) < 0.1, String(finding?.gain?.ratio));
    assert.ok((finding?.gain?.low ?? 9) < 3.93 && (finding?.gain?.high ?? 0) > 3.93);
  });

  it('of a setting that no rule is about is a finding of its own', () => {
    const { findings } = adviseOn(tried('POOL', '4', '16', [100, 200]), 'CPU07', pass());
    assert.deepEqual(
      findings.map(({ id, status }) => [id, status]),
      [
        ['EXP01', 'fail'],
        ['CPU07', 'pass'],
      ],
    );
    assert.equal(findings[0]?.fix, 'POOL=16   # better qps than POOL=4, as measured');
    assert.ok(findings[0]?.gain !== undefined);
  });

  it('whose runs do not hold says so, whatever they seem to prove', () => {
    const each = tried('POOL', '4', '16', [100, 200]);
    const reason = 'in 3 of 12 runs the generator was late';
    const unsure = { ...each, gain: null, experiment: { ...each.experiment, invalid: [reason] } };
    const { findings } = adviseOn(unsure, 'CPU07', pass());
    const finding = findings.find(({ id }) => id === 'EXP01');
    assert.deepEqual([finding?.status, finding?.why], ['inconclusive', reason]);
  });

  it('with more in flight is for information', () => {
    const { findings, experiments } = adviseOn(tried('connections', '64', '256', [100, 200]), 'H201', pass());
    assert.deepEqual(
      findings.map(({ id, status }) => [id, status]),
      [
        ['H201', 'pass'],
        ['EXP01', 'notApplicable'],
      ],
    );
    assert.equal(experiments[0]?.verdict, 'connections=256');
  });

  it('over HTTP/2 proves what more connections are worth', () => {
    const each = tried('connections', '1', '4', [100, 200], 'h2');
    const { findings } = adviseOn(each, 'H201', failing);
    assert.deepEqual(
      findings.map(({ id, confidence }) => [id, confidence]),
      [['H201', 'proven']],
    );
  });

  it('does not overrule a reason', () => {
    const reason = { id: 'CPU07', reason: 'on purpose', path: null, by: 'the profile' };
    const { findings, notes } = adviseOn(tried('GOMAXPROCS', '1', '2', [100, 200]), 'CPU07', pass(), [
      reason,
    ]);
    assert.equal(findings[0]?.suppressed?.reason, 'on purpose');
    assert.deepEqual(
      notes.filter((note) => note.includes('found nothing')),
      [],
    );
  });
});
