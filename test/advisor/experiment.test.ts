import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { experiment } from '#zipfire/advisor/index.js';
import type { Plan, Result } from '#zipfire/core/index.js';
import { latencyOf, planOf, resultOf, summaryOf } from '../fixtures/result.js';

const qps = {
  name: 'qps',
  better: 'higher',
  unit: 'perSec',
  of: ({ summary }: Result) => summary.qps,
} as const;

type Facts = Awaited<ReturnType<typeof experiment>>['facts'];

/** What a service gives: keep-alive doubles its throughput, at a p50 of its own in either loop. */
interface Made {
  readonly fullP50Us: number;
  readonly openP50Us: number;
}

/** No two runs are quite alike. */
function made(plan: Plan, run: number, { fullP50Us, openP50Us }: Made): Result {
  const { keepAlive, rate } = plan.load;
  const wobble = 1 + 0.001 * (run % 7);
  const most = (keepAlive ? 2000 : 1000) * wobble;
  const p50 = keepAlive ? (rate === null ? fullP50Us : openP50Us) : 1000;
  return resultOf({
    plan,
    timeline: [],
    summary: summaryOf({
      durationSec: 3,
      qps: rate ?? most,
      targetRate: rate,
      achievedRate: rate ?? most,
      latencyUs: { ...summaryOf().latencyUs, response: latencyOf(3000, p50 * wobble) },
    }),
  });
}

async function session(
  service: Made,
  stopAfter = Number.POSITIVE_INFINITY,
): Promise<Facts & { plans: Plan[]; said: string[]; interrupted: boolean }> {
  const plans: Plan[] = [];
  const said: string[] = [];
  const plan = planOf();
  const { facts, interrupted } = await experiment(
    {
      plan: { ...plan, load: { ...plan.load, keepAlive: false } },
      protocol: 'http/1.1',
      asked: [{ name: 'keepalive', values: [] }],
      factors: [],
      factorial: false,
      objective: qps,
      isAsked: false,
      armMs: 3000,
      warmupMs: 1000,
      repeats: null,
      minEffect: 0.02,
      constraints: [],
    },
    {
      run: async (each) => {
        plans.push(each);
        return made(each, plans.length, service);
      },
      starter: null,
      stopped: () => plans.length > stopAfter,
      tell: (event) => void ('text' in event && said.push(event.text)),
    },
  );
  return { ...facts, plans, said, interrupted };
}

describe('an experiment in which throughput and p99 do not agree', () => {
  it('asks p99 at one rate, and names what is not worse there', async () => {
    const { tried, best, plans, said } = await session({ fullP50Us: 3000, openP50Us: 800 });
    assert.deepEqual(best, { keepalive: 'on' });
    const open = plans.filter(({ load }) => load.rate !== null);
    assert.equal(open.length, 12);
    // 60 % of a thousand, for both, as many users come; no gate of the closed loop holds there.
    assert.ok(
      open.every(
        ({ load: { rate, arrivals }, gates }) => rate === 600 && arrivals === 'poisson' && gates.length === 0,
      ),
    );
    assert.deepEqual(said, [
      '2 arms, 6 runs each, in turns: 48 s under load',
      'throughput and p99 do not agree on keepalive=on, so p99 is asked at one rate for all, 600/s at random: 6 runs each, 48 s under load',
    ]);
    const [one] = tried;
    assert.equal(one?.experiment.verdict, 'keepalive=on');
    assert.deepEqual(
      one?.experiment.comparisons.map(({ metric, verdict }) => [metric, verdict]),
      [
        ['qps', 'better'],
        ['p99', 'worse'],
        ['p99 at 600/s', 'better'],
      ],
    );
    assert.deepEqual(
      one?.experiment.sameRate?.arms.map(({ p99Us }) => p99Us.length),
      [6, 6],
    );
    assert.match(
      one?.experiment.conclusion ?? '',
      /at full load, and × 0\.80 .* at the same rate of 600\/s\.$/,
    );
  });

  it('names nothing where p99 is worse at one rate, too', async () => {
    const { tried, best } = await session({ fullP50Us: 3000, openP50Us: 2000 });
    assert.deepEqual(best, {});
    assert.match(tried[0]?.experiment.conclusion ?? '', /which of them counts, --objective/);
  });

  it('asks nothing more where they agree', async () => {
    const { best, plans } = await session({ fullP50Us: 500, openP50Us: 500 });
    assert.deepEqual(best, { keepalive: 'on' });
    assert.equal(plans.length, 12);
  });

  it('that is ended by hand meanwhile keeps what was measured, and names nothing', async () => {
    const { tried, best, notes, interrupted } = await session({ fullP50Us: 3000, openP50Us: 800 }, 15);
    assert.ok(interrupted);
    assert.deepEqual(best, {});
    assert.equal(tried[0]?.experiment.arms[1]?.qps.length, 6);
    assert.equal(tried[0]?.experiment.sameRate, undefined);
    assert.ok(notes.some((note) => /ended by hand/.test(note)));
  });
});
