import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advise } from './advise.js';
import { type Audit, audit, fail, inconclusive, notApplicable, type Outcome, pass } from './audit.js';
import type { Gathered } from './facts.js';
import { readSuppressions } from './suppress.js';

const nothing: Gathered = { facts: { suppressions: [] }, failed: {} };
const broken = fail({ evidence: { seen: 1 }, why: 'because', fix: 'mend it', where: 'a.go:3' });

function rule(id: string, outcome: Outcome | readonly Outcome[] | Error, more: Partial<Audit> = {}): Audit {
  return audit({
    id,
    title: `${id} holds`,
    failureTitle: `${id} is broken`,
    severity: 'medium',
    confidence: 'observed',
    underLoad: false,
    needs: [],
    doc: '',
    versions: 'every version',
    fix: '',
    source: 'https://example.com',
    run: () => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    ...more,
  });
}

function judge(audits: readonly Audit[], gathered = nothing) {
  return advise({ target: 'x', gathered, audits });
}

test('each outcome becomes a finding, and a failure takes the title of failures', () => {
  const { findings, verdict } = judge([
    rule('A1', pass({ seen: 2 })),
    rule('A2', broken),
    rule('A3', notApplicable('not Go')),
    rule('A4', inconclusive('too short')),
    rule('A5', new Error('oops\n')),
    rule('A6', []),
  ]);
  assert.deepEqual(
    findings.map(({ id, status, title }) => [id, status, title]),
    [
      ['A2', 'fail', 'A2 is broken'],
      ['A5', 'error', 'A5 holds'],
      ['A4', 'inconclusive', 'A4 holds'],
      ['A1', 'pass', 'A1 holds'],
      ['A3', 'notApplicable', 'A3 holds'],
      ['A6', 'notApplicable', 'A6 holds'],
    ],
  );
  assert.equal(findings[1]?.why, 'a defect of this rule: oops\\n');
  assert.equal(verdict, 'mend');
});

test('what it takes to judge is said once', () => {
  const reason = (...needs: Audit['needs']) =>
    judge([rule('A1', pass(), { needs })], { facts: {}, failed: {} }).findings[0]?.why;
  assert.equal(reason('load', 'generator'), 'needs a load (a URL or a profile)');
  assert.equal(reason('probe', 'idle'), 'needs probes of a server that keeps connections alive (--probe)');
  assert.equal(reason('probe'), 'needs probes (--probe)');
  assert.equal(reason('load', 'http2Settings'), 'needs a load over HTTP/2');
  assert.equal(reason('load', 'handshake'), 'needs a load over TLS');
  assert.equal(reason('http2Settings'), 'needs a load over HTTP/2, or probes of a server of it (--probe)');
});

test('an artifact not asked for is not applicable; one that could not be gathered is inconclusive', () => {
  const needy = rule('A1', pass(), { needs: ['suppressions'] });
  const [absent] = judge([needy], { facts: {}, failed: {} }).findings;
  assert.deepEqual([absent?.status, absent?.why], ['notApplicable', 'needs files to read (--files)']);
  const lost = judge([needy], { facts: {}, failed: { suppressions: 'a.go: no such file' } });
  assert.deepEqual([lost.findings[0]?.status, lost.findings[0]?.why], ['inconclusive', 'a.go: no such file']);
  assert.deepEqual(lost.notes, ['suppressions: a.go: no such file']);
  assert.equal(lost.verdict, 'nothing-judged');
});

test('of several artifacts one may be enough, and what is missing for one reason is told once', () => {
  const needy = rule('A1', pass(), { uses: ['process', 'metrics'], needsAny: ['process', 'metrics'] });
  const outcome = (gathered: Gathered) => {
    const { findings, notes } = judge([needy], gathered);
    return [findings[0]?.status, findings[0]?.why, notes];
  };
  assert.deepEqual(outcome({ facts: {}, failed: {} }), [
    'notApplicable',
    'needs a process on this machine (--pid) or a metrics page (--metrics URL)',
    [],
  ]);
  const both = { process: 'it is gone', metrics: 'it is gone' };
  assert.deepEqual(outcome({ facts: {}, failed: both }), [
    'inconclusive',
    'it is gone',
    ['process, metrics: it is gone'],
  ]);
  const metrics = { url: 'x', scrapes: [], truncated: false };
  assert.equal(outcome({ facts: { metrics }, failed: both })[0], 'pass');
});

test('a version guard is heard before the rule', () => {
  const [finding] = judge([rule('A1', broken, { guard: () => 'Go 1.25 does it by itself' })]).findings;
  assert.deepEqual([finding?.status, finding?.why], ['notApplicable', 'Go 1.25 does it by itself']);
});

test('severity weighs more than confidence, and what is mended by another comes behind it', () => {
  const of = (
    id: string,
    severity: 'high' | 'medium' | 'low',
    confidence: 'static' | 'proven',
    after: string[] = [],
  ) => rule(id, broken, { severity, confidence, after });
  const { findings } = judge([
    of('A1', 'low', 'proven'),
    of('A2', 'high', 'proven', ['A4']),
    of('A3', 'medium', 'proven'),
    of('A4', 'medium', 'static'),
    of('A5', 'high', 'static'),
  ]);
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['A5', 'A3', 'A4', 'A2', 'A1'],
  );
});

