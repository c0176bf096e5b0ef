/** What real runtimes say of themselves: Go's client_golang and expvar, prom-client, Micrometer. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { goRuntime } from '#zipfire/advisor/derive/go.js';
import { gatherExpvar } from '#zipfire/advisor/gather/expvar.js';
import { gatherMetrics } from '#zipfire/advisor/gather/metrics/index.js';
import { windowOf } from '#zipfire/advisor/gather/metrics/series.js';
import { advise, type Gathered, mergeGathered } from '#zipfire/advisor/index.js';
import { buildGoTarget } from '../../support/go-target.js';
import { freePort } from '../../support/programs.js';

const built = await buildGoTarget();

function findingOf(gathered: Gathered, id: string) {
  const found = advise({ target: 'x', gathered }).findings.filter((each) => each.id === id);
  return found.find(({ confidence }) => confidence === 'observed') ?? assert.fail(id);
}

/** Long enough for deltas: what is asked meanwhile is work for the service. */
async function ask(url: string, ms: number): Promise<void> {
  for (const endMs = performance.now() + ms; performance.now() < endMs; )
    await (await fetch(url)).arrayBuffer();
}

describe('a service in Go', { skip: built.skip }, () => {
  const env = { GOMEMLIMIT: '64MiB', GOGC: '50', GOMAXPROCS: '2', PASSWORD: 'hunter2' };

  async function start(...flags: string[]) {
    if (built.skip !== false) throw new Error(built.skip);
    return built.startWith(env, ...flags);
  }

  it('says what it is set to, and how its goroutines and its collector fare', async () => {
    const { http: address, stop } = await start('-runtime-metrics', '-value-bytes', '100000');
    try {
      const [metrics, expvar] = [
        gatherMetrics(`http://${address}/metrics`, 'http://shown/metrics'),
        gatherExpvar(`http://${address}/debug/vars`, 'http://shown/debug/vars'),
      ];
      await Promise.all([metrics.start(), expvar.start()]);
      await ask(`http://${address}/kv/a`, 700);
      const gathered = mergeGathered([await metrics.finish(), await expvar.finish()]);
      assert.deepEqual(gathered.failed, {});
      const runtime = goRuntime(gathered.facts);
      assert.match(runtime?.version ?? '', /^go1\./);
      assert.deepEqual([runtime?.procs, runtime?.memoryLimitBytes, runtime?.gogc], [2, 64 * 2 ** 20, 50]);
      assert.match(findingOf(gathered, 'CPU08').status, /^(pass|fail)$/);
      assert.equal(findingOf(gathered, 'MEM03').status, 'pass');
      assert.ok((gathered.facts.expvar?.pages.at(-1)?.numGc ?? 0) > 0);
      const { metrics: _, ...bare } = gathered.facts;
      const withoutClasses = findingOf({ facts: bare, failed: {} }, 'MEM03');
      assert.equal(withoutClasses.status, 'notApplicable', 'expvar does not say the limit');
      // The command line is on the page of expvar.
      assert.doesNotMatch(JSON.stringify(gathered), /hunter2|stop-with-stdin/);
    } finally {
      await stop();
    }
  });

  it('says less by the defaults of client_golang, and the rest is said to be missing', async () => {
    const { http: address, stop } = await start();
    try {
      const gatherer = gatherMetrics(`http://${address}/metrics`, 'http://shown/metrics');
      await gatherer.start();
      await ask(`http://${address}/kv/a`, 600);
      const gathered = await gatherer.finish();
      assert.deepEqual(goRuntime(gathered.facts)?.memoryLimitBytes, 64 * 2 ** 20);
      const cpu08 = findingOf(gathered, 'CPU08');
      assert.deepEqual([cpu08.status, /MetricsScheduler/.test(cpu08.why ?? '')], ['notApplicable', true]);
    } finally {
      await stop();
    }
  });

  it('that began again under the load has no deltas, and says why', async () => {
    const port = await freePort();
    const flags = ['-runtime-metrics', '-http', `127.0.0.1:${port}`];
    const first = await start(...flags);
    const gatherer = gatherMetrics(`http://127.0.0.1:${port}/metrics`, 'http://shown/metrics');
    await gatherer.start();
    await ask(`http://127.0.0.1:${port}/kv/a`, 600);
    await first.stop();
    const second = await start(...flags);
    try {
      const gathered = await gatherer.finish();
      const { metrics } = gathered.facts;
      assert.ok(metrics !== undefined);
      assert.match(JSON.stringify(windowOf(metrics)), /restarted during the load/);
      const cpu08 = findingOf(gathered, 'CPU08');
      assert.deepEqual([cpu08.status, /restarted/.test(cpu08.why ?? '')], ['inconclusive', true]);
    } finally {
      await second.stop();
    }
  });
});

