import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTarget } from '#zipfire/target/index.js';
import { start, zipfire } from '../cli/zipfire.js';
import { decodeOtlp, decodeRemoteWrite, otlpAnswer, type WriteRequest } from './decode.js';
import { startReceiver } from './receiver.js';

interface OtlpPoint {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly timeUnixNano: string;
  readonly asInt?: string;
  readonly asDouble?: number;
  readonly count?: string;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
  readonly flags?: number;
}

interface OtlpMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: {
    readonly aggregationTemporality: number;
    readonly isMonotonic: boolean;
    readonly dataPoints: readonly OtlpPoint[];
  };
  readonly gauge?: { readonly dataPoints: readonly OtlpPoint[] };
  readonly histogram?: { readonly aggregationTemporality: number; readonly dataPoints: readonly OtlpPoint[] };
}

let target: Awaited<ReturnType<typeof startTarget>>;
before(async () => {
  target = await startTarget({ port: 0 });
});
after(() => target.close());

function otlpMetrics(body: Buffer) {
  const { resourceMetrics } = JSON.parse(body.toString());
  const [{ resource, scopeMetrics }] = resourceMetrics;
  const metrics = scopeMetrics[0].metrics as OtlpMetric[];
  const attributes = resource.attributes as OtlpPoint['attributes'];
  return {
    byName: new Map(metrics.map((metric) => [metric.name, metric])),
    resource: new Map(attributes.map(({ key, value }) => [key, value.stringValue])),
  };
}

/** Samples by name and labels, those of every series of the run left out. */
function samplesOf({ timeseries }: WriteRequest): Map<string, number> {
  return new Map(
    timeseries.map(({ labels, samples }) => {
      const of = new Map(labels.map(({ name, value }) => [name, value]));
      const own = [...of].filter(([name]) => !['__name__', 'job', 'instance', 'run', 'env'].includes(name));
      return [
        `${of.get('__name__')} ${own.map((pair) => pair.join('=')).join(' ')}`.trim(),
        samples.at(-1)?.value ?? NaN,
      ];
    }),
  );
}

