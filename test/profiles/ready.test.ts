import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compilePlan } from '#zipfire/cli/measure/compile-plan.js';
import type { OperationSummary, Plan, PlanOperation } from '#zipfire/core/index.js';
import { type Measurement, runPlan } from '#zipfire/engine/index.js';
import { planFromProfile, readFileBounded } from '#zipfire/profile/index.js';
import { startTarget } from '#zipfire/target/index.js';

const folder = new URL('../../../profiles/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

/** Enough for every operation of every mix to come up. */
const REQUESTS = 500;

/** What each profile is for, besides that all of it is sent and answered. */
const checks: Readonly<Record<string, (measured: Measurement, plan: Plan) => void>> = {
  'canary.yaml'(measured) {
    const canary = operation(measured, 'read[x-env-tag=canary]').sent;
    const { sent } = operation(measured, 'read');
    assert.ok(Math.abs(canary - sent / 10) < 4 * Math.sqrt(sent * 0.09), `${canary} of ${sent}`);
  },
  'connection-sweep.yaml'({ connections }, { load }) {
    const levels = load.connectionStages?.map((stage) => 'level' in stage && stage.level);
    assert.deepEqual(levels, [4, 8, 16, 32, 64, 128]);
    assert.equal(load.connections, 128);
    // So few requests are all of the first stage.
    assert.equal(connections.opened, 4);
  },
  'grpc-watch.yaml'({ grpcStatuses, summary }) {
    assert.deepEqual(grpcStatuses, { OK: REQUESTS });
    assert.ok((summary.messages?.received ?? 0) > 0);
  },
  'hot-update.yaml'(measured) {
    const [look, swap, update] = ['look', 'swap', 'update'].map((name) => operation(measured, name));
    assert.ok((swap?.ok ?? 0) > 0, 'what is as it was read is swapped');
    assert.equal(swap?.errors ?? 0, measured.statuses[412] ?? 0);
    // Each has a version to compare with, and is as good as its swap.
    assert.equal(look?.sent, swap?.sent);
    assert.deepEqual([update?.ok, update?.errors], [swap?.ok, swap?.errors]);
    assert.deepEqual(measured.captures?.[0]?.captured, look?.ok);
  },
  'keep-alive-churn.yaml'({ connections }) {
    assert.ok(connections.opened >= REQUESTS, `${connections.opened} connections`);
  },
  'order-creation.yaml'(measured) {
    assert.deepEqual(measured.statuses, { 200: 2 * REQUESTS, 201: REQUESTS });
    assert.equal(operation(measured, 'order').ok, REQUESTS);
    // The version that its creation gave: had it been another, there would be a 412.
    assert.equal(operation(measured, 'confirm').ok, REQUESTS);
  },
  'write-dense.yaml'({ statuses }, { load }) {
    assert.equal(load.rate, 100_000);
    assert.deepEqual(statuses, { 201: REQUESTS }, 'no key twice');
  },
};

/** Answers that a profile means to get and that are errors. */
const expected: Readonly<Record<string, number>> = { 'hot-update.yaml': 412 };

describe('ready profiles against the embedded target', () => {
  for (const name of names) {
    it(`${name} sends all of its operations, and only what is meant to fail does`, async () => {
      const { measured, plan } = await run(name);
      const { summary, operations, statuses, errorKinds } = measured;
      // A sequence is one hit of several requests.
      if (plan.sequences === undefined) assert.equal(summary.sent, REQUESTS);
      assert.equal(summary.sent, summary.planned);
      for (const each of operations) assert.ok(each.sent > 0, `${each.name} was not sent`);
      const meant = statuses[expected[name] ?? 0] ?? 0;
      assert.equal(summary.errors, meant, JSON.stringify({ statuses, errorKinds }));
      checks[name]?.(measured, plan);
    });
  }

  it('are those that are checked', () => {
    assert.deepEqual(
      Object.keys(checks).filter((name) => !names.includes(name)),
      [],
    );
  });
});

async function run(name: string): Promise<{ readonly plan: Plan; readonly measured: Measurement }> {
  const target = await startTarget({ port: 0, grpcPort: 0 });
  try {
    const url = name.startsWith('grpc-') ? target.grpc?.url : target.url;
    const plan = await shortPlan(name, url ?? assert.fail('no gRPC port'));
    return { plan, measured: await runPlan(plan) };
  } finally {
    await target.close();
  }
}

/** The plan of a profile as it is, but short. */
async function shortPlan(name: string, url: string): Promise<Plan> {
  const readStdin = () => assert.fail('nothing asks for it');
  const context = { env: { TARGET: url }, readFile: readFileBounded, readStdin, cores: 2 };
  const flags = { requests: String(REQUESTS), warmup: '0s' };
  const plan = await planFromProfile(fileURLToPath(new URL(name, folder)), flags, context);
  const { prefill } = plan.phases;
  const short = {
    ...plan,
    operations: plan.operations.map(withoutPauses),
    phases: {
      ...plan.phases,
      prefill: prefill === null ? null : { ...prefill, count: 1000 },
      // The requests are the bound: a busy machine takes as long as it takes.
      measure: { durationMs: null, requests: REQUESTS },
    },
  };
  return short.grpc === undefined ? short : compilePlan(short, short.grpc, true);
}

/** An operation whose streams don't wait between two messages. */
function withoutPauses(operation: PlanOperation): PlanOperation {
  const { call } = operation;
  if (call?.data.kind !== 'json') return operation;
  const text = call.data.text.replace(/("interval_ms":\s*)\d+/, '$10');
  return { ...operation, call: { ...call, data: { ...call.data, text } } };
}

function operation(measured: Measurement, name: string): OperationSummary {
  return measured.operations.find((each) => each.name === name) ?? assert.fail(`no operation ${name}`);
}
