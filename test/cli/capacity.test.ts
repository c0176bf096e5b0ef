import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CapacityResult } from '#zipfire/core/index.js';
import { startGrpcTarget, startTarget } from '#zipfire/target/index.js';
import { start, zipfire } from './zipfire.js';

/** A token bucket: slow enough for any machine to drive, and to be sure of. */
const LIMIT = 400;
/** As little as a search can be. */
const quick = ['--step', '300ms', '--warmup', '100ms', '--repeat', '1', '--precision', '20%'];

const linux = process.platform === 'linux' ? false : 'only Linux has procfs';

let target: Awaited<ReturnType<typeof startTarget>>;
let limited: Awaited<ReturnType<typeof startTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  limited = await startTarget({ port: 0, rate: LIMIT });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-capacity-'));
});

after(async () => {
  await Promise.all([target.close(), limited.close()]);
  await rm(folder, { recursive: true });
});

const capacity = (...args: string[]) => zipfire(['capacity', ...args]);
const read = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as CapacityResult;

describe('zipfire capacity', () => {
  it('finds the limit of a token bucket, or says that it could not', async () => {
    const out = join(folder, 'found.json');
    const args = [...quick, '--from', '100', '--to', '2k', '-c', '16', '--out', out];
    const { code, stdout, stderr } = await capacity(`${limited.url}/kv/a`, ...args);
    const result = await read(out);
    assert.ok(code === 0 || code === 5, stderr);
    assert.equal(result.schema, 'zipfire.capacity/1');
    assert.equal(result.varied, 'rate');
    assert.deepEqual(result.gates, ['errors < 0.1%', 'qps >= 99% of rate']);
    assert.match(stdout, /^target +127\.0\.0\.1:\d+$/m);
    assert.match(stdout, /\S[^\n]*\.\n$/, 'it ends with a sentence');
    assert.match(
      stderr,
      /^0:00 {2}some 10 runs of 300 ms: about 12 s, 5 min at most \(--max-time\); Ctrl-C /,
    );
    assert.match(stderr, /^\d:\d\d {2}100\/s {2}run 1 {2}start {2}/m);
    assert.doesNotMatch(stdout + stderr, /\x1b|Warning/);
    assert.ok(result.steps.every(({ rate }) => rate !== null && rate >= 100 && rate <= 2000));
    // A machine too busy to send 400/s may find less, and must not find more: the bucket has no more. Short windows
    // carry what the bucket and the connections hold besides.
    if (result.maxRate !== null) assert.ok(result.maxRate < 1.4 * LIMIT, String(result.maxRate));
    if (code !== 0) return;
    assert.ok(result.valid && result.low !== null && result.maxRate !== null && result.high !== null);
    assert.ok(result.low <= result.maxRate && result.maxRate < result.high, JSON.stringify(result.steps));
    // One run of each rate.
    assert.equal(result.confidence, 0);
    assert.match(stdout, /, though so few runs cannot say how sure that is\.\n$/);
  });

  it('sweeps connections, and writes JSON alone on stdout', async () => {
    const args = [
      '--sweep',
      'connections',
      '-c',
      '1,2,4',
      '--step',
      '100ms',
      '--repeat',
      '1',
      '-q',
      '--out',
      '-',
    ];
    const { code, stdout, stderr } = await capacity(`${target.url}/kv/a`, ...args);
    const result = JSON.parse(stdout) as CapacityResult;
    assert.ok(code === 0 || code === 5, stderr);
    assert.equal(stderr, '');
    assert.equal(result.varied, 'connections');
    assert.deepEqual(
      result.steps.map(({ connections, rate }) => [connections, rate]),
      [
        [1, null],
        [2, null],
        [4, null],
      ],
    );
    assert.ok(
      result.usl === null || (!result.usl.fits && result.usl.reasons.some((why) => /too few/.test(why))),
    );
  });

  it('3 for a service that never meets its gates, and says which', async () => {
    const args = [...quick, '--from', '50', '--to', '50', '-c', '4', '--gate', 'status(2xx) < 1'];
    const { code, stdout, stderr } = await capacity(`${target.url}/kv/a`, ...args);
    // A starved generator is no evidence against the service.
    assert.ok(code === 3 || code === 5, stderr);
    if (code === 3) {
      assert.match(stdout, /^✗ NOTHING PASSED/);
      assert.match(stdout, /does not meet the gates at 50\/s, .*\(status\(2xx\) < 1\)\.\n$/s);
    }
  });

  it('5 where --at-least cannot be told', async () => {
    const args = [...quick, '--from', '50', '--to', '50', '-c', '4', '--at-least', '1k'];
    const { code } = await capacity(`${target.url}/kv/a`, ...args);
    // 50/s is all that was tried, so 1,000/s cannot be told.
    assert.equal(code, 5);
  });

  it('takes a profile, its gates and its operations', async () => {
    const profile = join(folder, 'hot.yaml');
    await writeFile(
      profile,
      `version: 1
name: hot
target: ${target.url}
keys: { user: { uniform: { n: 50 } } }
operations:
  read: { weight: 9, get: "/kv/{{user}}" }
  write: { put: "/kv/{{user}}", body: x }
load: { connections: 4, rate: 20k/s }
phases: { prefill: { operation: write, keys: user, count: 50 } }
gates: [ "read.p99 < 10s", "errors < 1%", "qps >= 10k/s" ]
`,
    );
    const out = join(folder, 'profile.json');
    const { code, stderr } = await capacity(profile, ...quick, '--from', '50', '--to', '50', '--out', out);
    assert.ok(code === 0 || code === 5, stderr);
    const result = await read(out);
    assert.equal(result.name, 'hot');
    assert.equal(result.connections, 4);
    assert.deepEqual(result.gates, ['read.p99 < 10s', 'errors < 1%', 'qps >= 99% of rate']);
    assert.match(result.warnings.join(), /left out.*qps >= 10k\/s/);
  });

  describe('of one method of a gRPC target', () => {
    const proto = fileURLToPath(new URL('../../../examples/proto/kv.proto', import.meta.url));
    let calls: Awaited<ReturnType<typeof startGrpcTarget>>;
    const data = ['--call', 'kv.v1.KV/Get', '-d', '{"key":"{{key}}"}', '--keys', 'uniform:n=10'];

    before(async () => {
      calls = await startGrpcTarget({ port: 0 });
    });
    after(() => calls.close());

    it('searches the rate, with the schema of reflection or of a file', async () => {
      const out = join(folder, 'calls.json');
      const range = [...quick, '--from', '50', '--to', '50', '--gate', 'p99 < 5s', '--out', out];
      for (const more of [[], ['--proto', proto], ['--concurrency', '8', '--connections', '2']]) {
        const { code, stdout, stderr } = await capacity(calls.url, ...data, ...more, ...range);
        assert.ok(code === 0 || code === 5, stderr);
        const result = await read(out);
        assert.deepEqual(result.gates, ['p99 < 5s', 'errors < 0.1%', 'qps >= 99% of rate']);
        // Of a search that chooses: as many as `zipfire grpc` has by itself, or more.
        if (more[0] === '--concurrency') assert.equal(result.connections, 8);
        else assert.ok(result.connections >= 50, String(result.connections));
        assert.ok(
          stdout.includes(`open loop · ${result.connections.toLocaleString('en')} in flight at most`),
        );
        assert.equal(result.steps[0]?.errorRate, 0);
      }
    });

    it('sweeps the calls in flight, and says so', async () => {
      const args = ['--sweep', 'connections', '-c', '1,120', '--step', '100ms', '--repeat', '1'];
      const place = calls.url.replace('grpc://', '');
      const { code, stdout, stderr } = await capacity(place, ...data, ...args);
      assert.ok(code === 0 || code === 5, stderr);
      assert.match(stderr, /^0:0\d {2}120 calls in flight {2}run 1 {2}sweep/m);
      assert.match(stdout, /closed loop, by calls in flight/);
      assert.match(stdout, /with \d+ calls? in flight/);
      assert.doesNotMatch(stdout + stderr, /\d connection/);
    });

    const refused: readonly (readonly [args: () => string[], message: RegExp])[] = [
      [() => [calls.url], /is a gRPC target\n {2}→ name a method: --call package\.Service\/Method/],
      [() => [calls.url, '-d', '5s'], /-d is the message of a --call\n {2}→ --step 5s is the measured time/],
      [() => [calls.url, ...data.slice(2)], /--data is for a gRPC call\n {2}→ --call package/],
      [() => [`${target.url}/kv/a`, ...data], /--call calls a gRPC target\n {2}→ zipfire capacity grpc:\/\//],
      [() => ['hot.yaml', ...data], /--call calls a gRPC target/],
      [() => [calls.url, ...data, '-b', 'x'], /--body is not for a gRPC call/],
      [() => [calls.url, ...data.with(1, 'kv.v1.KV/Gte'), '--proto', proto], /Gte/],
      [() => [calls.url, ...data, '--gate', 'status(5xx) == 0'], /calls have gRPC statuses/],
    ];
    for (const [args, message] of refused) {
      it(`2 for what says ${message.source.slice(0, 40)}`, async () => {
        const counted = calls.counters.requests;
        const { code, stderr } = await capacity(...args());
        assert.equal(code, 2, stderr);
        assert.match(stderr, message);
        assert.equal(calls.counters.requests, counted);
      });
    }
  });

  it('looks at the service, and says what it saw of its limit, or why nothing', { skip: linux }, async () => {
    const [out, page] = [join(folder, 'watched.json'), join(folder, 'watched.html')];
    // The service is a part of this process.
    const port = new URL(limited.url).port;
    const range = ['--from', '100', '--to', '2k', '-c', '16', '--pid-of-port', port];
    const args = [...quick.slice(2), '--step', '2s', ...range, '--out', out, '--html', page];
    const { code, stdout, stderr } = await capacity(`${limited.url}/kv/a`, ...args);
    assert.ok(code === 0 || code === 5, stderr);
    const { limit, steps } = await read(out);
    assert.ok(
      steps.every(({ signals }) => (signals?.cpuCores ?? 0) > 0),
      'it was not looked at',
    );
    assert.match(stdout, /^ *rate .* cpu .*runs$/m);
    assert.match(stdout, /^limit /m);
    assert.ok(limit !== undefined && limit.summary !== '');
    if (limit.target !== null)
      assert.deepEqual([limit.target.pid, limit.target.runtime], [process.pid, 'node']);
    assert.match(await readFile(page, 'utf8'), /What the service ran out of/);
  });

  it('130 with what it has, when it is interrupted', async () => {
    const out = join(folder, 'partial.json');
    const args = ['--from', '50', '--step', '400ms', '--warmup', '0s', '-c', '4', '--out', out];
    const { child, finished } = start(['capacity', `${target.url}/kv/a`, ...args]);
    let progress = '';
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        progress += chunk;
        if (/run 1 {2}grow/.test(progress)) resolve();
      });
      child.once('close', () => resolve());
    });
    child.kill('SIGINT');
    const { code, stdout } = await finished;
    assert.equal(code, 130, progress);
    assert.match(stdout, /^! INTERRUPTED\n/);
    const result = await read(out);
    assert.equal(result.ended, 'interrupted');
    assert.ok(result.steps.length >= 2);
  });

  it('4 for a target that is not there', async () => {
    const { code, stdout, stderr } = await capacity('http://127.0.0.1:1/', ...quick);
    assert.equal(code, 4, stderr);
    assert.equal(stdout, '');
  });

  const wrong: readonly (readonly [args: string[], message: RegExp])[] = [
    [['--from', '10k', '--to', '1k'], /--from is above --to/],
    [['--precision', '0'], /--precision: expected 0.1% to 50%/],
    [['--sweep', 'connections', '--to', '1k'], /--to is for the search of a rate/],
    [['--sweep', 'connections', '-c', '128..1'], /--connections: the first is above the last/],
    [['--pid', '1', '--pid-of-port', '80'], /name a process each/],
    [['--scrape', 'metrics'], /--scrape: expected a URL/],
    [['--out', '-', '--html', '-'], /both want stdout/],
    [['--gate', 'p98 < 1s'], /p98 is not recorded/],
    [['--gate', 'p99 <= 1.1 x baseline'], /compares with a baseline, and there is none/],
    [['--junit', 'x.xml'], /junit/],
    [
      ['--duration', '5s'],
      /--duration is what capacity finds or sets itself\n.*--step 5s is the measured time/,
    ],
    [['-d', '5s'], /-d is the message of a --call\n.*--step 5s is the measured time/],
    [['-R', '5k'], /--rate is what capacity finds or sets itself\n.*--from and --to/],
  ];
  for (const [args, message] of wrong) {
    it(`2 for ${args.join(' ')}, and nothing sent`, async () => {
      const counted = target.counters.requests;
      const { code, stderr } = await capacity(`${target.url}/kv/a`, ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.equal(target.counters.requests, counted);
    });
  }

  it('has a help that fits a screen', async () => {
    const { code, stdout } = await capacity('--help');
    assert.equal(code, 0);
    assert.ok(stdout.split('\n').length <= 50, stdout);
    assert.match(stdout, /zipfire capacity hot\.yaml/);
    const all = await capacity('--help', 'all');
    for (const name of ['--call', '--protoset', '--cool-down']) assert.ok(all.stdout.includes(name), name);
  });
});