/** A page as it was taken from a real library, served twice. */
async function gatheredFrom(name: string, change: (page: string, at: number) => string = (page) => page) {
  const page = readFileSync(
    new URL(`../../../../test/advisor/live/pages/${name}.txt`, import.meta.url),
    'utf8',
  );
  let at = 0;
  const server = http.createServer((_, response) => response.end(change(page, at++)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const gatherer = gatherMetrics(`http://127.0.0.1:${port}/`, 'http://shown/');
    await gatherer.start();
    const gathered = await gatherer.finish();
    const { metrics } = gathered.facts;
    assert.ok(metrics !== undefined);
    // Ten seconds later, as a load would have it.
    const scrapes = metrics.scrapes.map((scrape, i) => ({ ...scrape, atMs: 10_000 * i }));
    return { facts: { metrics: { ...metrics, scrapes } }, failed: gathered.failed };
  } finally {
    server.close();
  }
}

describe('the page of prom-client', () => {
  it('has what the rules of Node look at, and no major collection before the first', async () => {
    const gathered = await gatheredFrom('prom-client');
    assert.equal(findingOf(gathered, 'MEM06').status, 'pass');
    assert.equal(findingOf(gathered, 'K03').status, 'pass');
    const cpu09 = findingOf(gathered, 'CPU09');
    // 73 ms late at p99, and next to no CPU time.
    assert.deepEqual([cpu09.status, cpu09.evidence['node']], ['inconclusive', 'v20.20.2']);
    assert.equal(findingOf(gathered, 'CPU08').status, 'notApplicable');
  });

  it('with major collections is judged by them', async () => {
    const gathered = await gatheredFrom('prom-client', (page, at) =>
      at === 0 ? page : `nodejs_gc_duration_seconds_sum{kind="major"} 4.5\n${page}`,
    );
    assert.equal(findingOf(gathered, 'MEM06').status, 'fail');
  });

  it('whose counters go back says so', async () => {
    const gathered = await gatheredFrom(
      'prom-client',
      (page, at) => `nodejs_gc_duration_seconds_sum{kind="major"} ${at === 0 ? 4.5 : 1}\n${page}`,
    );
    const mem06 = findingOf(gathered, 'MEM06');
    assert.deepEqual([mem06.status, /began again/.test(mem06.why ?? '')], ['inconclusive', true]);
  });
});

describe('the page of Micrometer', () => {
  it('has what the rules of a JVM look at', async () => {
    const gathered = await gatheredFrom('micrometer');
    const cpu11 = findingOf(gathered, 'CPU11');
    assert.deepEqual([cpu11.status, cpu11.evidence['system_cpu_count']], ['fail', 1]);
    const k03 = findingOf(gathered, 'K03');
    assert.deepEqual([k03.status, k03.evidence], ['pass', { openFiles: 23, limit: 20_000 }]);
  });

  for (const name of ['jvm_cpu_count', 'java_lang_OperatingSystem_AvailableProcessors'])
    it(`has another name elsewhere: ${name}`, async () => {
      const gathered = await gatheredFrom('micrometer', (page) => page.replaceAll('system_cpu_count', name));
      assert.equal(findingOf(gathered, 'CPU11').evidence[name], 1);
    });
});
