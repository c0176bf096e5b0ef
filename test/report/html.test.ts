import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Result } from '#zipfire/core/index.js';
import type { PageData } from '#zipfire/report/html/page-data.js';
import { reportFormats } from '#zipfire/report/index.js';
import { diagnosedResult } from '../fixtures/diagnosed.js';
import { baselineOf, pageAssets, serviceHistogram, wholeResult } from '../fixtures/page.js';
import { operationOf, planOf, resultOf } from '../fixtures/result.js';
import { scenes } from '../fixtures/scenes.js';

const format = reportFormats.find(({ flag }) => flag === 'html') ?? assert.fail();
/** Assets that can be told from the rest, so that the tests look at what was made of the result. */
const bare = async () => ({ script: 'SCRIPT', style: 'STYLE' });
const render = async (result: Result, baseline: ReturnType<typeof baselineOf> | null = null) =>
  format.render(result, { page: bare, baseline });

describe('HTML page', () => {
  it('says the verdict before anything else, for every kind of run', async () => {
    const verdicts: Readonly<Record<string, RegExp>> = {
      'gates-pass': /^PASS: all 3 gates hold$/,
      'gate-fail': /^FAIL: 1 of 3 gates failed$/,
      invalid: /^INVALID/,
      interrupted: /^INTERRUPTED/,
      'all-failed': /^FAIL: 2 of 2 gates failed$/,
      'closed-loop': /^Measured, no gates$/,
    };
    for (const [name, scene] of Object.entries(scenes)) {
      const page = await render(scene());
      const [, verdict = ''] = /<h1 class="\w+">(.*?)<\/h1>/.exec(page) ?? assert.fail(name);
      assert.match(verdict, verdicts[name] ?? /./);
      assert.ok(page.indexOf('<h1') < page.indexOf('<table'), name);
    }
  });

  it('holds the figures without its script', async () => {
    const page = await render(wholeResult(), baselineOf('base.json'));
    for (const text of ['6.71 ms', '42,386', 'errors &lt; 0.1%', '✗ failed', '✗ worse', '+34 %', 'base.json'])
      assert.ok(page.includes(text), text);
    for (const title of ['Heat map', 'Keys drawn: user', 'Operations', 'Repeats', 'Generator', 'Comparison'])
      assert.match(page, new RegExp(`<h2[^>]*>${title}</h2>`), title);
  });

  it('draws the windows that broke a gate, those side by side as one', async () => {
    const page = await render(wholeResult());
    const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? [];
    assert.deepEqual(JSON.parse(json).timeline.broken, [
      [5, 15],
      [20, 25],
    ]);
    assert.match(page, /Shaded: windows that broke a gate \(5 s to 15 s, 20 s to 25 s\)/);
    assert.match(page, /broken in 3 of 6 windows: 0:20–0:25 6\.71 ms/);
  });

  it('says so where a table, or what is shaded, is not all', async () => {
    const many = Array.from({ length: 256 }, (_, i) => operationOf(`op-${i}`));
    const result = wholeResult();
    const windows = { total: 800, held: 100, broken: [{ run: 1, fromSec: 0, toSec: 1, actual: 9 }] };
    const gate = result.gates[2] ?? assert.fail();
    const page = await render({ ...result, operations: many, gates: [{ ...gate, windows }] });
    assert.match(page, /op-199</);
    assert.doesNotMatch(page, /op-200</);
    assert.match(page, /<p class="quiet">56 more: the JSON \(--out\) has them all\.<\/p>/);
    assert.match(page, /Shaded: the first windows that broke a gate/);
    const keys = Object.fromEntries(
      Array.from({ length: 11 }, (_, i) => [`k${i}`, result.keys['user'] ?? assert.fail()]),
    );
    const drawn = await render({ ...result, keys });
    assert.equal(drawn.match(/<h2[^>]*>Keys drawn/g)?.length, 8);
    assert.match(drawn, /Keys of 3 more: the JSON \(--out\) has them/);
    assert.doesNotMatch(page, /Keys of/);
  });

  it('has one time in all charts above each other, from the start to the end of the last repeat', async () => {
    const result = wholeResult();
    const repeat = { ...result.summary, durationSec: 10 };
    const page = await render({ ...result, runs: [repeat, repeat, repeat], summary: repeat });
    const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? [];
    const { timeline, heat } = JSON.parse(json);
    assert.deepEqual(
      [timeline.range, heat.range],
      [
        [0, 30],
        [0, 30],
      ],
    );
    assert.deepEqual(
      [timeline.repeats, heat.repeats],
      [
        [10, 20],
        [10, 20],
      ],
    );
    assert.match(page, /3 runs, one after another, with dashed lines between them/);
  });

  it('puts a last second that was cut short where it was, at its own rate of errors', async () => {
    const result = wholeResult(3);
    const timeline = result.timeline.map((point, i) => ({ ...point, errors: i === 2 ? 3 : 0 }));
    const run = { ...result.summary, durationSec: 2.3 };
    const page = await render({ ...result, timeline, intervals: [], summary: run, runs: [run] });
    const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? [];
    const { timeline: drawn } = JSON.parse(json) as PageData;
    assert.deepEqual(
      [drawn?.range, drawn?.t],
      [
        [0, 2.3],
        [0.5, 1.5, 2.15],
      ],
    );
    assert.deepEqual(drawn?.errors, [0, 0, 10]);
  });

  it('draws no latency where there was none, and names none', async () => {
    const page = await render((scenes['all-failed'] as () => Result)());
    assert.match(page, /<h2[^>]*>Rate and errors<\/h2>/);
    assert.match(page, /<caption>Timeline/);
    assert.doesNotMatch(page, /Latency over time|the highest P99 is/);
  });

  it('says what is shaded at each chart that is', async () => {
    const page = await render(wholeResult());
    for (const id of ['rate', 'latency'])
      assert.match(
        page,
        new RegExp(`id="${id}" role="img" aria-label="[^"]*Shaded: windows that broke a gate`),
      );
  });

  it('shows the parts of an operation within it, and what a gate has to say across its row', async () => {
    const result = wholeResult();
    const part = { ...operationOf('read[a=b]'), partOf: 'read' };
    const page = await render({ ...result, operations: [operationOf('read'), part] });
    assert.match(page, /<th scope="row">read<\/th>/);
    assert.match(page, /<th scope="row"><span class="part">read\[a=b\]<\/span><\/th>/);
    assert.match(page, /<tr class="more"><td colspan="4"><span class="quiet">broken in 3 of 6 windows/);
  });

  it('repeats no heading as the caption of its table', async () => {
    const page = await render(wholeResult(), baselineOf('base.json'));
    for (const [, heading, caption] of page.matchAll(/<h2>([^<]*)<\/h2>.*?<caption>([^<]*)<\/caption>/gs))
      assert.notEqual(caption, heading);
  });

  it('has no section without anything in it', async () => {
    const page = await render((scenes['zero-requests'] as () => Result)());
    for (const [section] of page.matchAll(/<section.*?<\/section>/gs))
      assert.match(section, /<table|class="chart"/);
    assert.doesNotMatch(page, /<h2[^>]*>Latency/);
  });

  it('tells that a run was interrupted, also where it does not hold', async () => {
    const interrupted = (scenes['interrupted'] as () => Result)();
    const flawed = { ...interrupted, validity: { valid: false, reasons: ['late: late'] } };
    const headline = async (result: Result) => /<h1[^>]*>(.*?)<\/h1>/.exec(await render(result))?.[1];
    assert.match((await headline(interrupted)) ?? '', /^INTERRUPTED after [\d.]+ s: partial figures$/);
    assert.match((await headline(flawed)) ?? '', /^INVALID: .*, and was interrupted after [\d.]+ s$/);
  });

  it('says what ails the run before its charts, and draws the service', async () => {
    const page = await render(diagnosedResult());
    assert.match(page, /<h2>Diagnosis<\/h2>\s*<ul class="reasons"><li><b>lock or queue<\/b>: in 3 stalls/);
    assert.match(page, /by chance: &lt; 0\.1 %/);
    assert.match(page, /Not seen: cacheMissRatio: perf does not count cache misses on this machine\./);
    assert.ok(page.indexOf('<h2>Diagnosis') < page.indexOf('class="chart"'), 'before the charts');
    // The figures, each in its unit.
    for (const cell of ['805 ms', '700 ms', '9.00 k/s', '0.62', '6.00 ms'])
      assert.match(page, new RegExp(`<td>${cell.replace('.', '\\.')}</td>`), cell);
    assert.match(page, /<th scope="row">8\.7 s<\/th>\s*<td>805 ms<\/td>\s*<td>lock or queue<\/td>/);
    for (const title of ['CPU of the service', 'What held the service up'])
      assert.match(page, new RegExp(`<h2[^>]*>${title}</h2>`), title);
    const [, json = ''] = /id="data">(.*?)<\/script>/s.exec(page) ?? [];
    const { signals, timeline } = JSON.parse(json) as PageData;
    assert.deepEqual(
      signals?.held.map(({ what }) => what),
      ['collector', 'waiting for a CPU', 'quiet'],
      'no quota is known of',
    );
    assert.deepEqual([signals?.t.slice(0, 2), signals?.limit], [[0.5, 1.5], 2]);
    assert.deepEqual(signals?.held[2]?.ms.slice(7, 10), [0, 700, 0]);
    assert.deepEqual(timeline?.spikes.slice(0, 2), [
      [3.5, 'unknown'],
      [9.5, 'lock or queue'],
    ]);
  });

  it('says that nothing stands out, or why nothing was judged', async () => {
    const { diagnosis, ...result } = diagnosedResult();
    assert.ok(diagnosis !== undefined);
    const calm = { ...diagnosis, patterns: [], spikes: [], stalls: [] };
    assert.match(await render({ ...result, diagnosis: calm }), /<p>Nothing stands out in 29 seconds\.<\/p>/);
    const short = { ...calm, judgedSeconds: 3, why: '3 whole seconds' };
    assert.match(await render({ ...result, diagnosis: short }), /<p>Not judged: 3 whole seconds\.<\/p>/);
    assert.doesNotMatch(await render(wholeResult()), /<h2>Diagnosis/, 'unasked there is none');
  });

  it('takes ten minutes in less than two megabytes', async () => {
    const page = await format.render(wholeResult(600), {
      page: pageAssets,
      baseline: baselineOf('base.json'),
    });
    assert.ok(Buffer.byteLength(page) < 2e6, `${Buffer.byteLength(page)} bytes`);
    assert.ok(Buffer.byteLength(page) > 1e5);
  });

  it('allows nothing but its own script and style, and names nothing to fetch', async () => {
    const page = await format.render(wholeResult(), { page: pageAssets, baseline: null });
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    assert.match(policy, /^default-src &#39;none&#39;; /);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    const bodies = [...page.matchAll(/<(script|style)>(.*?)<\/\1>/gs)].map(([, , body = '']) => body);
    assert.equal(bodies.length, 2);
    for (const body of bodies)
      assert.ok(
        policy.includes(createHash('sha256').update(body).digest('base64')),
        'its hash is in the policy',
      );
    const markup = page.replace(/<(script|style)[^>]*>.*?<\/\1>/gs, '');
    assert.doesNotMatch(markup, /\s(?:src|srcset|style|on\w+|action|data)=/);
    assert.deepEqual(markup.match(/\shref="[^"]*"/g), [' href="data:,"']);
  });

  it('has no markup that is not its own, whatever the names are', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '</script><script>pwned=1</script>',
        '<img src=x onerror=pwned=1>',
        '"><svg/onload=pwned=1>',
        '<!--',
        "' onfocus='pwned=1",
        '\u2028\u2029</title>',
        '</style><style>*{display:none}',
      ),
    );
    // Every name that a page may show goes to the same places, so the elements are always the same.
    const elementsOf = (page: string) =>
      page
        .replace(/>[^<]*/g, '>')
        .replace(/="[^"]*"/g, '')
        .replace(/\s+/g, ' ');
    const hostile = (name: string) =>
      resultOf({
        plan: planOf({ name }),
        tool: { name: 'zipfire', version: name, node: name, platform: name, cpus: 4 },
        startedAt: name,
        operations: [operationOf(name), operationOf('other')],
        statuses: { [`${name}!`]: 1 },
        faults: [{ what: name, count: 1 }],
        gates: [{ source: `${name} < 1`, actual: 1, limit: 2, verdict: 'fail' }],
        keys: {
          key: {
            ...(resultOf().keys['key'] ?? assert.fail()),
            distribution: name,
            ranks: [
              { first: 1, last: 1, share: 0.5, expected: 0.5 },
              { first: 2, last: 9, share: 0.5, expected: 0.5 },
            ],
          },
        },
        traces: [{ traceId: name, us: 1, operation: name, status: 200 }],
        histograms: { response: serviceHistogram(10, 10), service: '' },
        verdict: 'fail',
      });
    const usual = elementsOf(await render(hostile('usual'), baselineOf('usual')));
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        assert.equal(elementsOf(await render(hostile(name), baselineOf(name))), usual);
      }),
      { numRuns: 40 },
    );
  });
});
