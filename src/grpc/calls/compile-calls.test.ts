import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { GrpcCall, KeySpec, Plan, PlanOperation, SchemaSource } from '../../core/index.js';
import { ZipfireError } from '../../core/index.js';
import { GrpcStatus } from '../../wire/grpc/index.js';
import { dynamicBuilder } from '../message/compile.js';
import type { ReflectionCall } from '../reflection/reflect.js';
import { prepareMessage } from '../render/index.js';
import { readProtoset } from '../schema/protoset.js';
import { Schema } from '../schema/schema.js';
import { compileCalls } from './compile-calls.js';

const proto = fileURLToPath(new URL('../../../examples/proto/kv.proto', import.meta.url));
const protoset = fileURLToPath(new URL('../../../examples/proto/kv.protoset', import.meta.url));

const uniform = (n: number, format: string): KeySpec => ({
  distribution: 'uniform',
  n,
  params: {},
  format,
  scatter: false,
});

interface Asked {
  readonly method?: string;
  readonly text?: string;
  readonly base64?: string;
  readonly stream?: Partial<GrpcCall['stream']>;
  readonly headers?: PlanOperation['headers'];
}

function operationOf(
  name: string,
  { method = 'kv.v1.KV/Get', text = '', base64, stream, headers = [] }: Asked,
): PlanOperation {
  const call: GrpcCall = {
    method,
    data:
      base64 === undefined ? { kind: 'json', text, name: 'data' } : { kind: 'binary', base64, name: 'data' },
    gzip: false,
    stream: { intervalMs: 0, messages: null, durationMs: null, freshValues: false, ...stream },
    compiled: null,
  };
  return { name, weight: 1, method: 'POST', path: '/', headers, body: null, call };
}

function planOf(asked: readonly Asked[], source: Partial<SchemaSource> = { protoFiles: [proto] }): Plan {
  return {
    name: 'test',
    target: {
      url: 'grpc://h:1/',
      tls: null,
      host: 'h',
      port: 1,
      socketPath: null,
      authority: 'h:1',
      path: '/',
    },
    seed: 7,
    keys: {
      key: uniform(100, 'user_{}'),
      id: uniform(1e10, '{}'),
      umlaut: uniform(10, 'ü{}'),
      whole: uniform(10, '{"key": "k{}"}'),
    },
    operations: asked.map((one, i) => operationOf(`op${i}`, one)),
    grpc: {
      schema: { protoFiles: [], importPaths: [], protosets: [], reflectMetadata: [], ...source },
      maxMessageBytes: 1000,
      types: null,
    },
    load: {
      connections: 1,
      workers: 1,
      rate: null,
      arrivals: 'constant',
      pipeline: 1,
      streams: 1,
      concurrency: null,
      driver: 'grpc',
      http: '2',
      keepAlive: true,
      timeoutMs: 1000,
      connectTimeoutMs: 1000,
      client: { maxRedirects: 0, proxy: null, decompress: false },
    },
    phases: {
      prefill: null,
      warmupMs: 0,
      measure: { durationMs: null, requests: 1 },
      repeat: 1,
      graceMs: 0,
    },
    gates: [],
  };
}

const neverAsked: ReflectionCall = () => assert.fail('no server is to be asked');

async function compiled(asked: Asked) {
  const plan = await compileCalls(planOf([asked]), neverAsked);
  const [operation] = plan.operations;
  const call = operation?.call?.compiled;
  assert.ok(operation && call);
  return { plan, operation, call };
}

async function refusal(plan: Plan, reflect: ReflectionCall = neverAsked): Promise<string> {
  const error = await compileCalls(plan, reflect).then(
    () => assert.fail('expected an error'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ZipfireError)) throw error;
  assert.equal(error.exitCode, 2);
  return error.hint === undefined ? error.message : `${error.message}\n→ ${error.hint}`;
}