describe('--export', () => {
  it('sends a run by OTLP and remote write, and the counts of both are those of the result', async () => {
    const otlp = await startReceiver((response) => response.end('{"partialSuccess":{}}'));
    const prometheus = await startReceiver((response) => response.writeHead(204).end());
    try {
      const flags = [
        '-n',
        '300',
        '-c',
        '3',
        '--name',
        'hot',
        '--tags',
        '{"env":"ci","le":"x","api_token":"t0psecret"}',
      ];
      const exports = [
        '--export',
        `otlp=${otlp.url}`,
        '--export',
        `remote-write=${prometheus.url}/api/v1/write`,
      ];
      const env = {
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hunter2',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        ZIPFIRE_REMOTE_WRITE_HEADERS: 'x-scope-orgid=7',
      };
      const { code, stdout, stderr } = await zipfire(
        [`${target.url}/kv/1`, ...flags, ...exports, '--out', '-', '-q'],
        env,
      );
      assert.equal(code, 0, stderr);
      assert.equal(stderr, '');
      assert.doesNotMatch(stdout, /hunter2|t0psecret/);
      const { summary } = JSON.parse(stdout);

      const last = otlp.received.at(-1) ?? assert.fail('nothing came');
      assert.equal(last.path, '/v1/metrics');
      assert.equal(last.headers['content-type'], 'application/json');
      assert.equal(last.headers.authorization, 'Bearer hunter2');
      const { byName, resource } = otlpMetrics(last.body);
      assert.deepEqual(
        ['service.name', 'zipfire.run', 'env', 'api_token'].map((name) => resource.get(name)),
        ['zipfire', 'hot', 'ci', '[redacted]'],
      );
      const requests = byName.get('zipfire.requests')?.sum ?? assert.fail();
      assert.deepEqual([requests.aggregationTemporality, requests.isMonotonic], [2, true]);
      assert.equal(
        requests.dataPoints.reduce((sum, { asInt }) => sum + Number(asInt), 0),
        summary.sent,
      );
      const [histogram] = byName.get('zipfire.response.time')?.histogram?.dataPoints ?? [];
      assert.equal(Number(histogram?.count), summary.ok);
      assert.equal(histogram?.bucketCounts?.length, (histogram?.explicitBounds?.length ?? 0) + 1);
      assert.deepEqual(
        byName.get('zipfire.rate')?.gauge?.dataPoints.map(({ flags, asDouble }) => [flags, asDouble]),
        [[1, undefined]],
        'a rate ends with the run',
      );
      const rates = otlp.received.flatMap(
        ({ body }) => otlpMetrics(body).byName.get('zipfire.rate')?.gauge?.dataPoints ?? [],
      );
      assert.ok(rates.some(({ asDouble = 0 }) => asDouble > 0));

      const { headers, path, body } = prometheus.received.at(-1) ?? assert.fail('nothing came');
      assert.equal(path, '/api/v1/write');
      assert.deepEqual(
        [
          'content-type',
          'content-encoding',
          'x-prometheus-remote-write-version',
          'x-scope-orgid',
          'authorization',
        ].map((name) => headers[name]),
        ['application/x-protobuf', 'snappy', '0.1.0', '7', undefined],
      );
      assert.match(String(headers['user-agent']), /^zipfire\/\d/);
      const written = prometheus.received.map((each) => decodeRemoteWrite(each.body));
      for (const { timeseries } of written)
        for (const { labels, samples } of timeseries) {
          const names = labels.map(({ name }) => name);
          assert.deepEqual(names, [...names].sort(), 'labels in the order of their names');
          assert.equal(new Set(names).size, names.length);
          assert.ok(samples.length === 1 || samples[0]?.value === 0, 'a count begins with nothing');
        }
      const begun = written.map(
        ({ timeseries }) => timeseries.filter(({ samples }) => samples.length > 1).length,
      );
      assert.ok((begun[0] ?? 0) > 0 && begun.slice(1).every((count) => count === 0), String(begun));
      const times = written.flatMap(({ timeseries }) =>
        (timeseries[0]?.samples ?? []).map(({ timestamp }) => timestamp),
      );
      assert.ok(
        times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0)),
        'no sample out of order',
      );
      const end = samplesOf(written.at(-1) ?? assert.fail());
      assert.equal(end.get(key(end, 'zipfire_requests_total', 'outcome=ok')), summary.ok);
      assert.equal(end.get(key(end, 'zipfire_response_time_seconds_bucket', 'le=+Inf')), summary.ok);
      assert.equal(end.get(key(end, 'zipfire_response_time_seconds_count', '')), summary.ok);
      const types = new Map(
        written.flatMap(({ metadata }) => metadata.map((each) => [each.metricFamilyName, each.type])),
      );
      assert.equal(types.get('zipfire_requests_total'), 1);
      assert.equal(types.get('zipfire_response_time_seconds'), 3);
      // A series that ended has a NaN of these bits, which only bytes tell.
      const { uncompress } = await import('./decode.js');
      assert.ok(Buffer.from(uncompress(body)).includes(Buffer.from('020000000000f07f', 'hex')));
    } finally {
      await otlp.close();
      await prometheus.close();
    }
  });

  it('sends protobuf unless JSON is asked for, as OpenTelemetry has it', async () => {
    const answers: readonly (readonly [Record<string, string>, string, string | Buffer])[] = [
      [{}, 'application/x-protobuf', otlpAnswer(3)],
      [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'application/x-protobuf', otlpAnswer(3)],
      [
        { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' },
        'application/x-protobuf',
        otlpAnswer(3),
      ],
      [
        { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
        'application/json',
        '{"partialSuccess":{"rejectedDataPoints":"3"}}',
      ],
    ];
    for (const [env, type, answer] of answers) {
      const receiver = await startReceiver((response) => response.end(answer));
      const flags = ['-n', '20', '-q', '--out', '-', '--export', `otlp=${receiver.url}`];
      const { code, stdout, stderr } = await zipfire([`${target.url}/kv/1`, ...flags], env);
      await receiver.close();
      assert.equal(code, 0, stderr);
      const { headers, body } = receiver.received.at(-1) ?? assert.fail('nothing came');
      assert.equal(headers['content-type'], type);
      const { byName } = otlpMetrics(
        type === 'application/json' ? body : Buffer.from(JSON.stringify(decodeOtlp(body))),
      );
      const points = byName.get('zipfire.requests')?.sum?.dataPoints ?? [];
      assert.equal(
        points.reduce((sum, { asInt }) => sum + Number(asInt), 0),
        JSON.parse(stdout).summary.sent,
      );
      assert.match(stderr, new RegExp(`/v1/metrics: ${3 * receiver.received.length} points were refused`));
    }
  });

  it('leaves the run alone when a receiver is not there, fails or does not answer, and says so once', async () => {
    const failing = await startReceiver((response) => response.writeHead(400).end('hunter2'));
    const silent = await startReceiver(() => {});
    try {
      const exports = [
        `otlp=http://user:hunter2@127.0.0.1:1`,
        `otlp=${failing.url}/?key=hunter2`,
        `remote-write=${silent.url}/write`,
      ].flatMap((each) => ['--export', each]);
      const run = start([`${target.url}/kv/1`, '-n', '50', ...exports, '--out', '-']);
      const { code, stdout, stderr } = await run.finished;
      assert.equal(code, 0, stderr);
      assert.equal(JSON.parse(stdout).summary.sent, 50);
      assert.doesNotMatch(stdout + stderr, /hunter2/);
      const lines = stderr.split('\n').filter((line) => line.startsWith('--export '));
      assert.equal(lines.length, 3, stderr);
      assert.match(
        lines[0] ?? '',
        /^--export otlp=http:\/\/127\.0\.0\.1:1\/v1\/metrics: (\d+) of \1 reports were not taken: ECONNREFUSED$/,
      );
      assert.match(lines[1] ?? '', /: (\d+) of \1 reports were not taken: HTTP 400$/);
      assert.match(lines[2] ?? '', /\/write: (\d+) of \1 reports were not taken: no answer in time$/);
      assert.equal(failing.received[0]?.headers.authorization, undefined);
    } finally {
      await failing.close();
      await silent.close();
    }
  });

  it('says what to look at where a receiver is another one', async () => {
    const cases: [string, number, RegExp][] = [
      ['remote-write', 404, /→ Prometheus takes it at .*--web\.enable-remote-write-receiver$/m],
      ['otlp', 401, /→ its headers come from OTEL_EXPORTER_OTLP_HEADERS$/m],
      ['otlp', 415, /→ OTEL_EXPORTER_OTLP_PROTOCOL=http\/json has it sent as JSON, /],
    ];
    for (const [kind, status, hint] of cases) {
      const receiver = await startReceiver((response) => response.writeHead(status).end());
      const flags = ['-n', '5', '-q', '--export', `${kind}=${receiver.url}`];
      const { code, stderr } = await zipfire([`${target.url}/kv/1`, ...flags]);
      await receiver.close();
      assert.equal(code, 0, stderr);
      assert.match(stderr, new RegExp(`not taken: HTTP ${status}$`, 'm'));
      assert.match(stderr, hint);
    }
  });

  it('refuses what it cannot send to before anything is sent, and shows no secret', async () => {
    const cases: [string, RegExp, Record<string, string>?][] = [
      ['statsd=127.0.0.1:8125', /"statsd" is nothing that metrics are sent to/],
      ['http://user:hunter2@x', /"http" is nothing/],
      ['otlp=hunter2', /that is no URL/],
      ['remote-write=ftp://user:hunter2@x/', /expected http:\/\/ or https:\/\/, read ftp:/],
      [
        'otlp=http://127.0.0.1:1',
        /OTEL_EXPORTER_OTLP_HEADERS: expected headers/,
        { OTEL_EXPORTER_OTLP_HEADERS: 'a b=hunter2' },
      ],
      [
        'otlp=http://127.0.0.1:1',
        /OTEL_EXPORTER_OTLP_PROTOCOL: "http\/xml" is no encoding.*\n.*http\/protobuf or http\/json/,
        { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/xml' },
      ],
    ];
    for (const [text, expected, env] of cases) {
      const { code, stderr } = await zipfire([`${target.url}/kv/1`, '-n', '1', '--export', text], env);
      assert.equal(code, 2, stderr);
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, /hunter2/);
    }
  });
});

/** The one series of a name that has a label. */
function key(samples: Map<string, number>, name: string, label: string): string {
  const found = [...samples.keys()].filter((each) => each.startsWith(`${name} `) && each.includes(label));
  assert.equal(found.length, 1, found.join('\n'));
  return found[0] ?? '';
}
