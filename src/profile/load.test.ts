// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the environment are tested
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan } from '../core/index.js';
import { pems } from './pem.fixture.js';
import { load, refusal } from './plan.test.kit.js';

const contract = `version: 1
name: hot-update
target: \${TARGET:-http://127.0.0.1:8080}        # http:// https:// h2c:// grpc:// grpcs://, unix sockets too
keys:
  user: { zipf: { n: 1_000_000, alpha: 1.2 }, as: "user_{}" }
  hot:  { hotspot: { n: 1_000_000, hot: 50, share: 0.7 }, as: "hot_{}" }
operations:
  read:  { weight: 99, get: "/kv/{{user}}" }
  write: { weight: 1, put: "/kv/{{user}}", body: { bytes: 32 } }
load:   { connections: 64, workers: auto, rate: 20k/s, arrivals: poisson }   # no rate: closed loop
phases: { prefill: { operation: write, keys: user, count: 100_000 }, warmup: 5s, measure: 30s, repeat: 3 }
gates:  [ "p99 < 380ms", "errors < 0.1%", "qps >= 95% of rate" ]
`;

/** A profile with one operation, and more of it. */
const profile = (more = '', operation = '{ get: "/" }') =>
  `version: 1\ntarget: http://127.0.0.1:8080\noperations: { read: ${operation} }\n${more}`;

