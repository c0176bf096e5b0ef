import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import type { Advice, Finding } from '#zipfire/core/index.js';
import { renderAdvice } from '#zipfire/report/advice.js';
import { renderAdviceJunit } from '#zipfire/report/advice-junit.js';
import { renderSarif } from '#zipfire/report/advice-sarif.js';
import { renderAdvicePage } from '#zipfire/report/html/advice-page.js';
import { adviceOf, adviceScenes, experiments, hostileAdvice } from '../fixtures/advice.js';
import { assertGolden } from '../fixtures/golden.js';
import { assertValidJunit } from '../support/junit.js';

const plain = { colour: false, width: 80, unicode: true };
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    ']]>',
    '"/><testcase/>',
    '</style><script>pwned=1</script>',
    '<img src=x onerror=pwned=1>',
    "' onfocus='pwned=1",
    '<!--',
    '\x1b[2J\x1b]0;title\x07',
    '\uffff\ufffe\0\ud800',
    '%',
    '../../a b#c?d',
  ),
);
const scenes = Object.entries(adviceScenes).map(([name, scene]) => [name, scene()] as const);

describe('advice at a terminal', () => {
  for (const [name, advice] of scenes)
    it(`is for a person: ${name}`, () => {
      assertGolden(`advice/${name.replace(' ', '-')}.golden.txt`, renderAdvice(advice, plain));
    });

  it('fits the width that there is, but for what is to be pasted', () => {
    for (const width of [40, 60, 120])
      for (const [name, advice] of scenes) {
        const wide = renderAdvice(advice, { ...plain, width }).split('\n');
        const fixes = [...advice.findings, ...advice.selfChecks].flatMap(({ fix = '' }) => fix.split('\n'));
        const over = wide
          .filter((line) => line.length > width && !/https:/.test(line))
          .filter((line) => !fixes.some((fix) => fix !== '' && line.endsWith(fix)));
        assert.deepEqual(over, [], `${name} at ${width}`);
      }
  });

  it('has a place of its own for a path that is too long to stand beside', () => {
    const [finding] = adviceScenes['several']?.().findings ?? [];
    assert.ok(finding);
    const where = `services/orders/${'deep/'.repeat(9)}main.go:12`;
    const shown = (width: number) =>
      renderAdvice(adviceOf({ verdict: 'mend', findings: [{ ...finding, where }] }), { ...plain, width });
    assert.ok(shown(80).includes(`\n   high · proven\n   ${where}\n`));
    assert.ok(shown(120).includes(`\n   high · proven  ${where}\n`));
  });

  it('is the same text with colours, and has none beyond ASCII where that is all there is', () => {
    for (const [, advice] of scenes) {
      const coloured = renderAdvice(advice, { ...plain, colour: true });
      assert.equal(stripVTControlCharacters(coloured), renderAdvice(advice, plain));
      assert.match(renderAdvice(advice, { ...plain, unicode: false }), /^[\x00-\x7f]*$/);
    }
  });

  it('lets no text move the cursor', () => {
    fc.assert(
      fc.property(text, (name) => {
        assert.doesNotMatch(renderAdvice(hostileAdvice(name), plain), /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      }),
      { numRuns: 50 },
    );
  });
});

describe('findings of one rule', () => {
  const source = 'https://github.com/golang/go/issues/13801';
  const finding = (changes: Partial<Finding>): Finding => ({
    id: 'KA09',
    title: 'A Go client throws connections away',
    status: 'fail',
    severity: 'high',
    confidence: 'static',
    evidence: {},
    why: 'two idle connections a host are kept',
    fix: 'MaxIdleConnsPerHost: 100,',
    source,
    ...changes,
  });
  const many = (count: number, changes: (i: number) => Partial<Finding> = () => ({})) =>
    Array.from({ length: count }, (_, i) => finding({ where: `a/${i}.go:7`, ...changes(i) }));
  const told = (findings: readonly Finding[]) => renderAdvice(adviceOf({ verdict: 'mend', findings }), plain);

  it('that are to be mended in the same way are told once, with their first places', () => {
    const report = told(many(21));
    assert.match(report, /1 thing to mend at 21 places/);
    assert.equal(report.match(/A Go client throws/g)?.length, 1);
    assert.match(report.replace(/\s+/g, ' '), /also a\/1\.go:7, .*a\/6\.go:7 and 14 more places/);
    assert.doesNotMatch(report, /a\/7\.go/);
  });

  it('whose fix names its own place are the same', () => {
    const report = told(many(2, (i) => ({ fix: `IdleTimeout: x,   // beside a/${i}.go:7` })));
    assert.match(report, /also {3}a\/1\.go:7/);
  });

  it('that differ in what is wrong or what to paste are told each', () => {
    const report = told([
      ...many(1),
      finding({ where: 'b.go:1', severity: 'medium' }),
      finding({ where: 'b.go:2', fix: 'MaxIdleConnsPerHost: 10,' }),
      finding({ where: 'b.go:3', why: 'its body is never read' }),
    ]);
    assert.match(report, /4 things to mend, 3 of high severity/);
    assert.doesNotMatch(report, /also/);
  });

  it('that are more than five are told by their places', () => {
    const report = told([
      ...many(9, (i) => ({ fix: `tr${i}.MaxIdleConnsPerHost = 100` })),
      finding({ id: 'KA12', where: 'b.go:1' }),
    ]);
    assert.equal(report.match(/^\d\. KA09/gm)?.length, 5);
    assert.match(report, /^6\. KA12/m);
    assert.match(
      report.replace(/\s+/g, ' '),
      /more of KA09, .*: a\/5\.go:7, a\/6\.go:7, a\/7\.go:7, a\/8\.go:7/,
    );
  });

  it('that pass, or are not sure, are told once, too', () => {
    const report = told([
      ...many(5, () => ({ status: 'pass', title: 'Go clients keep their connections' })),
      ...many(4, () => ({ status: 'inconclusive', why: 'nobody knows' })),
    ]).replace(/\s+/g, ' ');
    assert.match(report, /KA09 Go clients keep .* \(a\/0\.go:7, a\/1\.go:7, a\/2\.go:7 and 2 more places\)/);
    assert.match(report, /KA09 nobody knows \(at 4 places\)/);
  });

  it('are each in SARIF and JUnit, and on the page by their place', () => {
    const advice = adviceOf({ verdict: 'mend', findings: many(21) });
    const { runs } = JSON.parse(renderSarif(advice, '0.1.0')) as { runs: [{ results: unknown[] }] };
    assert.equal(runs[0].results.length, 21);
    assert.equal(renderAdviceJunit(advice).match(/<failure /g)?.length, 21);
    const page = renderAdvicePage(advice, { style: '' }, '0.1.0');
    assert.equal(page.match(/<article/g)?.length, 1);
    for (const { where = '' } of advice.findings) assert.ok(page.includes(where), where);
  });
});

describe('a fix at a terminal', () => {
  const shown = (fix: string, width: number) => {
    const [finding] = adviceScenes['several']?.().findings ?? [];
    assert.ok(finding);
    const text = renderAdvice(adviceOf({ verdict: 'mend', findings: [{ ...finding, fix }] }), {
      ...plain,
      width,
    });
    const lines = text.split('\n');
    const first = lines.findIndex((line) => line.startsWith('   fix    '));
    const after = lines.findIndex((line, i) => i > first && !line.startsWith(' '.repeat(10)));
    return lines.slice(first, after).map((line) => line.slice(10));
  };

  it('has the comment above its code where there is no room beside it, in lines of comments', () => {
    const fix = [
      'sysctl -w net.core.somaxconn=4096   # and the backlog of the server: listen(port, host, 4096), nginx: listen 80 backlog=4096',
      'f(A{',
      '\tB: 5,   // half of what clients do, since networks bunch what is sent, and more',
      '})',
      '// or, in the client, where all of them can be reached and changed: C{Time: 5}',
    ].join('\n');
    assert.deepEqual(shown(fix, 80), [
      '# and the backlog of the server: listen(port, host, 4096), nginx:',
      '# listen 80 backlog=4096',
      'sysctl -w net.core.somaxconn=4096',
      'f(A{',
      '    // half of what clients do, since networks bunch what is sent, and',
      '    // more',
      '    B: 5,',
      '})',
      '// or, in the client, where all of them can be reached and changed:',
      '// C{Time: 5}',
    ]);
    assert.deepEqual(shown(fix, 200), fix.replace('\t', '    ').split('\n'));
  });

  it('breaks no code, and takes no URL or colour for a comment', () => {
    for (const code of [
      'kubectl apply -f https://example.com/a/long/path/of/a/manifest/that/is/not/broken.yaml --context x',
      'style: "color:#ffffff" and: more-of-what-is-one-line-and-stays-one-line-in-every-case: true',
    ])
      assert.deepEqual(shown(code, 60), [code]);
  });
});

describe('a fix in Go', () => {
  it('can be pasted from every report', () => {
    const [finding] = adviceScenes['several']?.().findings ?? [];
    assert.ok(finding);
    const advice = adviceOf({ verdict: 'mend', findings: [{ ...finding, fix: 'a := B{\n\tC: 1,\n}' }] });
    for (const report of [
      renderAdvice(advice, plain),
      renderAdviceJunit(advice),
      renderSarif(advice, '0.1.0'),
    ]) {
      assert.match(report, / {4}C: 1,/);
      assert.doesNotMatch(report, /\\t/);
    }
  });
});

describe('advice as JUnit XML', () => {
  it('is what CI systems read', () => {
    const all = scenes.map(([name, advice]) => `<!-- ${name} -->\n${renderAdviceJunit(advice)}`);
    assertGolden('advice/junit.golden.xml', all.join('\n'));
    for (const [, advice] of scenes) assertValidJunit(renderAdviceJunit(advice));
  });

  it('is valid whatever the texts are', () => {
    fc.assert(
      fc.property(text, (name) => assertValidJunit(renderAdviceJunit(hostileAdvice(name)))),
      { numRuns: 50 },
    );
  });

  it('has each name once, by what tells two ways of one rule apart', () => {
    const [finding] = adviceOf().findings;
    assert.ok(finding);
    const { where: _, ...nowhere } = finding;
    const findings = [nowhere, { ...nowhere, confidence: 'probed' as const }, nowhere];
    const xml = renderAdviceJunit(adviceOf({ selfChecks: [], findings }));
    const name = `KA04 ${finding.title}`;
    assert.deepEqual(
      [...xml.matchAll(/<testcase classname="[^"]*" name="([^"]*)"/g)].map(([, each]) => each),
      [name, `${name} (probed)`, `${name} (static)`],
    );
  });

  it('passes nothing that was not judged', () => {
    const counts = (name: string) =>
      /tests="\d+" failures="\d+" errors="\d+" skipped="\d+"/.exec(
        renderAdviceJunit(adviceScenes[name]?.() ?? assert.fail(name)),
      )?.[0];
    assert.equal(counts('healthy'), 'tests="5" failures="0" errors="0" skipped="3"');
    assert.equal(counts('several'), 'tests="8" failures="3" errors="0" skipped="3"');
    assert.equal(counts('capped'), 'tests="2" failures="1" errors="0" skipped="1"');
    assert.equal(counts('suppressed'), 'tests="7" failures="0" errors="0" skipped="5"');
    assert.equal(counts('defect'), 'tests="6" failures="0" errors="1" skipped="3"');
  });
});

/** A URI, or one relative to the folder that was looked at (RFC 3986). */
const uriReference = z.string().regex(/^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-F]{2})*$/);
const level = z.enum(['none', 'note', 'warning', 'error']);
const message = z.strictObject({ text: z.string().min(1) });
/**
 * What SARIF 2.1.0 says of the objects that are used, no more and no less: sections 3.13 log, 3.14 run, 3.19 tool
 * component, 3.27 result, 3.29 physical location, 3.30 region, 3.35 suppression, 3.49 rule.
 */
