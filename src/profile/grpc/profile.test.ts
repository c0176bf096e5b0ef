import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Load } from '../../core/index.js';
import { load, refusal } from '../plan.test.kit.js';
import { redactPlan } from '../redact.js';

const yaml = `version: 1
target: grpcs://kv.test:443
grpc: { proto: [a.proto, /abs/b.proto], importPaths: inc, maxMessageBytes: 1MiB, authority: kv.internal }
keys: { user: { uniform: { n: 100 } } }
operations:
  get:
    call: kv.v1.KV/Get
    data: { key: "{{user}}", weird: .inf, none: ~ }
    metadata: { Authorization: hunter2, tags: [a, 5] }
    weight: 90
    gzip: true
  put: { call: kv.v1.KV.Put, data: '{"ttl_ms": {{hit}}}' }
  batch: { call: kv.v1.KV/BatchPut, data: [{ key: a }, { key: b }], stream: { interval: 5ms, messages: 10, freshValues: true } }
  file: { call: kv.v1.KV/Get, dataFile: get.json }
  bytes: { call: kv.v1.KV/Get, binaryFile: get.bin, weight: 0 }
  watch: { call: kv.v1.KV/Watch, stream: { duration: 1s } }
`;
const files = { 'get.json': '{"key": "f"}', 'get.bin': '\x0a\x01f' };

describe('a profile of gRPC calls', () => {
  const plan = load(yaml, {}, { files });
  const call = (name: string) =>
    plan.operations.find((operation) => operation.name === name)?.call ?? assert.fail();

  it('has calls for operations', () => {
    const [get] = plan.operations;
    assert.deepEqual(
      { ...get, call: undefined },
      {
        name: 'get',
        weight: 90,
        method: 'POST',
        path: '/kv.v1.KV/Get',
        headers: [
          ['authorization', 'hunter2'],
          ['tags', 'a'],
          ['tags', '5'],
        ],
        body: null,
        call: undefined,
      },
    );
    assert.equal(call('get').gzip, true);
    assert.equal(call('get').compiled, null);
    assert.deepEqual(call('batch').stream, {
      intervalMs: 5,
      messages: 10,
      durationMs: null,
      freshValues: true,
    });
    assert.deepEqual(call('watch').stream, {
      intervalMs: 0,
      messages: null,
      durationMs: 1000,
      freshValues: false,
    });
  });

  it('takes data as names and values, as a text, as a list, and from files', () => {
    const text = (name: string) => {
      const { data } = call(name);
      return data.kind === 'json' ? [data.text, data.name] : [data.base64, data.name];
    };
    assert.deepEqual(text('get'), [
      '{"key":"{{user}}","weird":"Infinity","none":null}',
      'hot.yaml:8:11: operations.get.data',
    ]);
    assert.deepEqual(text('put'), ['{"ttl_ms": {{hit}}}', 'hot.yaml:12:36: operations.put.data']);
    assert.deepEqual(text('batch'), ['[{"key":"a"},{"key":"b"}]', 'hot.yaml:13:43: operations.batch.data']);
    assert.deepEqual(text('file'), ['{"key": "f"}', 'get.json']);
    assert.deepEqual(text('bytes'), ['CgFm', 'get.bin']);
    assert.deepEqual(text('watch'), ['', 'data']);
  });

  it('says where the schema is, relative to its own place', () => {
    assert.deepEqual(plan.grpc, {
      schema: {
        protoFiles: ['a.proto', '/abs/b.proto'],
        importPaths: ['inc'],
        protosets: [],
        reflectMetadata: [],
      },
      maxMessageBytes: 1024 * 1024,
      types: null,
    });
    assert.equal(plan.target.authority, 'kv.internal');
    assert.equal(plan.target.tls?.serverName, 'kv.test');
  });

  it('shows no secret, and nothing that was compiled', () => {
    const shown = JSON.stringify(redactPlan(plan));
    assert.doesNotMatch(shown, /hunter2|CgFm/);
    assert.match(shown, /"authorization","\[redacted\]"/);
  });

  const loads: [load: string, expected: Partial<Load>][] = [
    ['{}', { connections: 1, streams: 50, concurrency: null, driver: 'grpc', http: '2' }],
    ['{ connections: 4, streams: 8 }', { connections: 4, streams: 8, concurrency: null }],
    ['{ connections: 4, streams: 8, concurrency: 30 }', { streams: 8, concurrency: 30 }],
    ['{ connections: 4, concurrency: 30 }', { streams: 8, concurrency: 30 }],
    ['{ http: 2 }', { http: '2' }],
  ];
  for (const [text, expected] of loads) {
    it(`load: ${text}`, () => {
      const { load: read } = load(`${yaml}load: ${text}\n`, {}, { files });
      assert.deepEqual({ ...read, ...expected }, read);
    });
  }

  it('takes flags in the place of what they name', () => {
    const flags = {
      header: ['Authorization: x'],
      concurrency: '60',
      connections: '2',
      keys: ['uniform:n=7'],
    };
    const changed = load(yaml, flags, { files });
    assert.deepEqual([changed.load.connections, changed.load.streams, changed.keys['user']?.n], [2, 30, 7]);
    for (const { headers } of changed.operations) {
      assert.deepEqual(
        headers.filter(([name]) => name === 'authorization'),
        [['authorization', 'x']],
      );
    }
  });

  it('has no method and no body to change by flags', () => {
    const one = 'version: 1\ntarget: grpc://h:1\noperations: { get: { call: kv.v1.KV/Get } }\n';
    assert.equal(
      refusal(() => load(one, { method: 'PUT', body: 'x' })),
      '--method: a gRPC call names its method; change it in the profile\n--body: a gRPC call has data; change it in the profile',
    );
  });

  it('takes user and password of its target as metadata', () => {
    const one = 'version: 1\ntarget: grpc://u:p@h:1\noperations: { get: { call: kv.v1.KV/Get } }\n';
    assert.deepEqual(load(one).operations[0]?.headers, [['authorization', `Basic ${btoa('u:p')}`]]);
  });
});