describe('planFromProfile', () => {
  it('reads the profile of the contract', () => {
    assert.deepEqual(load(contract), {
      name: 'hot-update',
      target: {
        url: 'http://127.0.0.1:8080/',
        tls: null,
        host: '127.0.0.1',
        port: 8080,
        socketPath: null,
        authority: '127.0.0.1:8080',
        path: '/',
      },
      seed: 1,
      keys: {
        user: { distribution: 'zipf', n: 1e6, params: { alpha: 1.2 }, format: 'user_{}', scatter: true },
        hot: {
          distribution: 'hotspot',
          n: 1e6,
          params: { hot: 50, share: 0.7 },
          format: 'hot_{}',
          scatter: true,
        },
      },
      operations: [
        { name: 'read', weight: 99, method: 'GET', path: '/kv/{{user}}', headers: [], body: null },
        {
          name: 'write',
          weight: 1,
          method: 'PUT',
          path: '/kv/{{user}}',
          headers: [],
          body: { kind: 'bytes', size: 32, random: false },
        },
      ],
      load: {
        connections: 64,
        workers: 1,
        rate: 20_000,
        arrivals: 'poisson',
        pipeline: 1,
        streams: 1,
        concurrency: null,
        driver: 'wire',
        http: 'auto',
        keepAlive: true,
        timeoutMs: 10_000,
        connectTimeoutMs: 5_000,
        client: { maxRedirects: 0, proxy: null, decompress: false },
      },
      phases: {
        prefill: { operation: 'write', keys: 'user', count: 100_000 },
        warmupMs: 5000,
        measure: { durationMs: 30_000, requests: null },
        repeat: 3,
        graceMs: 10_000,
      },
      gates: ['p99 < 380ms', 'errors < 0.1%', 'qps >= 95% of rate'],
    } satisfies Plan);
  });

  it('reads every setting', () => {
    const {
      load: read,
      phases,
      target,
      seed,
    } = load(
      `version: 1
target: https://127.0.0.1
seed: 42
operations: { read: { get: / } }
load:
  { connections: 8, workers: 2, rate: 1k/s, arrivals: constant, pipeline: 2, driver: undici, http: 1, keepAlive: true,
    timeout: 1s, connectTimeout: 100ms, redirects: 2, proxy: "http://127.0.0.1:3128", decompress: true }
tls: { ca: ca.pem, cert: tls/cert.pem, key: /abs/key.pem, insecure: true, serverName: api.test }
phases: { warmup: 1m30s, measure: 2s, requests: 1_000, repeat: 2, grace: 0 }
`,
      {},
      {
        files: {
          'ca.pem': pems.authority,
          'tls/cert.pem': pems.certificate,
          '/abs/key.pem': pems.key,
        },
      },
    );
    assert.equal(seed, 42);
    assert.deepEqual(read, {
      connections: 8,
      workers: 2,
      rate: 1000,
      arrivals: 'constant',
      pipeline: 2,
      streams: 1,
      concurrency: null,
      driver: 'undici',
      http: '1',
      keepAlive: true,
      timeoutMs: 1000,
      connectTimeoutMs: 100,
      client: { maxRedirects: 2, proxy: 'http://127.0.0.1:3128', decompress: true },
    });
    assert.deepEqual(phases, {
      prefill: null,
      warmupMs: 90_000,
      measure: { durationMs: 2000, requests: 1000 },
      repeat: 2,
      graceMs: 0,
    });
    assert.deepEqual(target.tls, {
      serverName: 'api.test',
      ca: pems.authority,
      cert: pems.certificate,
      key: pems.key,
      insecure: true,
    });
  });

  it('is called after its file when it has no name', () => {
    assert.equal(load(profile()).name, 'hot');
  });

  it('puts the path of the target before those of the operations', () => {
    for (const base of ['http://h/api', 'http://h/api/']) {
      const plan = load(`version: 1\ntarget: ${base}\noperations: { read: { get: "/kv?x={{hit}}" } }\n`);
      assert.equal(plan.operations[0]?.path, '/api/kv?x={{hit}}');
    }
  });

  it('leaves TLS files alone when the target has no TLS', () => {
    assert.equal(load(profile('tls: { ca: gone.pem }')).target.tls, null);
  });

  describe('operations', () => {
    const operation = (text: string, world = {}) => load(profile('', text), {}, world).operations[0];

    const requests: [string, string, string][] = [
      ['{ get: /a }', 'GET', '/a'],
      ['{ head: /a }', 'HEAD', '/a'],
      ['{ post: /a }', 'POST', '/a'],
      ['{ put: /a }', 'PUT', '/a'],
      ['{ patch: /a }', 'PATCH', '/a'],
      ['{ delete: /a }', 'DELETE', '/a'],
      ['{ path: /a }', 'GET', '/a'],
      ['{ path: /a, body: x }', 'POST', '/a'],
      ['{ method: options, path: /a }', 'OPTIONS', '/a'],
      ['{ method: "{{hit}}", path: /a }', '{{hit}}', '/a'],
    ];
    for (const [text, method, path] of requests) {
      it(text, () => {
        const read = operation(text);
        assert.deepEqual([read?.method, read?.path, read?.weight], [method, path, 1]);
      });
    }

    const bodies: [string, unknown][] = [
      ['"a {{hit}}"', { kind: 'text', template: 'a {{hit}}' }],
      ['""', { kind: 'text', template: '' }],
      ['{ text: 5 }', { kind: 'text', template: '5' }],
      ['{ bytes: 4KiB }', { kind: 'bytes', size: 4096, random: false }],
      ['{ bytes: 0 }', { kind: 'bytes', size: 0, random: false }],
      ['{ random: 32 }', { kind: 'bytes', size: 32, random: true }],
      ['{ file: sub/body.bin }', { kind: 'file', path: 'sub/body.bin', base64: 'AAE=' }],
      [
        '{ json: { id: "{{hit}}", list: [1, null, true], "a b": "é\\n" } }',
        { kind: 'text', template: '{"id":"{{hit}}","list":[1,null,true],"a b":"é\\n"}' },
      ],
      ['{ json: 5 }', { kind: 'text', template: '5' }],
      ['{ json: null }', { kind: 'text', template: 'null' }],
    ];
    for (const [text, expected] of bodies) {
      it(`body: ${text}`, () => {
        const files = { 'sub/body.bin': Buffer.from([0, 1]) };
        assert.deepEqual(operation(`{ post: /, body: ${text} }`, { files })?.body, expected);
      });
    }

    it('says that a JSON body is one, unless the profile does', () => {
      const type = (text: string) => operation(text)?.headers;
      assert.deepEqual(type('{ post: /, body: { json: {} } }'), [['Content-Type', 'application/json']]);
      const own = '{ post: /, body: { json: {} }, headers: { content-type: text/x } }';
      assert.deepEqual(type(own), [['content-type', 'text/x']]);
      assert.deepEqual(type('{ post: /, body: "{}" }'), []);
    });

    it('reads headers: texts, numbers, lists', () => {
      const read = operation(
        '{ get: /, headers: { X-Number: 5, Accept: [ text/plain, "*/*" ], X-Hit: "{{hit}}" } }',
      );
      assert.deepEqual(read?.headers, [
        ['X-Number', '5'],
        ['Accept', 'text/plain'],
        ['Accept', '*/*'],
        ['X-Hit', '{{hit}}'],
      ]);
    });

    it('takes a Host that all operations have for the target', () => {
      const plan = load(`version: 1
target: http://127.0.0.1:8080
operations:
  read: { get: /, headers: { Host: shop.test } }
  write: { put: /, headers: { host: shop.test } }
`);
      assert.equal(plan.target.authority, 'shop.test');
      assert.deepEqual(
        plan.operations.flatMap(({ headers }) => headers),
        [],
      );
    });

    it('may weigh nothing, as long as another weighs something', () => {
      const text =
        'version: 1\ntarget: http://h\noperations: { a: { weight: 0, get: / }, b: { weight: 0.5, get: / } }\n';
      assert.deepEqual(
        load(text).operations.map(({ weight }) => weight),
        [0, 0.5],
      );
    });
  });

  describe('environment', () => {
    it('gives any value', () => {
      const plan = load(
        profile(
          'load: { connections: "${CONNECTIONS}", rate: "${RATE:-5/s}", keepAlive: "${KEEP}" }\nseed: ${SEED:-3}\n',
        ),
        {},
        { env: { CONNECTIONS: '1_000', KEEP: 'false' } },
      );
      assert.deepEqual(
        [plan.load.connections, plan.load.rate, plan.load.keepAlive, plan.seed],
        [1000, 5, false, 3],
      );
    });

    it('remembers what is secret', () => {
      const text = profile('', '{ get: "/?t=${API_TOKEN}&u=${USER_NAME}" }');
      const plan = load(text, {}, { env: { API_TOKEN: 's3cret', USER_NAME: 'bob' } });
      assert.deepEqual(plan.secrets, ['s3cret']);
      assert.equal(plan.operations[0]?.path, '/?t=s3cret&u=bob');
    });
  });

  describe('flags go before the file', () => {
    const two = `version: 1
target: http://127.0.0.1:8080
keys: { user: { zipf: { n: 100, alpha: 1.2 }, as: "user_{}" } }
operations:
  read: { get: "/{{user}}", headers: { Accept: a, X-Own: b } }
  write: { put: "/{{user}}", body: x }
load: { connections: 64, rate: 1k/s }
phases: { measure: 30s, warmup: 5s }
gates: [ p99 < 1s, errors < 1%, qps >= 95% of rate ]
`;

    it('setting by setting', () => {
      const plan = load(two, { connections: '8', duration: '2', seed: '9', name: 'other' });
      assert.deepEqual([plan.load.connections, plan.load.rate, plan.seed, plan.name], [8, 1000, 9, 'other']);
      assert.deepEqual(plan.phases.measure, { durationMs: 2000, requests: null });
      assert.equal(plan.phases.warmupMs, 5000);
    });

    it('-H on every operation, in place of headers of the same name', () => {
      const { operations } = load(two, { header: ['accept: c', 'X-New: d'] });
      assert.deepEqual(
        operations.map(({ headers }) => headers),
        [
          [
            ['X-Own', 'b'],
            ['accept', 'c'],
            ['X-New', 'd'],
          ],
          [
            ['accept', 'c'],
            ['X-New', 'd'],
          ],
        ],
      );
    });

    it('-X and -b on the only operation', () => {
      const [operation] = load(profile(), { method: 'put', body: 'y' }).operations;
      assert.deepEqual([operation?.method, operation?.body], ['PUT', { kind: 'text', template: 'y' }]);
    });

    it('--keys in place of the distribution; the format stays', () => {
      const { keys } = load(two, { keys: ['uniform:n=50'] });
      assert.deepEqual(keys, {
        user: { distribution: 'uniform', n: 50, params: {}, format: 'user_{}', scatter: true },
      });
      assert.deepEqual(load(two, { keys: ['user=uniform:n=50'] }).keys, keys);
    });

    it('--gate in place of gates on the same side of the same metric, and beside the others', () => {
      assert.deepEqual(load(two, { gate: ['p99 <= 2s', 'read.p99 < 1s', 'qps <= 2k/s'] }).gates, [
        'errors < 1%',
        'qps >= 95% of rate',
        'p99 <= 2s',
        'read.p99 < 1s',
        'qps <= 2k/s',
      ]);
    });

    const refused: [string, Parameters<typeof load>[1], string][] = [
      [
        'a wrong one',
        { connections: 'x' },
        '--connections: expected a whole number such as 64, 1_000_000, 1e6 or 100k, read "x"',
      ],
      [
        'one that does not go with the file',
        { workers: '65' },
        '--workers: 65 workers cannot share 64 connections\n→ set connections to 65 or more, or workers to 64 or fewer',
      ],
      [
        '-X on several operations',
        { method: 'PUT' },
        '--method: which of the 2 operations is meant?\n→ change it in the profile',
      ],
      [
        '-b on several operations',
        { body: 'x' },
        '--body: which of the 2 operations is meant?\n→ change it in the profile',
      ],
      [
        'keys that the profile has not',
        { keys: ['usr=uniform:n=5'] },
        '--keys: the profile has no keys "usr"\n→ did you mean "user"?',
      ],
      [
        'a wrong gate',
        { gate: ['p98 < 1s'] },
        '--gate: p98 is not recorded; recorded are p50, p75, p90, p95, p99, p99.9, p99.99\n  p98 < 1s\n  ^^^',
      ],
    ];
    for (const [name, flags, message] of refused) {
      it(`refuses ${name}`, () =>
        assert.equal(
          refusal(() => load(two, flags)),
          message,
        ));
    }

    it('says the faults of both at once', () => {
      assert.equal(
        refusal(() => load(profile('sed: 5\n'), { rate: 'x' })),
        '--rate: expected a rate such as 20k/s, 100/s or 1.5k/m, read "x"\nhot.yaml:4:1: sed: unknown name; did you mean "seed"?',
      );
    });
  });

  it('refuses a file that is not UTF-8', () => {
    assert.equal(
      refusal(() => load(Uint8Array.of(0x61, 0xff))),
      'hot.yaml: not UTF-8\n→ a profile is a YAML text',
    );
  });
});