describe('compileCalls', () => {
  it('finds the method and compiles the message, hole i being holes[i]', async () => {
    const { operation, call, plan } = await compiled({
      text: '{"key": "{{key}}-{{ hit }}-{{key}}-{{.MethodName}}"}',
    });
    assert.equal(operation.path, '/kv.v1.KV/Get');
    assert.equal(operation.method, 'POST');
    assert.equal(call.kind, 'unary');
    assert.deepEqual(
      call.holes.map(({ source }) => source),
      ['{{key}}', '{{ hit }}', '{{.MethodName}}'],
    );
    assert.equal(call.names['methodName'], 'Get');
    const [message] = call.messages;
    assert.equal(prepareMessage(message?.program ?? []).render(['k', '5', 'Get']), '\x0a\x09k-5-k-Get');
    assert.equal(plan.grpc?.types, null);
  });

  it('takes both spellings of a method', async () => {
    for (const method of ['/kv.v1.KV/Sync', 'kv.v1.KV.Sync']) {
      const { operation, call } = await compiled({ method });
      assert.equal(operation.path, '/kv.v1.KV/Sync');
      assert.equal(call.kind, 'bidiStreaming');
    }
  });

  it('compiles every message of a list, and of binary data', async () => {
    const list = await compiled({ text: '[{"key": "a"}, {"key": "{{key}}"}, {}]' });
    assert.equal(list.call.messages.length, 3);
    const bytes = Buffer.from('\x0a\x01a', 'latin1').toString('base64');
    const { call } = await compiled({ base64: bytes });
    assert.deepEqual(call.messages, [{ type: 'kv.v1.GetRequest', program: ['\x0a\x01a'], dynamic: false }]);
    assert.equal((await compiled({ method: 'kv.v1.KV/BatchPut', text: '[]' })).call.messages.length, 0);
  });

  it('hands the schema on where a message takes it at each call', async () => {
    const { plan, call } = await compiled({ text: '{{whole}}' });
    const [message] = call.messages;
    assert.equal(message?.dynamic, true);
    const types = Buffer.from(plan.grpc?.types ?? '', 'base64');
    const schema = Schema.from(readProtoset(types, 'types'), 'types');
    const prepared = prepareMessage(message.program, dynamicBuilder(schema.types));
    assert.equal(prepared.render(['{"key": "k"}']), '\x0a\x01k');
  });

  it('leaves plans of requests alone', async () => {
    const { grpc: _, ...plan } = planOf([]);
    assert.equal(await compileCalls(plan, neverAsked), plan);
  });

  it('reads protosets', async () => {
    const plan = await compileCalls(planOf([{ text: '{"key":"a"}' }], { protosets: [protoset] }), neverAsked);
    assert.equal(plan.operations[0]?.call?.compiled?.path, '/kv.v1.KV/Get');
  });

  const wrong: [name: string, asked: readonly Asked[], message: RegExp][] = [
    [
      'an unknown method',
      [{ method: 'kv.v1.KV/Gte' }],
      /^service kv\.v1\.KV has no method "Gte"\n→ did you mean kv\.v1\.KV\/Get\?$/,
    ],
    [
      'an unknown service',
      [{ method: 'kv.v1.KVS/Get' }],
      /^there is no service "kv\.v1\.KVS"\n→ did you mean kv\.v1\.KV\/Get\?$/,
    ],
    [
      'which operation it is',
      [{}, { method: 'kv.v1.KV/Gte' }],
      /^operation "op1": service kv\.v1\.KV has no/,
    ],
    ['JSON that is none', [{ text: '{"key":\n x}' }], /^data:2:2: /],
    [
      'an unknown field',
      [{ text: '{"kye": "x"}' }],
      /^data: kye: kv\.v1\.GetRequest has no such field\n→ did you mean "key"\?$/,
    ],
    [
      'a field that does not fit',
      [{ method: 'kv.v1.KV/Put', text: '{"ttl_ms": "x"}' }],
      /^data: ttl_ms: expected int64, got "x"/,
    ],
    [
      'an item that does not fit',
      [{ method: 'kv.v1.KV/BatchPut', text: '[{}, {"key": 5}]' }],
      /^data: \[1\]\.key: expected string, got 5/,
    ],
    [
      'a key that does not fit',
      [{ method: 'kv.v1.KV/Watch', text: '{"count": "{{key}}"}' }],
      /^data: count: expected int64, got "user_0"/,
    ],
    [
      'a key that does not always fit',
      [{ method: 'kv.v1.KV/Watch', text: '{"interval_ms": {{id}}}' }],
      /^data: interval_ms: expected int32, got 9999999999/,
    ],
    [
      'a number that seldom fits',
      [{ method: 'kv.v1.KV/Watch', text: '{"interval_ms": {{randomInt 0 3000000000}}}' }],
      /^data: interval_ms: expected int32/,
    ],
    [
      'an unknown name',
      [{ text: '{"key": "{{kye}}"}' }],
      /^\{\{kye\}\} names neither a key nor a variable\n→ did you mean "key"\?/,
    ],
    ['wrong arguments', [{ text: '{"key": "{{randomInt 5}}"}' }], /takes 2 argument/],
    ['an open hole', [{ text: '{"key": "{{key"}' }], /has no "\}\}"/],
    ['binary data that is none', [{ base64: '//8=' }], /^data: the bytes are no kv\.v1\.GetRequest/],
    [
      'an empty list for one message',
      [{ text: '[]' }],
      /^data: an empty list, and kv\.v1\.KV\.Get takes one message/,
    ],
    [
      'metadata that is not ASCII',
      [{ headers: [['a', 'x{{umlaut}}']] }],
      /^metadata a: its template makes something else than printable ASCII/,
    ],
    [
      'metadata that is no base64',
      [{ headers: [['a-bin', '{{key}}']] }],
      /^metadata a-bin: its template makes no base64/,
    ],
    ['a stream of a unary method', [{ stream: { messages: 5 } }], /^kv\.v1\.KV\.Get is unary/],
    [
      'an interval where one message is sent',
      [{ method: 'kv.v1.KV/Watch', stream: { intervalMs: 5 } }],
      /takes one message: there is no interval/,
    ],
    [
      'fresh values where one message is sent',
      [{ stream: { freshValues: true } }],
      /takes one message: a call draws/,
    ],
  ];
  for (const [name, asked, message] of wrong) {
    it(`says ${name}`, async () => assert.match(await refusal(planOf(asked)), message));
  }

  it('says where a file gives the method', async () => {
    const plan = planOf([{ method: 'kv.v1.KV/Gte' }]);
    const operations = plan.operations.map((operation) => ({
      ...operation,
      ...(operation.call === undefined ? {} : { call: { ...operation.call, methodAt: 'p.yaml:7:9: call' } }),
    }));
    assert.match(
      await refusal({ ...plan, operations }),
      /^p\.yaml:7:9: call: service kv\.v1\.KV has no method/,
    );
    const unary = operations.map((operation) => ({
      ...operation,
      call: {
        ...operation.call,
        method: 'kv.v1.KV/Get',
        stream: { intervalMs: 0, messages: 5, durationMs: null, freshValues: false },
      } as GrpcCall,
    }));
    assert.match(
      await refusal({ ...plan, operations: unary }),
      /^p\.yaml:7:9: call: kv\.v1\.KV\.Get is unary/,
    );
  });

  it('takes metadata whose values fit', async () => {
    const headers = [
      ['id', '{{key}} {{serviceName}}'],
      ['raw-bin', '{{randomString 8}}'],
      ['fixed', '5'],
    ] as const;
    const { operation } = await compiled({ headers });
    assert.deepEqual(operation.headers, headers);
  });

  it('lets streams be bounded that are some', async () => {
    const watch = await compiled({ method: 'kv.v1.KV/Watch', stream: { messages: 5, durationMs: 100 } });
    assert.equal(watch.call.kind, 'serverStreaming');
    const stream = { messages: 5, durationMs: 100, intervalMs: 1, freshValues: true };
    assert.equal((await compiled({ method: 'kv.v1.KV/Sync', stream })).call.kind, 'bidiStreaming');
  });
});

