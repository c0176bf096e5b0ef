import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Result } from '#zipfire/core/index.js';
import {
  renderAnnotations,
  renderGitlab,
  renderMarkdown,
  renderPrometheus,
  reportFormats,
} from '#zipfire/report/index.js';
import { diagnosedResult } from '../fixtures/diagnosed.js';
import { assertGolden } from '../fixtures/golden.js';
import { wholeResult } from '../fixtures/page.js';
import { operationOf, planOf, resultOf } from '../fixtures/result.js';
import { scenes } from '../fixtures/scenes.js';

const scene = (name: string) => (scenes[name] as () => Result)();
const together = (names: readonly string[], render: (result: Result) => string) =>
  names.map((name) => `=== ${name}\n${render(scene(name))}`).join('\n');

/** Texts that mean something to one of the formats. */
const outside = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '\n::error::pwned',
    '%0A::error::x',
    'a, title=b::c',
    '"} 1\nevil 2',
    '\\"',
    'x # y',
    "it's `here` $HOME",
    '| a | b |',
    '</code><script>alert(1)</script>',
    '[x](javascript:alert(1)) ![y](http://evil) @team',
    '**bold** __proto__',
  ),
);

function hostileOf(text: string, other: string): Result {
  return resultOf({
    plan: planOf({ name: text }),
    startedAt: other,
    validity: { valid: true, reasons: [`late: ${text}; ${other}`] },
    operations: [operationOf(text), operationOf(other)],
    statuses: { [text]: 1, [other]: 2 },
    gates: [
      { source: text, actual: 1, limit: 2, verdict: 'fail' },
      { source: other, actual: null, limit: 2, verdict: 'no-data' },
    ],
    verdict: 'fail',
  });
}

