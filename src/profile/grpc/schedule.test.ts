import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Plan, type RateStage, ZipfireError } from '../../core/index.js';
import { contextOf } from '../plan.test.kit.js';
import { type GrpcFlags, planFromGrpcFlags } from './flags.js';

function plan(flags: GrpcFlags, files: Record<string, string> = {}): Promise<Plan> {
  return planFromGrpcFlags('h:1', { call: 'kv.v1.KV/Get', ...flags }, contextOf({ files }));
}

async function refusal(flags: GrpcFlags, files: Record<string, string> = {}): Promise<string> {
  const error = await plan(flags, files).then(
    () => assert.fail('expected an error, and there was none'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZipfireError) || error.exitCode !== 2) throw error;
  return error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`;
}

const steps = (from: number, to: number, by: number, everySec: number): RateStage => ({
  shape: 'step',
  from,
  to,
  by,
  everyMs: everySec * 1000,
});
const ramp = (from: number, to: number, sec: number): RateStage => ({
  shape: 'ramp',
  from,
  to,
  durationMs: sec * 1000,
});
const constant = (level: number, sec: number): RateStage => ({
  shape: 'const',
  level,
  durationMs: sec * 1000,
});

describe("ghz's schedules of load", () => {
  const step: GrpcFlags = { loadSchedule: 'step', loadStart: '50', loadStep: '10', loadStepDuration: '5s' };
  const line: GrpcFlags = { loadSchedule: 'line', loadStart: '200', loadStep: '-2' };
  const table: [what: string, flags: GrpcFlags, stages: RateStage[]][] = [
    ['steps to an end', { ...step, loadEnd: '150' }, [steps(50, 150, 10, 5)]],
    ['steps to an end between two', { ...step, loadEnd: '155' }, [steps(50, 155, 10, 5)]],
    ['steps for a time', { ...step, loadMaxDuration: '40s' }, [steps(50, 130, 10, 5)]],
    ['steps for a time that cuts one', { ...step, loadMaxDuration: '42s' }, [steps(50, 130, 10, 5)]],
    [
      'steps for a time, and then another rate',
      { ...step, loadMaxDuration: '42s', loadEnd: '500' },
      [steps(50, 120, 10, 5), constant(130, 2), constant(500, 5)],
    ],
    ['steps to the end of the run', { ...step, duration: '18s' }, [steps(50, 80, 10, 5)]],
    // 250 + 300 + 350 + 400 ≥ 1,000.
    ['steps to the last call', { ...step, requests: '1000' }, [steps(50, 80, 10, 5)]],
    ['a line down to an end', { ...line, loadEnd: '50' }, [ramp(200, 50, 75)]],
    ['a line for a time', { ...line, loadMaxDuration: '10s' }, [ramp(200, 180, 10)]],
    [
      'a line for a time, and then another rate',
      { ...line, loadMaxDuration: '10s', loadEnd: '20' },
      [ramp(200, 180, 10), constant(20, 1)],
    ],
    ['a line to the end of the run', { ...line, duration: '30s' }, [ramp(200, 140, 30)]],
    // 200 t - t² = 1,900 after 10 s.
    ['a line to the last call', { ...line, requests: '1900' }, [ramp(200, 180, 10)]],
  ];
  for (const [what, flags, stages] of table) {
    it(`are ${what}`, async () => assert.deepEqual((await plan(flags)).load.stages, stages));
  }

  it('end with the calls, at the last rate', async () => {
    const { load, phases } = await plan({ ...step, loadEnd: '60', requests: '1750' });
    assert.deepEqual(phases.measure, { durationMs: null, requests: 1750 });
    // 250 in 5 s, 300 in 5 s, and 1,200 more in 20 s.
    assert.equal(load.rate, 1750 / 30);
  });

  it('come from a config', async () => {
    const config = JSON.stringify({
      'load-schedule': 'line',
      'load-start': 200,
      'load-step': -2,
      'load-end': 50,
      'load-max-duration': '0s',
      total: 1000,
    });
    const { load } = await plan({ config: 'ghz.json' }, { 'ghz.json': config });
    assert.deepEqual(load.stages, [ramp(200, 50, 75)]);
  });

  const wrong: [flags: GrpcFlags, message: string][] = [
    [{ loadSchedule: 'stpe' }, '--load-schedule: no such schedule: "stpe"; did you mean "step"?'],
    [{ loadStart: '5' }, '--load-start: is of a schedule\n→ give one: --load-schedule step or line'],
    [
      { loadSchedule: 'step', loadStep: '5' },
      '--load-start: missing: steps have one\n--load-step-duration: missing: steps have one',
    ],
    [
      { ...step, loadStep: 'x' },
      '--load-step: expected a whole number such as 64, 1_000_000, 1e6 or 100k, read "x"',
    ],
    [
      { ...step, loadEnd: '20' },
      '--load-schedule: steps of 10 do not lead from 50 to 20\n→ turn the sign of --load-step',
    ],
    [
      step,
      '--load-schedule: nothing says where it ends\n→ give it an end or a max-duration, or the run a duration',
    ],
    [
      { ...line, requests: '10001' },
      '--load-schedule: nothing says where it ends\n→ give it an end or a max-duration, or the run a duration',
    ],
    [
      { ...line, duration: '2m' },
      '--load-schedule: it comes to 0\n→ give it an end, or a duration that ends before',
    ],
    [
      { ...step, loadStepDuration: '1ms', duration: '1h' },
      '--load-schedule: more than 10000 steps\n→ make them longer, or larger',
    ],
    [
      { ...step, loadEnd: '150', rate: '5' },
      '--load-schedule: a rate and stages are two schedules\n→ leave one of them out',
    ],
    [
      { ...step, loadEnd: '150', stages: 'const:5/1s' },
      '--load-schedule: and --stages are two schedules\n→ leave one of them out',
    ],
  ];
  for (const [flags, message] of wrong) {
    it(`refused: ${JSON.stringify(flags)}`, async () => assert.equal(await refusal(flags), message));
  }

  it('refused in a config, with the line', async () => {
    const config =
      '{\n "load-schedule": "step",\n "load-start": 5,\n "load-step": "x", "load-step-duration": "1s"\n}';
    assert.match(
      await refusal({ config: 'ghz.json' }, { 'ghz.json': config }),
      /^ghz\.json:4:15: load-step: /,
    );
  });

  it('pace calls that wait for none', async () => {
    const { load } = await plan({ ...step, loadEnd: '150', async: true });
    assert.equal(load.stages?.length, 1);
  });
});

describe("ghz's schedules of concurrency", () => {
  const step: GrpcFlags = {
    concurrencySchedule: 'step',
    concurrencyStart: '5',
    concurrencyStep: '5',
    concurrencyStepDuration: '5s',
  };

  it('are steps to an end, and the calls in flight are their most', async () => {
    const { load, phases } = await plan({ ...step, concurrencyEnd: '100' });
    assert.deepEqual(load.concurrencyStages, [steps(5, 100, 5, 5)]);
    assert.deepEqual([load.connections, load.streams], [1, 100]);
    assert.equal(phases.measure.durationMs, 100_000);
  });

  it('of a line are steps of a second', async () => {
    const { load } = await plan({
      concurrencySchedule: 'line',
      concurrencyStart: '200',
      concurrencyStep: '-2',
      concurrencyEnd: '20',
      requests: '1000',
    });
    assert.deepEqual(load.concurrencyStages, [steps(200, 20, 2, 1)]);
  });

  it('need an end, and stay above 0', async () => {
    assert.match(
      await refusal({ ...step, requests: '100' }),
      /^--concurrency-schedule: nothing says where it ends/,
    );
    assert.match(
      await refusal({ ...step, concurrencyStep: '-1', duration: '1m' }),
      /^--concurrency-schedule: it comes to 0/,
    );
    assert.match(
      await refusal({ ...step, concurrencyEnd: '100', concurrency: '50' }),
      /^--concurrency-schedule: 100 requests in flight, and there is room for 50/,
    );
  });
});
