import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CallData, type Load, type Plan, type StreamPlan, ZipfireError } from '../../core/index.js';
import { pems } from '../pem.fixture.js';
import { contextOf, type World } from '../plan.test.kit.js';
import { redactPlan } from '../redact.js';
import { type GrpcFlags, planFromGrpcFlags } from './flags.js';

const CALL = { call: 'kv.v1.KV/Get' };

function plan(flags: GrpcFlags = {}, world: World = {}, target: string | undefined = 'h:1'): Promise<Plan> {
  return planFromGrpcFlags(target, { ...CALL, ...flags }, contextOf(world));
}

async function refusal(make: Promise<unknown>): Promise<string> {
  const error = await make.then(
    () => assert.fail('expected an error, and there was none'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZipfireError) || error.exitCode !== 2) throw error;
  return error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`;
}

async function callOf(flags: GrpcFlags, world?: World) {
  const [operation] = (await plan(flags, world)).operations;
  const { call, headers } = operation ?? assert.fail();
  return { ...(call ?? assert.fail()), headers };
}

const json = (text: string, name = '--data'): CallData => ({ kind: 'json', text, name });

describe('planFromGrpcFlags', () => {
  it('a gate on a status of HTTP is refused', async () => {
    assert.match(await refusal(plan({ gate: ['status(5xx) == 0'] })), /calls have gRPC statuses/);
    await plan({ gate: ['status(UNAVAILABLE) == 0', 'messages > 5'] });
  });

  it('a target and a method are a whole plan', async () => {
    assert.deepEqual(await plan(), {
      name: 'h:1',
      target: {
        url: 'grpc://h:1/',
        tls: null,
        host: 'h',
        port: 1,
        socketPath: null,
        authority: 'h:1',
        path: '/',
      },
      seed: 1,
      keys: {},
      operations: [
        {
          name: 'call',
          weight: 1,
          method: 'POST',
          path: '/kv.v1.KV/Get',
          headers: [],
          body: null,
          call: {
            method: 'kv.v1.KV/Get',
            data: json('', 'data'),
            gzip: false,
            stream: { intervalMs: 0, messages: null, durationMs: null, freshValues: false },
            compiled: null,
          },
        },
      ],
      grpc: {
        schema: { protoFiles: [], importPaths: [], protosets: [], reflectMetadata: [] },
        maxMessageBytes: 4 * 1024 * 1024,
        types: null,
      },
      load: {
        connections: 1,
        workers: 1,
        rate: null,
        arrivals: 'constant',
        pipeline: 1,
        streams: 50,
        concurrency: null,
        driver: 'grpc',
        http: '2',
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

  it('reads every flag', async () => {
    const { authority: ca, certificate: cert, key } = pems;
    const { target, load, phases, grpc, ...rest } = await plan(
      {
        name: 'all',
        seed: '7',
        connections: '8',
        concurrency: '60',
        workers: '2',
        rate: '5k',
        arrivals: 'poisson',
        timeout: '2s',
        connectTimeout: '1s',
        maxMessageBytes: '1MiB',
        tls: true,
        cacert: 'ca.pem',
        cert: 'cert.pem',
        key: 'key.pem',
        servername: 'kv.test',
        insecure: true,
        authority: 'kv.internal',
        warmup: '1s',
        duration: '30s',
        requests: '1M',
        repeat: '3',
        grace: '0',
        proto: ['a.proto', 'b.proto'],
        importPath: ['x,y', 'z'],
        data: '{"key": "{{key}}"}',
        metadata: '{"A": "{{hit}}", "b": ["1", 2]}',
        header: ['C: x'],
        keys: ['uniform:n=10'],
        gate: ['p99 < 50ms'],
        gzip: true,
        streamInterval: '100ms',
        streamCallCount: '10',
        streamCallDuration: '5s',
        streamDynamicMessages: true,
      },
      { files: { 'ca.pem': ca, 'cert.pem': cert, 'key.pem': key } },
      'dns:///kv.test:443',
    );
    assert.deepEqual(target, {
      url: 'grpcs://kv.test:443/',
      tls: { serverName: 'kv.test', ca, cert, key, insecure: true },
      host: 'kv.test',
      port: 443,
      socketPath: null,
      authority: 'kv.internal',
      path: '/',
    });
    const { client: _, ...shown } = load;
    assert.deepEqual(shown, {
      connections: 8,
      workers: 2,
      rate: 5000,
      arrivals: 'poisson',
      pipeline: 1,
      streams: 8,
      concurrency: 60,
      driver: 'grpc',
      http: '2',
      keepAlive: true,
      timeoutMs: 2000,
      connectTimeoutMs: 1000,
    });
    assert.deepEqual(phases, {
      prefill: null,
      warmupMs: 1000,
      measure: { durationMs: 30_000, requests: 1_000_000 },
      repeat: 3,
      graceMs: 0,
    });
    assert.deepEqual(grpc, {
      schema: {
        protoFiles: ['a.proto', 'b.proto'],
        importPaths: ['x', 'y', 'z'],
        protosets: [],
        reflectMetadata: [],
      },
      maxMessageBytes: 1024 * 1024,
      types: null,
    });
    const [operation] = rest.operations;
    assert.deepEqual(operation?.headers, [
      ['a', '{{hit}}'],
      ['b', '1'],
      ['b', '2'],
      ['c', 'x'],
    ]);
    assert.equal(operation?.call?.gzip, true);
    assert.deepEqual(operation?.call?.stream, {
      intervalMs: 100,
      messages: 10,
      durationMs: 5000,
      freshValues: true,
    } satisfies StreamPlan);
    assert.deepEqual([rest.name, rest.seed, rest.gates], ['all', 7, ['p99 < 50ms']]);
  });

  const loads: [string, GrpcFlags, Partial<Load>][] = [
    [
      'concurrency on one connection',
      { concurrency: '100' },
      { connections: 1, streams: 100, concurrency: null },
    ],
    ['shared out', { concurrency: '64', connections: '8' }, { streams: 8, concurrency: null, workers: 4 }],
    ['that does not divide', { concurrency: '10', connections: '4' }, { streams: 3, concurrency: 10 }],
    ['more connections than the default', { connections: '64' }, { streams: 1, concurrency: null }],
    ["ghz's cpus", { connections: '8', cpus: '2' }, { workers: 2 }],
    ["no more of ghz's cpus than connections", { cpus: '8' }, { workers: 1 }],
    ["ghz's async", { rate: '100', async: true }, { rate: 100 }],
  ];
  for (const [name, flags, expected] of loads) {
    it(`load: ${name}`, async () => {
      const { load } = await plan(flags);
      assert.deepEqual({ ...load, ...expected }, load);
    });
  }

  const tls: [string, GrpcFlags, string, boolean][] = [
    ['is not spoken unasked', {}, 'grpc', false],
    ['--tls', { tls: true }, 'grpcs', false],
    ['--insecure beside a plain target is what ghz means', { insecure: true }, 'grpc', false],
    ['--plaintext', { plaintext: true, insecure: true }, 'grpc', false],
    ['--tls --insecure', { tls: true, insecure: true }, 'grpcs', true],
    ['--skipTLS', { skipTLS: true }, 'grpcs', true],
    ['--servername', { servername: 'x' }, 'grpcs', false],
  ];
  for (const [name, flags, scheme, insecure] of tls) {
    it(`TLS: ${name}`, async () => {
      const { target } = await plan(flags);
      assert.equal(target.url, `${scheme}://h:1/`);
      assert.equal(target.tls?.insecure ?? false, insecure);
    });
  }

  it('the shorter of two durations ends the run', async () => {
    const measure = async (flags: GrpcFlags) => (await plan(flags)).phases.measure;
    assert.deepEqual(await measure({ duration: '5s', maxDuration: '30s' }), bounds(5000));
    assert.deepEqual(await measure({ duration: '30s', maxDuration: '5' }), bounds(5000));
    assert.deepEqual(await measure({ requests: '100', maxDuration: '5s' }), bounds(5000, 100));
    await assert.rejects(plan({ duration: '5s', maxDuration: 'soon' }), /--max-duration: expected/);
  });

  it('the grace follows what ghz does at the end', async () => {
    assert.equal((await plan({ durationStop: 'close' })).phases.graceMs, 0);
    assert.equal((await plan({ durationStop: 'wait' })).phases.graceMs, 10_000);
  });

  describe('data', () => {
    const world: World = { files: { 'd.json': '{"key": "f"}', 'd.bin': '\x0a\x01f' }, stdin: '{"key": "i"}' };
    const rows: [string, GrpcFlags, CallData][] = [
      ['a text', { data: '{"key": "t"}' }, json('{"key": "t"}')],
      ['@file', { data: '@d.json' }, json('{"key": "f"}', 'd.json')],
      ['@', { data: '@' }, json('{"key": "i"}', 'standard input')],
      ['@-', { data: '@-' }, json('{"key": "i"}', 'standard input')],
      ['-D', { dataFile: 'd.json' }, json('{"key": "f"}', 'd.json')],
      ['-D -', { dataFile: '-' }, json('{"key": "i"}', 'standard input')],
      ['-B', { binaryFile: 'd.bin' }, { kind: 'binary', base64: 'CgFm', name: 'd.bin' }],
      ['-b', { binary: true }, { kind: 'binary', base64: 'eyJrZXkiOiAiaSJ9', name: 'standard input' }],
      ['--no-templates', { data: '{"key": "{{x}}"}', templates: false }, json('{"key": "\\{{x}}"}')],
    ];
    for (const [name, flags, data] of rows) {
      it(name, async () => assert.deepEqual((await callOf(flags, world)).data, data));
    }
  });

  it('metadata comes from the file, -m and -H, in that order', async () => {
    const files = { 'm.json': '{"a": "file", "b-bin": "AQI"}' };
    const { headers } = await callOf(
      { metadataFile: 'm.json', metadata: '{"c": true}', header: ['D: {{x}}'], templates: false },
      { files },
    );
    assert.deepEqual(headers, [
      ['a', 'file'],
      ['b-bin', 'AQI'],
      ['c', 'true'],
      ['d', '\\{{x}}'],
    ]);
  });

  it('hides secrets wherever metadata goes', async () => {
    const shown = redactPlan(
      await plan({ metadata: '{"Authorization": "hunter2"}', reflectMetadata: '{"x-api-key": "hunter2"}' }),
    );
    assert.doesNotMatch(JSON.stringify(shown), /hunter2/);
  });

  it('shows the size of binary data in place of it', async () => {
    const shown = JSON.stringify(redactPlan(await plan({ binaryFile: 'b' }, { files: { b: 'hunter2' } })));
    assert.match(shown, /"size":7/);
    assert.doesNotMatch(shown, /aHVudGVyMg/);
  });

  const refused: [string, GrpcFlags, string][] = [
    ['no method', { call: '' }, '--call: missing\n→ name the method: --call kv.v1.KV/Get'],
    ['what is no method', { call: 'Get' }, '--call: expected a method such as kv.v1.KV/Get, read "Get"'],
    [
      'a key that nothing uses',
      { keys: ['uniform:n=10'] },
      `--keys: nothing uses {{key}}\n→ write it where the key goes: -d '{"key": "{{key}}"}'`,
    ],
    [
      'a key without a distribution',
      { data: '{"key": "{{key}}"}' },
      '--data: {{key}} has no distribution\n→ give one: --keys zipf:n=1e6,alpha=1.2, or keys in a profile',
    ],
    [
      'two kinds of data',
      { data: 'x', binary: true },
      '--binary: --data gives the data already\n→ leave one of them out',
    ],
    [
      'a file that is not there',
      { dataFile: 'gone' },
      '--data-file: cannot read gone: there is no such file',
    ],
    [
      'metadata that is no JSON',
      { metadata: '[' },
      '--metadata: no JSON: Unexpected end of JSON input\n→ metadata is JSON: {"name": "value"}',
    ],
    [
      'metadata that is no object',
      { metadata: '[]' },
      '--metadata: expected metadata such as {"name": "value"}',
    ],
    ['metadata of names alone', { metadata: '{"a": {}}' }, '--metadata: the value of a is no text'],
    [
      'metadata that is reserved',
      { metadata: '{"TE": "x"}' },
      '--metadata: the metadata name "te" is set by the protocol itself',
    ],
    [
      'a metadata value that is no base64',
      { metadata: '{"a-bin": "!"}' },
      '--metadata: the value of a-bin is no base64\n→ values of names that end in -bin are bytes in base64',
    ],
    [
      'both schemas',
      { proto: ['a'], protoset: ['b'] },
      '--protoset: the schema comes from .proto files already\n→ choose one of the two',
    ],
    [
      'import paths alone',
      { importPath: ['a'] },
      '--import-path: there are no .proto files that could import\n→ name them too',
    ],
    [
      'reflection metadata beside files',
      { proto: ['a'], reflectMetadata: '{"a":"b"}' },
      '--reflect-metadata: the schema comes from files: no reflection is called',
    ],
    [
      'TLS and none',
      { tls: true, plaintext: true },
      '--tls: contradicts --plaintext\n→ leave one of them out',
    ],
    [
      'TLS files and none',
      { cacert: 'x', plaintext: true },
      '--cacert: contradicts --plaintext\n→ leave one of them out\n'.trim(),
    ],
    [
      'async without a rate',
      { async: true },
      '--async: calls that wait for none need a rate\n→ give one: -R 1k',
    ],
    ['no cores', { cpus: '0' }, '--cpus: expected a whole number of 1 or more, read "0"'],
    [
      'calls that are not counted',
      { durationStop: 'ignore' },
      '--duration-stop: cannot be "ignore"\n→ every call is counted here: --grace 0 ends those in flight',
    ],
    [
      'more connections than calls',
      { connections: '8', concurrency: '4' },
      '--concurrency: 4 calls cannot use 8 connections\n→ set it to the connections or more, or use fewer connections',
    ],
    [
      'more calls than a connection is given',
      { concurrency: '20k' },
      '--concurrency: 20000 calls on each connection are more than 10000\n→ use more connections',
    ],
    ['a wrong size', { maxMessageBytes: '0' }, '--max-message-bytes: expected 1 or more, read "0"'],
  ];
  for (const [name, flags, message] of refused) {
    it(`refuses ${name}`, async () => {
      const said = await refusal(plan(flags, { files: { x: pems.authority } }));
      assert.equal(said, message);
    });
  }

  it('says everything that is wrong at once', async () => {
    const said = await refusal(
      plan({ call: 'x', connections: '0', streamInterval: 'fast', gate: ['p98 < 1'] }, {}, 'h'),
    );
    for (const place of ['target', '--connections', '--stream-interval', '--call', '--gate']) {
      assert.match(said, new RegExp(`^${place}: `, 'm'));
    }
  });
});

function bounds(durationMs: number, requests: number | null = null): Plan['phases']['measure'] {
  return { durationMs, requests };
}
