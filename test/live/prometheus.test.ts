import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Result } from '#zipfire/core/index.js';
import { renderPrometheus } from '#zipfire/report/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { start, zipfire } from '../cli/zipfire.js';
import { scenes } from '../fixtures/scenes.js';
import { findProgram, freePort } from '../support/programs.js';
import { noPrometheus, type PrometheusServer, type Series, startPrometheus } from '../support/prometheus.js';

const promtool = findProgram('promtool');

const value = ([series]: readonly Series[]): number => Number(series?.value?.[1] ?? NaN);
const valuesOf = ({ values = [] }: Series): number[] => values.map(([, text]) => Number(text));
const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);

describe('Prometheus', { skip: noPrometheus, timeout: 90_000 }, () => {
  let folder: string;
  let target: Awaited<ReturnType<typeof startTarget>>;
  /** Takes what is written to it, and reads the file of a run of 40 requests. */
  let server: PrometheusServer;
  let text: string;
  const servers: PrometheusServer[] = [];
  const files = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(text);
  });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zipfire-prometheus-'));
    target = await startTarget({ port: 0 });
    const path = join(folder, 'run.prom');
    const { code, stderr } = await zipfire([`${target.url}/kv/1`, '-n', '40', '--prometheus', path, '-q']);
    assert.equal(code, 0, stderr);
    text = await readFile(path, 'utf8');
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    server = await begin('usual', await freePort(), [`127.0.0.1:${(files.address() as AddressInfo).port}`]);
  });
  after(async () => {
    files.close();
    files.closeAllConnections();
    for (const server of servers) await server.end('SIGKILL');
    await target?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function begin(name: string, port: number, scrapes: readonly string[] = []) {
    const server = await startPrometheus(join(folder, name), port, scrapes);
    servers.push(server);
    return server;
  }

  it('is written to while a run goes on, and answers with what the result says', async () => {
    const profile = join(folder, 'run.yaml');
    await writeFile(
      profile,
      [
        'version: 1',
        'name: hot',
        `target: ${target.url}`,
        'tags: { env: ci, "region-1": eu, le: x }',
        'operations:',
        '  read: { weight: 3, get: /kv/1 }',
        '  miss: { weight: 1, get: /none }',
        'load: { connections: 4, workers: 2, rate: 200/s }',
        'phases: { warmup: 0s, measure: 2s, repeat: 2 }',
      ].join('\n'),
    );
    const args = [profile, '--export', `remote-write=${server.url}/api/v1/write`, '--out', '-', '-q'];
    const { code, stdout, stderr } = await zipfire(args);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    const { summary, operations, timeline }: Result = JSON.parse(stdout);
    const read = operations.find(({ name }) => name === 'read') ?? assert.fail();

    const ok = 'zipfire_requests_total{operation="read",outcome="ok"}';
    const [series] = await server.query(ok);
    const { instance = '', ...labels } = series?.metric ?? {};
    assert.match(instance, /^[0-9a-f-]{36}$/);
    assert.deepEqual(labels, {
      __name__: 'zipfire_requests_total',
      job: 'zipfire',
      run: 'hot',
      env: 'ci',
      region_1: 'eu',
      tag_le: 'x',
      operation: 'read',
      outcome: 'ok',
    });
    const counted = valuesOf((await server.query(`${ok}[5m]`))[0] ?? assert.fail());
    assert.deepEqual([counted[0], counted.at(-1)], [0, read.ok], 'from nothing to all');
    assert.equal(value(await server.query('sum(zipfire_requests_total)')), summary.sent);
    assert.equal(value(await server.query('zipfire_responses_total{status="404"}')), summary.errors);
    assert.equal(value(await server.query('sum(zipfire_received_bytes_total)')), summary.bytesIn);

    // Of a range it reckons somewhat more than there was, and never less.
    const increase = value(await server.query('sum(increase(zipfire_requests_total[5m]))'));
    assert.ok(increase >= summary.sent && increase < summary.sent * 1.4, `${increase} of ${summary.sent}`);
    const p99 = value(
      await server.query(
        'histogram_quantile(0.99, sum by (le) (increase(zipfire_response_time_seconds_bucket[5m])))',
      ),
    );
    const expected = (summary.latencyUs.response.p99 ?? NaN) / 1e6;
    // Its buckets are 2 to 2.5 times as wide as the one below.
    assert.ok(p99 > expected / 2.6 && p99 < expected * 2.6, `${p99} s, and ${expected} s of the result`);

    const rates = await server.query('zipfire_rate_per_second[5m]');
    assert.deepEqual(
      rates.map((each) => valuesOf(each).length),
      [timeline.length, timeline.length],
    );
    assert.equal(Math.round(sum(rates.flatMap(valuesOf))), Math.round(sum(timeline.map(({ qps }) => qps))));
    const slow = await server.query('zipfire_response_time_quantile_seconds{operation="",quantile="1"}[5m]');
    assert.deepEqual(
      slow.flatMap(valuesOf).map((sec) => Number((sec * 1e6).toPrecision(3))),
      timeline.map(({ maxUs }) => Number((maxUs ?? NaN).toPrecision(3))),
    );
    for (const gauge of [
      'zipfire_rate_per_second',
      'zipfire_in_flight',
      'zipfire_response_time_quantile_seconds',
    ])
      assert.deepEqual(await server.query(gauge), [], `${gauge} ends with the run`);
  });

  it('misses nothing of a run in which it crashes and comes back', async () => {
    const port = await freePort();
    const first = await begin('crashed', port);
    const run = start([
      ...[`${target.url}/kv/1`, '-R', '50', '-c', '2', '-d', '10m', '--out', '-', '-q'],
      ...['--export', `remote-write=${first.url}/api/v1/write`],
    ]);
    try {
      await first.awaited('zipfire_rate_per_second');
      await first.end('SIGKILL');
      const second = await begin('crashed', port);
      const [before] = await second.awaited('zipfire_rate_per_second[5m]');
      await second.awaited(
        `count_over_time(zipfire_rate_per_second[5m]) > ${before?.values?.length ?? 0} + 1`,
      );
      run.child.kill('SIGINT');
      const { code, stdout, stderr } = await run.finished;
      assert.equal(code, 130, stderr);
      assert.doesNotMatch(stderr, /not taken/);
      const { summary, timeline }: Result = JSON.parse(stdout);
      assert.equal(value(await second.query('sum(zipfire_requests_total)')), summary.sent);
      const [rates] = await second.query('zipfire_rate_per_second[5m]');
      assert.equal(rates?.values?.length, timeline.length);
    } finally {
      run.child.kill('SIGKILL');
    }
  });

  it('scrapes the text of --prometheus, where a file server or a collector of text files has it', async () => {
    assert.equal(value(await server.awaited('zipfire_requests_sent')), 40);
    assert.equal(value(await server.query('zipfire_response_time_seconds_count{job="files"}')), 40);
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.equal(value(await server.query('count({job="files",__name__=~"zipfire_.+"})')), lines.length);
  });

  it('finds nothing amiss in the text, of any kind of run (promtool check metrics)', () => {
    assert.ok(promtool !== null, 'promtool comes with Prometheus');
    const check = (input: string) =>
      spawnSync(promtool, ['check', 'metrics'], { input, encoding: 'utf8', timeout: 30_000 });
    for (const [name, scene] of Object.entries(scenes)) {
      const { status, stderr } = check(renderPrometheus(scene()));
      assert.deepEqual([status, stderr], [0, ''], name);
    }
    assert.notEqual(check('no help 1\n').status, 0, 'it can fail');
  });
});
