import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { planContext } from '#zipfire/cli/plan-context.js';
import { chiSquareDeviate } from '#zipfire/core/chi-square.test.kit.js';
import type { KeySpec, Plan, PlanOperation } from '#zipfire/core/index.js';
import { runPlan } from '#zipfire/engine/index.js';
import { createPopularityOrder, resolveKeySpec } from '#zipfire/keys/index.js';
import { planFromFlags, type RunFlags } from '#zipfire/profile/index.js';
import { startTarget } from '#zipfire/target/index.js';

/** Keys as a server saw them: real runs, and the server's own count. Seeded, so nothing here is left to chance. */
const N = 1000;
const HITS = 32_000;
const SEED = 1;

/** What each distribution is by its definition, by popularity from 0: written out here, and not taken from the product. */
const zipf = (alpha: number) => {
  const masses = Array.from({ length: N }, (_, i) => (i + 1) ** -alpha);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return (i: number) => (masses[i] ?? 0) / total;
};
const hotspot = (hot: number, share: number) => (i: number) =>
  i < hot ? share / hot : (1 - share) / (N - hot);

const mixed = (pmf: (place: number) => number) => (i: number) => 0.7 * pmf(i) + 0.3 / N;

const distributions: readonly [what: string, spec: KeySpec, pmf: (place: number) => number][] = [
  ...[0, 0.5, 0.99, 1, 1.2, 2].map((alpha): [string, KeySpec, (place: number) => number] => [
    `zipf α = ${alpha}`,
    resolveKeySpec('zipf', { n: N, alpha }),
    zipf(alpha),
  ]),
  ['hotspot', resolveKeySpec('hotspot', { n: N, hot: 50, share: 0.7 }), hotspot(50, 0.7)],
  [
    'a mixture',
    resolveKeySpec('mixture', {
      n: N,
      of: [
        { weight: 7, zipf: { alpha: 1.2 } },
        { weight: 3, uniform: {} },
      ],
    }),
    mixed(zipf(1.2)),
  ],
];

let target: Awaited<ReturnType<typeof startTarget>>;

before(async () => {
  target = await startTarget({ port: 0, recordKeys: true });
});

after(() => target.close());

/** One run with an operation for each distribution, all of one weight: a hit draws from one of them. */
function planOf(url: string, flags: RunFlags): Plan {
  const given = {
    keys: [`uniform:n=${N}`],
    requests: String(HITS),
    seed: String(SEED),
    connections: '8',
    ...flags,
  };
  const plan = planFromFlags(`${url}/kv/{{key}}`, given, planContext());
  const [operation] = plan.operations as [PlanOperation];
  const keys = distributions.map(([, spec], i): [string, KeySpec] => [
    `k${i}`,
    { ...spec, format: `k${i}.{}` },
  ]);
  return {
    ...plan,
    keys: Object.fromEntries(keys),
    operations: keys.map(([name]) => ({ ...operation, name, path: `/kv/{{${name}}}` })),
  };
}

/** How often each key was asked for, by the target's log. */
async function served(plan: Plan): Promise<Map<string, number>> {
  await fetch(`${target.url}/log`, { method: 'DELETE' });
  const { summary } = await runPlan(plan);
  const log = (await (await fetch(`${target.url}/log`)).json()) as {
    total: number;
    keys: [string, number][];
  };
  assert.equal(summary.sent, plan.phases.measure.requests);
  assert.equal(log.total, summary.sent);
  return new Map(log.keys);
}

/** Counts of the keys of one distribution, the most popular place first. */
function byPlace(counts: ReadonlyMap<string, number>, i: number): number[] {
  const [, spec] = distributions[i] as (typeof distributions)[number];
  const order = createPopularityOrder(spec, SEED, `k${i}`);
  return Array.from({ length: N }, (_, place) => counts.get(`k${i}.${order.at(place)}`) ?? 0);
}

describe('the keys that a server saw', () => {
  for (const workers of ['1', '2', '4']) {
    it(`follow their definitions, sent by ${workers} workers`, async () => {
      const counts = await served(planOf(target.url, { workers }));
      let placed = 0;
      for (const [i, [what, , pmf]] of distributions.entries()) {
        const seen = byPlace(counts, i);
        placed += seen.reduce((sum, count) => sum + count, 0);
        const deviate = chiSquareDeviate(
          seen,
          seen.map((_, place) => pmf(place)),
        );
        // The normal deviate of p = 0.01.
        assert.ok(deviate < 2.326, `${what}: ${deviate.toFixed(2)} standard deviations off`);
      }
      // Each key has a place, so that none was left out.
      assert.equal(placed, HITS);
    });
  }

  it('are told from those of another exponent', async () => {
    const counts = await served(planOf(target.url, { workers: '1' }));
    const seen = byPlace(counts, 4);
    const pmf = zipf(1.1);
    assert.ok(
      chiSquareDeviate(
        seen,
        seen.map((_, place) => pmf(place)),
      ) > 4,
    );
  });

  it('are the same of the first hits, with any number of workers, over HTTP/1.1 and HTTP/2', async () => {
    const requests = '2000';
    const first = sorted(await served(planOf(target.url, { workers: '1', requests })));
    for (const workers of ['2', '3'])
      assert.deepEqual(sorted(await served(planOf(target.url, { workers, requests }))), first);
    for (const workers of ['1', '4']) assert.deepEqual(sorted(await servedByHttp2(workers, requests)), first);
  });
});

async function servedByHttp2(workers: string, requests: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    const key = String(headers[':path']).slice('/kv/'.length);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `h2c://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await runPlan(planOf(url, { workers, requests, connections: '4', streams: '4' }));
  } finally {
    for (const session of sessions) session.destroy();
    server.close();
  }
  return counts;
}

const sorted = (counts: ReadonlyMap<string, number>) => [...counts].sort(([a], [b]) => (a < b ? -1 : 1));

describe("a mix's operations", () => {
  it('have the shares of their weights, by the server, within 4 standard deviations', async () => {
    const weights = { read: 90, cas: 9, write: 1 };
    const requests = 10_000;
    const plan = planOf(target.url, { workers: '2', requests: String(requests) });
    const [operation] = plan.operations as [PlanOperation];
    const operations = Object.entries(weights).map(([name, weight]) => ({
      ...operation,
      name,
      weight,
      path: `/kv/${name}`,
    }));
    const counts = await served({ ...plan, operations });
    for (const [name, weight] of Object.entries(weights)) {
      const share = weight / 100;
      const deviate =
        ((counts.get(name) ?? 0) - requests * share) / Math.sqrt(requests * share * (1 - share));
      assert.ok(Math.abs(deviate) < 4, `${name}: ${deviate.toFixed(2)} standard deviations off`);
    }
  });
});