test('rules that wait for each other are all listed', () => {
  const { findings } = judge([rule('A1', broken, { after: ['A2'] }), rule('A2', broken, { after: ['A1'] })]);
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['A1', 'A2'],
  );
});

test('a generator that is not fit caps what moves with the load, and nothing else', () => {
  const { findings, selfChecks, verdict } = judge([
    rule('S01', broken),
    rule('A1', broken, { underLoad: true }),
    rule('A2', pass(), { underLoad: true }),
    rule('A3', pass()),
  ]);
  assert.deepEqual(
    findings.map(({ id, status, cappedBy }) => [id, status, cappedBy]),
    [
      ['A1', 'inconclusive', ['S01']],
      ['A2', 'inconclusive', ['S01']],
      ['A3', 'pass', undefined],
    ],
  );
  assert.equal(findings[0]?.why, 'the generator was not fit to judge it (S01); what it saw: because');
  assert.equal(selfChecks[0]?.status, 'fail');
  assert.equal(verdict, 'inconclusive');
});

test('a check that fails puts in doubt what it can falsify', () => {
  const underLoad = (id: string, outcome: Outcome, more: Partial<Audit>) =>
    rule(id, outcome, { underLoad: true, ...more });
  const capped = (doubts: 'contention' | 'latency') =>
    judge([
      rule('S04', { ...broken, doubts } as Outcome),
      underLoad('A1', broken, { contention: 'worsens' }),
      underLoad('A2', pass(), { contention: 'worsens' }),
      underLoad('A3', broken, { contention: 'eases' }),
      underLoad('A4', pass(), { contention: 'eases' }),
      underLoad('A5', broken, { contention: 'neither' }),
      underLoad('A6', pass(), {}),
      underLoad('A7', pass(), { contention: 'neither', readsLatency: true }),
      rule('A8', broken),
    ])
      .findings.filter(({ cappedBy }) => cappedBy !== undefined)
      .map(({ id }) => id);
  assert.deepEqual(capped('contention'), ['A1', 'A4', 'A6']);
  assert.deepEqual(capped('latency'), ['A7']);
});

test('where nothing was in doubt, a check that failed is no reason to look again', () => {
  const check = rule('S04', { ...broken, doubts: 'contention' } as Outcome);
  assert.equal(judge([check, rule('A1', pass())]).verdict, 'fine');
  assert.equal(judge([check, rule('A1', pass(), { underLoad: true })]).verdict, 'inconclusive');
  assert.equal(judge([rule('S01', broken), rule('A1', pass())]).verdict, 'inconclusive');
});

test('what is suppressed with a reason is listed and does not count; a suppression of nothing is told', () => {
  const { suppressions, problems } = readSuppressions(
    ['x', '// zipfire-ignore A1, A9: the peer is ours', '/* zipfire-ignore A2 */'].join('\n'),
    'a.go',
  );
  assert.deepEqual(problems, [
    'a.go:3: zipfire-ignore A2 has no reason, so it does not count; zipfire-ignore A2: why',
  ]);
  const { findings, verdict, notes } = judge([rule('A1', [broken, { ...broken, where: 'b.go:1' }])], {
    facts: { suppressions },
    failed: {},
  });
  assert.deepEqual(
    findings.map(({ where, suppressed }) => [where, suppressed]),
    [
      ['b.go:1', undefined],
      ['a.go:3', { reason: 'the peer is ours', by: 'a.go:2' }],
    ],
  );
  assert.equal(verdict, 'mend');
  assert.deepEqual(notes, ['a.go:2 ignores A9, and there is no such rule: docs/rules/index.md lists them']);
  assert.equal(judge([rule('A1', broken)], { facts: { suppressions }, failed: {} }).verdict, 'fine');
});

test('a suppression is meant in small letters, too, and one that names no rule is told', () => {
  const { suppressions, problems } = readSuppressions(
    ['# zipfire-ignore ka09: one call a day', '# zipfire-ignore: it is fine', 'see zipfire-ignore'].join(
      '\n',
    ),
    'x.yaml',
  );
  assert.deepEqual(
    suppressions.map(({ id }) => id),
    ['KA09'],
  );
  assert.deepEqual(problems, [
    'x.yaml:2: zipfire-ignore names no rule, so it does not count; zipfire-ignore KA09: why',
  ]);
});

test('a suppression of a rule that found nothing is told', () => {
  const { suppressions } = readSuppressions('// zipfire-ignore K01: quiet', 'a.go');
  const { notes } = judge([rule('A1', pass())], { facts: { suppressions }, failed: {} });
  assert.deepEqual(notes, ['a.go:1 ignores K01, which found nothing there']);
});

test('a comment that ends on its line is no part of the reason', () => {
  const { suppressions } = readSuppressions('<!-- zipfire-ignore KA01: one call a day -->', 'x');
  assert.equal(suppressions[0]?.reason, 'one call a day');
});