describe('compileCalls by reflection', () => {
  it('says that the server refuses, and what to do', async () => {
    const reflect: ReflectionCall = async () => ({
      status: GrpcStatus.UNIMPLEMENTED,
      statusMessage: 'unknown service',
      message: null,
    });
    assert.equal(
      await refusal(planOf([{}], {}), reflect),
      'the server has no reflection (v1 or v1alpha)\n→ give the schema with --proto or --protoset',
    );
  });

  for (const [status, name] of [
    [GrpcStatus.UNAVAILABLE, 'UNAVAILABLE'],
    [GrpcStatus.DEADLINE_EXCEEDED, 'DEADLINE_EXCEEDED'],
  ] as const) {
    it(`takes ${name} for a server that is not there`, async () => {
      const reflect: ReflectionCall = async () => ({ status, statusMessage: 'a\x1b[2Jb', message: null });
      await assert.rejects(
        compileCalls(planOf([{}], {}), reflect),
        (error) =>
          error instanceof ZipfireError &&
          error.exitCode === 4 &&
          error.message.startsWith(`the server does not answer reflection: ${name}: a`) &&
          !error.message.includes('\x1b'),
      );
    });
  }

  it('lets through what the caller throws', async () => {
    const gone = new ZipfireError('unreachable', 'gone');
    const reflect: ReflectionCall = () => Promise.reject(gone);
    await assert.rejects(compileCalls(planOf([{}], {}), reflect), gone);
  });
});

describe('a schema that does not compile', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'zipfire-calls-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is refused with file and line', async () => {
    const file = join(folder, 'a.proto');
    writeFileSync(file, 'syntax = "proto3";\nmesage A {}\n');
    assert.match(await refusal(planOf([{}], { protoFiles: [file] })), /a\.proto:2:1: expected "message"/);
    assert.match(
      await refusal(planOf([{}], { protoFiles: [join(folder, 'b.proto')] })),
      /no file ".*b\.proto"/,
    );
    writeFileSync(file, 'syntax = "proto3";\nimport "c.proto";\n');
    assert.match(
      await refusal(planOf([{}], { protoFiles: [file] })),
      /a\.proto:2:\d+: there is no file "c\.proto"\n→ looked in .*--import-path/,
    );
  });

  it('is refused when it is no protoset', async () => {
    assert.match(await refusal(planOf([{}], { protosets: [proto] })), /is no protoset/);
  });
});