const sarifLog = z.strictObject({
  $schema: z.url(),
  version: z.literal('2.1.0'),
  runs: z
    .array(
      z.strictObject({
        tool: z.strictObject({
          driver: z.strictObject({
            name: z.string().min(1),
            semanticVersion: z.string().regex(/^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/),
            rules: z.array(
              z.strictObject({
                id: z.string().min(1),
                shortDescription: message,
                helpUri: z.url(),
                defaultConfiguration: z.strictObject({ level }),
              }),
            ),
          }),
        }),
        columnKind: z.enum(['utf16CodeUnits', 'unicodeCodePoints']),
        results: z.array(
          z.strictObject({
            ruleId: z.string().min(1),
            ruleIndex: z.int().min(0),
            level,
            message,
            locations: z
              .array(
                z.strictObject({
                  physicalLocation: z.strictObject({
                    artifactLocation: z.strictObject({ uri: uriReference }),
                    region: z.strictObject({ startLine: z.int().min(1) }).optional(),
                  }),
                }),
              )
              .optional(),
            suppressions: z
              .array(
                z.strictObject({
                  kind: z.enum(['inSource', 'external']),
                  justification: z.string().optional(),
                }),
              )
              .optional(),
            properties: z.looseObject({ tags: z.array(z.string()).optional() }),
          }),
        ),
      }),
    )
    .min(1),
});

