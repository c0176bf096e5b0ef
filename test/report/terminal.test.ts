import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Result } from '#zipfire/core/index.js';
import { renderPlan, renderTerminal } from '#zipfire/report/index.js';
import { textWidth } from '#zipfire/report/layout.js';
import { diagnosedResult } from '../fixtures/diagnosed.js';
import { assertGolden } from '../fixtures/golden.js';
import {
  latencyOf,
  noLatency,
  operationOf,
  planOf,
  resultOf,
  summaryOf,
  timelineOf,
} from '../fixtures/result.js';
import { scenes } from '../fixtures/scenes.js';

const plain = { colour: false, width: 80, unicode: true };

/** Escape codes readable in a golden file. */
const shown = (text: string) => text.replaceAll('\x1b', '\\e');

describe('terminal report', () => {
  for (const [name, scene] of Object.entries(scenes)) {
    it(`shows ${name}`, () => {
      const widths = [80, 40, 120];
      const text = widths
        .map((width) => `═══ ${width} columns\n${renderTerminal(scene(), { ...plain, width })}`)
        .join('\n');
      assertGolden(`terminal/${name}.golden.txt`, text);
    });
  }

  it('shows what ails a run, and where', () => {
    const text = [80, 40, 120]
      .map((width) => `═══ ${width} columns\n${renderTerminal(diagnosedResult(), { ...plain, width })}`)
      .join('\n');
    assertGolden('terminal/diagnosis.golden.txt', text);
  });

  it('colours with restraint', () => {
    const text = ['gate-fail', 'gates-pass', 'invalid', 'interrupted', 'all-failed']
      .map((name) => renderTerminal((scenes[name] as () => Result)(), { ...plain, colour: true }))
      .join('\n');
    assertGolden('terminal/colours.golden.txt', shown(text));
  });

  it('writes nothing but ASCII where the terminal knows no more', () => {
    const text = Object.values(scenes)
      .map((scene) => renderTerminal(scene(), { ...plain, unicode: false }))
      .join('\n');
    assert.match(text, /^[\n\x20-\x7e]*$/);
    assertGolden('terminal/ascii.golden.txt', text);
  });

  it('says the verdict before anything else', () => {
    const firstWords: Readonly<Record<string, RegExp>> = {
      'gates-pass': /^✓ PASS/,
      'gate-fail': /^✗ FAIL {2}1 of 3 gates failed/,
      'one-gate-fail': /^✗ FAIL {2}p99 < 5ms, was 6\.71 ms/,
      invalid: /^! INVALID/,
      interrupted: /^! INTERRUPTED/,
      'all-failed': /^✗ FAIL {2}2 of 2/,
      'closed-loop': /^QPS 42,386 {4}P99 6\.71 ms/,
    };
    for (const [name, words] of Object.entries(firstWords)) {
      assert.match(renderTerminal((scenes[name] as () => Result)(), plain), words, name);
    }
  });

  it('lets a gate fail that a flaw of the target’s making does not excuse', () => {
    const result = resultOf({
      validity: { valid: false, reasons: ['rate-missed: 500/s of 1,000/s'] },
      gates: [{ source: 'qps >= 95% of rate', actual: 500, limit: 950, verdict: 'fail' }],
      verdict: 'fail',
    });
    const text = renderTerminal(result, plain);
    assert.match(text, /^✗ FAIL {2}qps >= 95% of rate, was 500\/s\n\n! INVALID/);
  });

  it('says of which draws the different keys are counted, where it was a sample', () => {
    const drawn = {
      distribution: 'zipf',
      n: 1e6,
      drawn: 364_790,
      distinct: 14_397,
      top1Share: 0.2,
      top10Share: 0.5,
    };
    const of = (examined: number) =>
      renderTerminal(resultOf({ keys: { key: { ...drawn, examined } } }), plain);
    assert.match(of(100_000), /14,397 distinct in 100,000 of 364,790 /);
    assert.match(of(364_790), /14,397 distinct in 364,790 /);
  });

  it('fits its width and lets nothing through that acts on a terminal', () => {
    fc.assert(
      fc.property(hostileResult, fc.integer({ min: 40, max: 200 }), (result, width) => {
        const text = renderTerminal(result, { colour: false, width, unicode: true });
        assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        for (const line of text.split('\n'))
          assert.ok(textWidth(line) <= width, `${textWidth(line)}: ${line}`);
        assert.ok(text.split('\n').length < 1000);
      }),
      { numRuns: 60 },
    );
  });

  it('fits its width in every scene', () => {
    for (const [name, scene] of Object.entries(scenes)) {
      for (let width = 40; width <= 140; width += 7) {
        for (const line of renderTerminal(scene(), { ...plain, width }).split('\n')) {
          assert.ok(textWidth(line) <= width, `${name} at ${width}: ${line}`);
        }
      }
    }
  });

  it('survives a plan that is not one', () => {
    for (const plan of [
      {},
      { load: null, operations: 7, keys: [1], target: 'x' },
      { phases: { measure: [] } },
    ]) {
      const text = renderTerminal({ ...resultOf(), plan }, plain);
      assert.match(text, /^QPS 42,386/);
    }
  });
});

