import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Result } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';
import { freePort } from '../support/programs.js';

const binary = fileURLToPath(new URL('../../../build/otlp-receiver/otlp-receiver', import.meta.url));
/** It takes a minute to build, and so the tests do not. */
const skip = existsSync(binary)
  ? false
  : 'not built: go build -C test/live/otlp-receiver -o "$PWD/build/otlp-receiver/" .';

interface Point {
  readonly attributes?: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly startTimeUnixNano?: string;
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
  readonly flags?: number;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}

interface Metric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: Cumulative & { readonly isMonotonic?: boolean };
  readonly histogram?: Cumulative;
  readonly gauge?: { readonly dataPoints: readonly Point[] };
}

interface Cumulative {
  readonly aggregationTemporality: number;
  readonly dataPoints: readonly Point[];
}

/** One report as the receiver understood it. */
function readReport(line: string) {
  const [{ resource, scopeMetrics }] = JSON.parse(line).resourceMetrics;
  const [{ scope, metrics }] = scopeMetrics as [{ scope: { name: string }; metrics: Metric[] }];
  const attributes = resource.attributes as NonNullable<Point['attributes']>;
  return {
    resource: Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue])),
    scope: scope.name,
    metric: (name: string) => metrics.find((each) => each.name === name) ?? assert.fail(`no ${name}`),
  };
}

const attribute = ({ attributes = [] }: Point, name: string) =>
  attributes.find(({ key }) => key === name)?.value.stringValue;
const sum = (values: readonly number[]) => values.reduce((all, each) => all + each, 0);

describe("OpenTelemetry's OTLP receiver", { skip, timeout: 60_000 }, () => {
  let target: Awaited<ReturnType<typeof startTarget>>;
  before(async () => {
    target = await startTarget({ port: 0 });
  });
  after(() => target?.close());

  for (const protocol of ['http/protobuf', 'http/json'])
    it(`takes every report of a run over ${protocol}, and comes to what the result says`, async () => {
      const port = await freePort();
      const receiver = spawn(binary, [`127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'pipe'] });
      let printed = '';
      receiver.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        printed += chunk;
      });
      try {
        await once(receiver.stderr, 'data');
        const load = [
          '-R',
          '200',
          '-c',
          '4',
          '-d',
          '1s',
          '--repeat',
          '2',
          '--name',
          'hot',
          '--tags',
          '{"env":"ci"}',
        ];
        const { code, stdout, stderr } = await zipfire(
          [
            ...[`${target.url}/kv/1`, ...load, '--out', '-', '-q'],
            ...['--export', `otlp=http://127.0.0.1:${port}`],
          ],
          { OTEL_EXPORTER_OTLP_PROTOCOL: protocol },
        );
        assert.equal(code, 0, stderr);
        assert.equal(stderr, '');
        receiver.kill('SIGINT');
        await once(receiver, 'close');
        const { summary, timeline }: Result = JSON.parse(stdout);
        const reports = printed.trimEnd().split('\n').map(readReport);
        // One a second, and one at the end of each window.
        assert.equal(reports.length, timeline.length + 2);
        const last = reports.at(-1) ?? assert.fail();

        const { 'service.instance.id': id, 'service.version': _, ...rest } = last.resource;
        assert.match(id ?? '', /^[0-9a-f-]{36}$/);
        assert.deepEqual(rest, { env: 'ci', 'service.name': 'zipfire', 'zipfire.run': 'hot' });
        assert.equal(last.scope, 'zipfire');

        const requests = last.metric('zipfire.requests');
        assert.deepEqual(
          [requests.unit, requests.sum?.aggregationTemporality, requests.sum?.isMonotonic],
          ['{request}', 2, true],
          'cumulative',
        );
        const points = requests.sum?.dataPoints ?? [];
        assert.equal(sum(points.map(({ asInt = '0' }) => Number(asInt))), summary.sent);
        const ok = points.find((point) => attribute(point, 'outcome') === 'ok');
        assert.equal(Number(ok?.asInt), summary.ok);

        const time = last.metric('zipfire.response.time');
        assert.deepEqual([time.unit, time.histogram?.aggregationTemporality], ['s', 2]);
        const [histogram = assert.fail()] = time.histogram?.dataPoints ?? [];
        const counts = (histogram.bucketCounts ?? []).map(Number);
        assert.equal(counts.length, (histogram.explicitBounds?.length ?? 0) + 1);
        assert.deepEqual([Number(histogram.count), sum(counts)], [summary.ok, summary.ok]);
        const mean = (summary.latencyUs.response.mean ?? NaN) / 1e6;
        assert.ok(Math.abs((histogram.sum ?? NaN) / summary.ok - mean) < mean * 0.01, 'in seconds');

        const starts = reports.map((each) => each.metric('zipfire.requests').sum?.dataPoints[0]);
        assert.equal(
          new Set(starts.map((point) => point?.startTimeUnixNano)).size,
          1,
          'counts have one start',
        );
        const timesNs = starts.map((point) => BigInt(point?.timeUnixNano ?? 0));
        assert.ok(
          timesNs.every((ns, i) => ns > (timesNs[i - 1] ?? BigInt(starts[0]?.startTimeUnixNano ?? 0))),
          'and times go on from there',
        );
        const rates = reports.flatMap((each) => each.metric('zipfire.rate').gauge?.dataPoints ?? []);
        assert.deepEqual(
          rates.map(({ flags = 0, asDouble }) => (flags === 1 ? null : asDouble !== undefined)),
          [true, null, true, null],
          'a rate, and that there is none any more, twice',
        );
      } finally {
        receiver.kill('SIGKILL');
      }
    });
});