function readSarif(advice: Advice) {
  const [run = assert.fail()] = sarifLog.parse(JSON.parse(renderSarif(advice, '1.2.3'))).runs;
  const { rules } = run.tool.driver;
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length, 'each rule once');
  for (const { ruleId, ruleIndex } of run.results) assert.equal(rules[ruleIndex]?.id, ruleId);
  return run.results;
}

describe('advice as SARIF', () => {
  it('has what the standard asks for, and nothing that it does not know', () => {
    for (const [, advice] of scenes) readSarif(advice);
    fc.assert(
      fc.property(text, (name) => readSarif(hostileAdvice(name)).length > 0),
      { numRuns: 50 },
    );
  });

  it('points at the line, and says what is passed over and by what', () => {
    const several = readSarif(adviceScenes['several']?.() ?? assert.fail());
    assert.deepEqual(
      several.map(({ ruleId, level, locations }) => [ruleId, level, locations?.[0]?.physicalLocation]),
      [
        ['CPU07', 'error', undefined],
        ['KA08', 'error', { artifactLocation: { uri: 'deploy/nginx.conf' }, region: { startLine: 12 } }],
        ['CPU04', 'note', { artifactLocation: { uri: 'deploy/app.yaml' }, region: { startLine: 31 } }],
      ],
    );
    const suppressed = readSarif(adviceScenes['suppressed']?.() ?? assert.fail());
    assert.deepEqual(
      suppressed.map(({ suppressions }) => suppressions?.[0]),
      [
        { kind: 'inSource', justification: 'one call a day' },
        { kind: 'external', justification: 'the pod is never resized' },
      ],
    );
  });
});

