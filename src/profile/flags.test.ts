import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Load, Plan, PlanOperation } from '../core/index.js';
import type { RunFlags } from './flags.js';
import { pems } from './pem.fixture.js';
import { refusal, run } from './plan.test.kit.js';

const url = 'http://127.0.0.1:8080/kv';

/** The one operation of a run without a profile. */
function operationOf(plan: Plan): PlanOperation {
  const [operation, second] = plan.operations;
  assert.ok(operation !== undefined && second === undefined);
  return operation;
}

describe('planFromFlags', () => {
  it('a URL alone is a whole plan', () => {
    assert.deepEqual(run(url), {
      name: '127.0.0.1:8080',
      target: {
        url,
        tls: null,
        host: '127.0.0.1',
        port: 8080,
        socketPath: null,
        authority: '127.0.0.1:8080',
        path: '/kv',
      },
      seed: 1,
      keys: {},
      operations: [{ name: 'request', weight: 1, method: 'GET', path: '/kv', headers: [], body: null }],
      load: {
        connections: 10,
        workers: 4,
        rate: null,
        arrivals: 'constant',
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
        prefill: null,
        warmupMs: 0,
        measure: { durationMs: 10_000, requests: null },
        repeat: 1,
        graceMs: 10_000,
      },
      gates: [],
    } satisfies Plan);
  });

  it('a URL with every flag', () => {
    const plan = run(
      'https://h:8443/kv/{{key}}',
      {
        name: 'all',
        seed: '7',
        connections: '64',
        workers: '2',
        rate: '20k/s',
        arrivals: 'poisson',
        pipeline: '4',
        streams: '1',
        driver: 'undici',
        http1: true,
        timeout: '2s',
        connectTimeout: '300ms',
        redirects: '3',
        proxy: 'http://127.0.0.1:3128',
        decompress: true,
        cacert: 'ca.pem',
        cert: 'cert.pem',
        key: 'key.pem',
        insecure: true,
        servername: 'api.test',
        unixSocket: '/run/app.sock',
        warmup: '1s',
        duration: '30s',
        requests: '1M',
        repeat: '3',
        method: 'patch',
        header: ['Accept: text/plain', 'X-Key: {{key}}'],
        body: '@body.bin',
        keys: ['zipf:n=1e6,alpha=1.2'],
        gate: ['p99 < 50ms', 'qps >= 95% of rate'],
        latency: true,
        keepalive: true,
      },
      {
        files: {
          'ca.pem': pems.authority,
          'cert.pem': pems.certificate,
          'key.pem': pems.key,
          'body.bin': Buffer.from([0, 255]),
        },
      },
    );
    assert.deepEqual(plan, {
      name: 'all',
      target: {
        url: 'https://h:8443/kv/{{key}}',
        tls: {
          serverName: 'api.test',
          ca: pems.authority,
          cert: pems.certificate,
          key: pems.key,
          insecure: true,
        },
        host: 'h',
        port: 8443,
        socketPath: '/run/app.sock',
        authority: 'h:8443',
        path: '/kv/{{key}}',
      },
      seed: 7,
      keys: { key: { distribution: 'zipf', n: 1e6, params: { alpha: 1.2 }, format: '{}', scatter: true } },
      operations: [
        {
          name: 'request',
          weight: 1,
          method: 'PATCH',
          path: '/kv/{{key}}',
          headers: [
            ['Accept', 'text/plain'],
            ['X-Key', '{{key}}'],
          ],
          body: { kind: 'file', path: 'body.bin', base64: 'AP8=' },
        },
      ],
      load: {
        connections: 64,
        workers: 2,
        rate: 20_000,
        arrivals: 'poisson',
        pipeline: 4,
        streams: 1,
        concurrency: null,
        driver: 'undici',
        http: '1',
        keepAlive: true,
        timeoutMs: 2000,
        connectTimeoutMs: 300,
        client: { maxRedirects: 3, proxy: 'http://127.0.0.1:3128', decompress: true },
      },
      phases: {
        prefill: null,
        warmupMs: 1000,
        measure: { durationMs: 30_000, requests: 1e6 },
        repeat: 3,
        graceMs: 2000,
      },
      gates: ['p99 < 50ms', 'qps >= 95% of rate'],
    } satisfies Plan);
  });

  it("does what wrk's flags do", () => {
    const plan = run(url, { connections: '1k', workers: '2', duration: '30', timeout: '2', latency: true });
    assert.equal(plan.load.connections, 1000);
    assert.equal(plan.load.workers, 2);
    assert.equal(plan.phases.measure.durationMs, 30_000);
    assert.equal(plan.load.timeoutMs, 2000);
    assert.equal(run(url, { duration: '1.5' }).phases.measure.durationMs, 1500);
    assert.equal(run(url, { duration: '2m' }).phases.measure.durationMs, 120_000);
    assert.equal(run(url, { rate: '2000' }).load.rate, 2000);
    assert.match(
      refusal(() => run(url, { script: 'post.lua' })),
      /^--script: wrk's Lua scripts are not run/,
    );
  });

  const loads: [string, RunFlags, Partial<Load>][] = [
    ['Connection: close', { header: ['Connection: close'] }, { keepAlive: false }],
    ['Connection: keep-alive', { header: ['connection: Keep-Alive'] }, { keepAlive: true }],
    ['--no-keepalive', { keepalive: false }, { keepAlive: false }],
    ['HTTP/2 with prior knowledge', { http2: true, streams: '8' }, { http: '2', streams: 8, driver: 'wire' }],
    ['a closed loop: a worker a core', { connections: '64' }, { workers: 4 }],
    ['fewer connections than cores', { connections: '3' }, { workers: 3 }],
    ['an open loop: a worker for each 50k/s', { connections: '64', rate: '60k/s' }, { workers: 2 }],
    ['--workers auto', { workers: 'auto' }, { workers: 4 }],
  ];
  for (const [name, flags, expected] of loads) {
    it(name, () => {
      const { load } = run(url, flags);
      assert.deepEqual({ ...load, ...expected }, load);
    });
  }

  it('a number of requests is the only bound when no time is given', () => {
    assert.deepEqual(run(url, { requests: '100k' }).phases.measure, { durationMs: null, requests: 100_000 });
  });

  it('speaks HTTP/2 to h2c:// targets', () => {
    assert.equal(run('h2c://h/', { streams: '4' }).load.http, '2');
    assert.equal(run('https://h/', { streams: '4' }).load.http, 'auto');
  });

  it('the grace is the time-out, and 30 s at most', () => {
    assert.equal(run(url, { grace: '1s' }).phases.graceMs, 1000);
    assert.equal(run(url, { timeout: '500ms' }).phases.graceMs, 500);
    assert.equal(run(url, { timeout: '10m' }).phases.graceMs, 30_000);
  });

  describe('the request', () => {
    it('is a POST with a body, and what -X says', () => {
      const text = { kind: 'text', template: 'a={{hit}}' };
      const posted = operationOf(run(url, { body: 'a={{hit}}' }));
      assert.deepEqual([posted.method, posted.body], ['POST', text]);
      const put = operationOf(run(url, { body: 'a={{hit}}', method: 'PUT' }));
      assert.deepEqual([put.method, put.body], ['PUT', text]);
      assert.equal(operationOf(run(url, { method: 'PROPFIND' })).method, 'PROPFIND');
    });

    it('has the Host that -H says', () => {
      const plan = run(url, { header: ['Host: shop.test', 'Accept: */*'] });
      assert.equal(plan.target.authority, 'shop.test');
      assert.equal(plan.target.host, '127.0.0.1');
      assert.deepEqual(operationOf(plan).headers, [['Accept', '*/*']]);
    });

    it('has the user and password of the URL as its Authorization', () => {
      const plan = run('http://user:pass@h/');
      assert.deepEqual(operationOf(plan).headers, [['Authorization', `Basic ${btoa('user:pass')}`]]);
      assert.equal(plan.target.url, 'http://h/');
    });

    it('has the Authorization of -H rather', () => {
      const plan = run('http://user:pass@h/', { header: ['authorization: Bearer x'] });
      assert.deepEqual(operationOf(plan).headers, [['authorization', 'Bearer x']]);
    });

    it('keeps headers of one name, in order, and empty ones', () => {
      const { headers } = operationOf(run(url, { header: ['Cookie: a=1', 'Cookie:b=2 ', 'X-Empty:'] }));
      assert.deepEqual(headers, [
        ['Cookie', 'a=1'],
        ['Cookie', 'b=2'],
        ['X-Empty', ''],
      ]);
    });
  });

  it('reads keys of other names than key', () => {
    const plan = run('http://h/{{user}}/{{key}}', { keys: ['user=uniform:n=10', 'uniform:n=20'] });
    assert.deepEqual(
      Object.entries(plan.keys).map(([name, { n }]) => [name, n]),
      [
        ['user', 10],
        ['key', 20],
      ],
    );
  });

  const refused: [string, string, RunFlags, string][] = [
    [
      'no scheme',
      'localhost:8080',
      {},
      'URL: expected a URL such as http://127.0.0.1:8080/ or http+unix:///run/app.sock:/path, read "localhost:8080"\n→ did you mean http://localhost:8080?',
    ],
    [
      'more workers than connections',
      url,
      { workers: '20' },
      '--workers: 20 workers cannot share 10 connections\n→ set connections to 20 or more, or workers to 10 or fewer',
    ],
    [
      'a key that nothing uses',
      'http://user:hunter2@h/kv/',
      { keys: ['uniform:n=10'] },
      '--keys: nothing uses {{key}}\n→ write it where the key goes: http://[redacted]@h/kv/{{key}}',
    ],
    [
      'a key without a distribution',
      'http://h/{{key}}',
      {},
      'URL: {{key}} has no distribution\n→ give one: --keys zipf:n=1e6,alpha=1.2, or keys in a profile',
    ],
    [
      'two distributions of one name',
      'http://h/{{key}}',
      { keys: ['uniform:n=10', 'uniform:n=20'] },
      '--keys: two distributions for {{key}}',
    ],
    [
      'a body file that is not there',
      url,
      { body: '@gone' },
      '--body: cannot read gone: there is no such file',
    ],
    [
      'redirects on the wire driver',
      url,
      { redirects: '5' },
      '--redirects: the wire driver does not follow redirects\n→ set driver to undici',
    ],
    [
      'streams of HTTP/1.1',
      'http://h/',
      { streams: '8' },
      '--streams: streams are HTTP/2, and http:// is HTTP/1.1\n→ ask for HTTP/2, --http2 or an h2c:// target, or use pipeline',
    ],
    [
      'HTTP/2 without TLS by undici',
      'http://h/',
      { http2: true, driver: 'undici' },
      '--driver: undici speaks HTTP/2 over TLS alone\n→ set driver to wire, or use https://',
    ],
    [
      'a target of gRPC',
      'grpc://h:1',
      {},
      'URL: grpc:// takes gRPC calls, and there are none\n→ zipfire grpc <host:port> --call package.Service/Method makes calls, and so do operations with `call` in a profile',
    ],
    [
      'gates of a closed loop',
      url,
      { gate: ['qps >= 95% of rate'] },
      '--gate: "of rate" needs a rate, and this is a closed loop; set a rate\n  qps >= 95% of rate\n         ^^^^^^^^^^^',
    ],
    [
      'a header that frames the message',
      url,
      { header: ['Content-Length: 5'] },
      '--header: Content-Length is not for an operation to set\n→ leave it out: it follows from the body',
    ],
    [
      'another connection option',
      url,
      { header: ['Connection: upgrade'] },
      "--header: Connection is not for an operation to set\n→ use keepAlive: false of a profile's load, or --no-keepalive",
    ],
    [
      'a unix socket with a path that is too long',
      url,
      { unixSocket: `/${'a'.repeat(107)}` },
      `--unix-socket: the path of a unix socket has 107 bytes at most: "/${'a'.repeat(78)}…"\n→ give it relative to the current folder`,
    ],
    [
      'everything at once',
      'http://h:0',
      {
        connections: '0',
        workers: 'many',
        duration: '0',
        rate: 'fast',
        header: ['no colon', 'X: a\r\nb', 'a b: c'],
        method: 'CONNECT',
        http1: true,
        http2: true,
      },
      [
        '--header: expected a header such as "Accept: text/plain", read "no colon"',
        '--header: the value of X holds a line break or another control character; remove it: it would end the header line and forge another',
        '--header: expected a header name (letters, digits and -), read "a b"',
        '--connections: expected 1 or more, read "0"',
        '--workers: expected auto or a whole number, read "many"',
        '--rate: expected a rate such as 20k/s, 100/s or 1.5k/m, read "fast"',
        '--duration: expected at least 1ms, read "0"',
        '--http1, --http2: choose one of --http1 and --http2',
        'URL: expected a port from 1 to 65535, read 0',
        '--method: CONNECT asks a proxy for a tunnel and is no request to measure',
      ].join('\n'),
    ],
  ];
  for (const [name, target, flags, message] of refused) {
    it(`refuses ${name}`, () =>
      assert.equal(
        refusal(() => run(target, flags)),
        message,
      ));
  }
});