describe('Markdown', () => {
  it('says what ails a run, whole, and nothing where nobody looked', () => {
    const text = renderMarkdown(diagnosedResult());
    assert.match(
      text,
      /What ails it:\n\n- \*\*lock or queue\*\*: in 3 stalls .* a call of its own \(by chance: < 0\.1 %\)\n/,
    );
    assert.doesNotMatch(renderMarkdown(wholeResult()), /What ails it/);
  });

  it('says the verdict first, and then why', () => {
    const names = [
      'closed-loop',
      'gates-pass',
      'gate-fail',
      'invalid',
      'open-loop-stall',
      'operations',
      'windows-broken',
    ];
    assertGolden('markdown.golden.md', together([...names, 'zero-requests', 'hostile'], renderMarkdown));
  });

  it('marks percentiles that stand on few samples, and gives none that stands on no sample', () => {
    const text = renderMarkdown(scene('few-samples'));
    assert.match(text, /^\| response \| 50 \| 1\.02 s \| &#126;1\.08 s \| – \| – \| 2\.54 s \|$/m);
    assert.match(text, /<sub>&#126; fewer than 10 samples above it, – none<\/sub>/);
  });

  it('has no markup that is not ours, whatever the names are', () => {
    fc.assert(
      fc.property(outside, outside, (text, other) => {
        const markdown = renderMarkdown(hostileOf(text, other));
        const tags = new Set(markdown.match(/<\/?[^>]*>/g));
        for (const tag of tags) assert.match(tag, /^<\/?(?:code|sub)>$/);
        assert.doesNotMatch(markdown.replace(/<\/?(?:code|sub)>/g, ''), /[<`[\]@!\\]|:\/\//);
        // Each row of a table has as many cells as its head.
        for (const block of markdown.split('\n\n').filter((part) => part.startsWith('|'))) {
          const widths = block.split('\n').map((line) => line.split('|').length);
          assert.deepEqual(new Set(widths), new Set([widths[0]]));
        }
      }),
    );
  });
});

describe('GitHub annotations', () => {
  it('are errors of gates and warnings of a measurement that does not hold', () => {
    const names = [
      'closed-loop',
      'gate-fail',
      'all-failed',
      'invalid',
      'interrupted',
      'hostile',
      'windows-broken',
    ];
    assertGolden('annotations.golden.txt', together(names, renderAnnotations));
  });

  it('are one command a line, whatever the names are', () => {
    fc.assert(
      fc.property(outside, outside, (text, other) => {
        const lines = renderAnnotations(hostileOf(text, other)).split('\n');
        assert.equal(lines.pop(), '');
        assert.equal(lines.length, 3);
        for (const line of lines)
          assert.match(line, /^::(?:error|warning) title=[^:,\r\n]*::(?:[^%\r\n]|%25)*$/);
      }),
    );
  });
});

/** One line of the exposition format 0.0.4, as its documentation has it. */
const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`;
const sampleLine = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(?:\{(${label}(?:,${label})*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$`,
);

interface Read {
  readonly family: string;
  readonly line: string;
  readonly series: string;
  readonly value: number;
}

/** Reads it as strictly as Prometheus does: one group of lines a family, no series twice. */
function readExposition(text: string): Read[] {
  const found: Read[] = [];
  const families = new Set<string>();
  let family = '';
  let type = '';
  assert.ok(text.endsWith('\n'));
  for (const line of text.slice(0, -1).split('\n')) {
    const help = /^# HELP (\w+) (?:[^\\]|\\[\\n])+$/.exec(line);
    const typed = /^# TYPE (\w+) (gauge|summary)$/.exec(line);
    if (help !== null) {
      family = help[1] ?? '';
      assert.ok(!families.has(family), `${family} twice`);
      families.add(family);
      type = '';
      continue;
    }
    if (typed !== null) {
      assert.equal(typed[1], family);
      assert.equal(type, '');
      type = typed[2] ?? '';
      continue;
    }
    const [, name = '', labels = '', value = ''] = sampleLine.exec(line) ?? assert.fail(line);
    const suffixes = type === 'summary' ? ['', '_sum', '_count'] : [''];
    assert.ok(
      suffixes.some((suffix) => name === family + suffix),
      `${name} in ${family}`,
    );
    found.push({ family, line, series: `${name}{${labels}}`, value: Number(value) });
  }
  assert.equal(new Set(found.map(({ series }) => series)).size, found.length, 'a series twice');
  return found;
}

describe('Prometheus text', () => {
  it('is what its collectors read', () => {
    for (const make of Object.values(scenes)) readExposition(renderPrometheus(make()));
    assertGolden(
      'prometheus.golden.txt',
      together(['gate-fail', 'operations', 'windows-broken'], renderPrometheus),
    );
  });

  it('has base units and the sums of its counts', () => {
    const read = readExposition(renderPrometheus(scene('gate-fail')));
    const value = (series: string) => read.find((each) => each.series === series)?.value;
    assert.equal(value('zipfire_response_time_seconds{quantile="0.99"}'), 0.41174);
    assert.equal(value('zipfire_requests_per_second{}'), 42_386);
    assert.equal(value('zipfire_gate_passed{gate="p99 < 250ms"}'), 0);
    const outcomes = read.filter(({ family }) => family === 'zipfire_requests_by_outcome');
    assert.equal(
      outcomes.reduce((sum, each) => sum + each.value, 0),
      value('zipfire_requests_sent{}'),
    );
  });

  it('does not pass a gate of a measurement that was not judged', () => {
    assert.match(renderPrometheus(scene('invalid')), /^zipfire_gate_passed\{gate="p99 < 380ms"\} 0$/m);
  });

  it('is well-formed whatever the names are', () => {
    fc.assert(
      fc.property(outside, outside, (text, other) => {
        readExposition(renderPrometheus(hostileOf(text, other)));
      }),
    );
  });
});

describe("GitLab's metrics report", () => {
  it('has what a merge request should show', () => {
    assertGolden('gitlab.golden.txt', together(['gate-fail', 'operations', 'windows-broken'], renderGitlab));
  });

  it('is a name and a value a line to a reader that splits as a shell does and knows # for a comment', () => {
    fc.assert(
      fc.property(outside, outside, (text, other) => {
        const lines = renderGitlab(hostileOf(text, other)).trimEnd().split('\n');
        assert.equal(lines.pop(), '# EOF');
        for (const line of lines) assert.match(line, /^\w+(?:\{(?:\w+="[^"#\\`$\n]*",?)+\})? [\d.e-]+$/);
      }),
    );
  });
});

describe('CSV', () => {
  it('has a line a second, with nothing where there is no data', () => {
    const { timeline } = scene('all-failed');
    const csv = reportFormats.find(({ flag }) => flag === 'csv') ?? assert.fail();
    const text = csv.render(resultOf({ timeline: timeline.slice(0, 2) }), {
      page: () => assert.fail(),
      baseline: null,
    });
    assert.equal(
      text,
      't,sent,completed,errors,qps,targetQps,p50Us,p99Us,maxUs,inFlight,latenessP99Us\r\n' +
        '0,40,0,40,0,,,,,64,\r\n1,40,0,40,0,,,,,64,\r\n',
    );
  });
});