describe('plan before the start', () => {
  it('takes a line or two', () => {
    const cases = [
      planOf(),
      planOf({
        load: {
          ...planOf().load,
          rate: 20_000,
          arrivals: 'poisson',
          pipeline: 4,
          driver: 'undici',
          keepAlive: false,
        },
      }),
      planOf({
        phases: { ...planOf().phases, warmupMs: 0, measure: { durationMs: 10_000, requests: 1000 } },
      }),
      planOf({ target: { ...planOf().target, socketPath: '/run/kv.sock' }, keys: {} }),
      planOf({
        load: {
          ...planOf().load,
          rate: 2310,
          stages: [
            { shape: 'ramp', from: 1000, to: 20_000, durationMs: 120_000 },
            { shape: 'const', level: 0, durationMs: 500 },
            { shape: 'step', from: 5000, to: 1000, by: 1000, everyMs: 10_000 },
            { shape: 'spike', base: 2000, peak: 20_000, atMs: 2000, widthMs: 1000, durationMs: 5000 },
            { shape: 'sine', mean: 5000, amplitude: 4000, periodMs: 60_000, durationMs: 180_000 },
          ],
          connectionStages: [
            { shape: 'const', level: 4, durationMs: 1000 },
            { shape: 'step', from: 4, to: 64, by: 4, everyMs: 10_000 },
          ],
          concurrencyStages: [{ shape: 'ramp', from: 10, to: 200, durationMs: 60_000 }],
        },
      }),
    ];
    assertGolden('terminal/plan.golden.txt', cases.map((plan) => renderPlan(plan, plain)).join('\n'));
  });
});

/** Strings of every sort in every place where a string from outside can stand. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '\x1b[31m',
    '\n',
    '\u202e',
    'x'.repeat(5000),
    '名'.repeat(300),
    'e\u0301\u0302\u0303\u0304'.repeat(50),
  ),
);
const count = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 1e9 }),
  fc.constant(Number.MAX_SAFE_INTEGER),
);
const micros = fc.double({ min: 0, max: 1e10, noNaN: true });

const hostileResult: fc.Arbitrary<Result> = fc
  .record({
    texts: fc.array(text, { minLength: 9, maxLength: 9 }),
    counts: fc.array(count, { minLength: 4, maxLength: 4 }),
    rate: fc.option(fc.double({ min: 0.001, max: 1e9, noNaN: true })),
    p50Us: micros,
    valid: fc.boolean(),
    verdict: fc.constantFrom('pass', 'fail', 'invalid', 'interrupted'),
    operations: fc.array(text, { maxLength: 30 }),
  })
  .map(({ texts, counts, rate, p50Us, valid, verdict, operations }) => {
    const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', i = ''] = texts;
    const [sent = 0, ok = 0, failed = 0, bytes = 0] = counts;
    const latency = ok === 0 ? noLatency : latencyOf(ok, p50Us);
    const summary = summaryOf({
      sent,
      ok,
      errors: failed,
      planned: sent,
      dropped: failed,
      bytesIn: bytes,
      bytesOut: bytes,
      targetRate: rate,
      qps: rate ?? 0,
      latencyUs: { response: latency, service: latency, lateness: latency, failed: latencyOf(failed, p50Us) },
    });
    return resultOf({
      summary,
      verdict,
      validity: { valid, reasons: [a, `${b}: ${c}`, `lateness: ${d}`] },
      gates: [
        { source: e, actual: p50Us, limit: sent, verdict: 'fail' },
        { source: f, actual: null, limit: null, verdict: 'no-data' },
      ],
      statuses: { [g]: sent, [h]: ok },
      errorKinds: { connect: failed, read: 0, write: ok, timeout: sent, protocol: 1, status: 0 },
      operations: operations.map((name) => operationOf(name, summary)),
      keys: {
        [i]: {
          distribution: a,
          n: sent,
          drawn: sent,
          examined: sent,
          distinct: ok,
          top1Share: 0.5,
          top10Share: 1,
        },
      },
      timeline: timelineOf(40, rate ?? 0, p50Us),
      tool: { name: 'zipfire', version: b, node: c, platform: d, cpus: 2 },
      plan: planOf({
        name: e,
        target: { ...planOf().target, url: f, socketPath: g },
        keys: { [h]: { distribution: i, n: sent, params: { [a]: p50Us }, format: b, scatter: true } },
        operations: operations.map((name) => ({
          name,
          weight: 1,
          method: c,
          path: d,
          headers: [],
          body: null,
        })),
      }),
    });
  });