describe('advice as a page', () => {
  const render = (advice: Advice) => renderAdvicePage(advice, { style: 'STYLE' }, '1.2.3');
  const elementsOf = (page: string) =>
    page
      .replace(/>[^<]*/g, '>')
      .replace(/="[^"]*"/g, '')
      .replace(/\s+/g, ' ');

  it('says the verdict first, and has no script', () => {
    for (const [name, advice] of scenes) {
      const page = render(advice);
      assert.match(page, /<h1 class="(good|bad|warn|quiet)">[✓✗!~] [A-Z ]+: /, name);
      assert.match(page, /script-src &#39;none&#39;/);
      assert.doesNotMatch(page, /<script|\s(?:src|srcset|style|on\w+|action)=/);
    }
    assert.match(render(adviceScenes['several']?.() ?? assert.fail()), /qps × 1\.84 \(1\.71 to 1\.97/);
  });

  it('draws each run of each setting on one scale', () => {
    const page = render(adviceOf({ experiments }));
    // Six runs by QPS and by P99, one of them without a P99.
    assert.equal(page.match(/<circle /g)?.length, 2 * 6 + 2 * 6 - 1);
    const at = [...page.matchAll(/<circle cx="([\d.]+)%"/g)].map(([, cx]) => Number(cx));
    assert.deepEqual([Math.min(...at), Math.max(...at)], [2, 98]);
    assert.match(page, /aria-label="QPS of GOMAXPROCS=2: 37\.1 k\/s in the middle of 6 runs"/);
  });

  it('has no markup that is not its own, whatever the texts are', () => {
    const usual = elementsOf(render(hostileAdvice('usual')));
    fc.assert(
      fc.property(text, (name) => assert.equal(elementsOf(render(hostileAdvice(name))), usual)),
      { numRuns: 50 },
    );
  });
});
