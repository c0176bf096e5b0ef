import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ZipfireError } from '#zipfire/core/index.js';
import { renderJson } from '#zipfire/report/index.js';
import { assertGolden } from '../fixtures/golden.js';
import { planOf, resultOf, summaryOf } from '../fixtures/result.js';
import { scenes } from '../fixtures/scenes.js';

describe('json report', () => {
  it('has the shape of the contract', () => {
    const { timeline, ...rest } = resultOf({
      gates: [{ source: 'p99 < 5ms', actual: 6712, limit: 5000, verdict: 'fail' }],
    });
    assertGolden('result.golden.json', renderJson({ ...rest, timeline: timeline.slice(0, 1) }));
  });

  it('loses nothing', () => {
    for (const [name, scene] of Object.entries(scenes)) {
      const result = scene();
      assert.deepEqual(JSON.parse(renderJson(result)), result, name);
    }
  });

  it('does not depend on how the result was built', () => {
    for (const scene of Object.values(scenes)) {
      const { plan, ...rest } = scene();
      // The plan is written as it comes: its order is the profile's.
      assert.equal(renderJson({ ...reversed(rest), plan }), renderJson({ ...rest, plan }));
    }
  });

  it('puts what it does not know behind what it does, and takes any name', () => {
    const statuses = JSON.parse('{"__proto__": 1, "constructor": 2, "200": 3}');
    const text = renderJson({ later: { b: 1, a: 2 }, ...resultOf(), statuses } as ReturnType<
      typeof resultOf
    >);
    assert.ok(text.endsWith('"later": {\n    "b": 1,\n    "a": 2\n  }\n}\n'));
    assert.ok(text.includes('"200": 3,\n    "__proto__": 1,\n    "constructor": 2'));
  });

  it('refuses numbers that JSON would turn into no data', () => {
    const cases: readonly (readonly [string, () => unknown])[] = [
      ['result.summary.qps is NaN', () => renderJson(resultOf({ summary: summaryOf({ qps: Number.NaN }) }))],
      [
        'result.runs[1].errorRate is Infinity',
        () =>
          renderJson(resultOf({ runs: [summaryOf(), summaryOf({ errorRate: Number.POSITIVE_INFINITY })] })),
      ],
      ['result.plan.seed is NaN', () => renderJson(resultOf({ plan: planOf({ seed: Number.NaN }) }))],
    ];
    for (const [message, render] of cases) {
      assert.throws(render, (error) => error instanceof ZipfireError && error.message.startsWith(message));
    }
  });
});

/** The same value with the fields of every object the other way round. */
function reversed<T>(value: T): T;
function reversed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reversed);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, reversed(each)])
      .reverse(),
  );
}
