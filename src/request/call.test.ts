import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CallHole, GrpcCall, GrpcPlan, PlanOperation, StreamPlan } from '../core/index.js';
import { compileOperation } from './index.js';

const grpc: GrpcPlan = {
  schema: { protoFiles: [], importPaths: [], protosets: [], reflectMetadata: [] },
  maxMessageBytes: 1000,
  types: 'dHlwZXM=',
};
const context = { seed: 7, worker: 3, keys: { key: (hit: number) => `user_${hit}` }, grpc };

const hole = (name: string, ...args: string[]): CallHole => ({ name, args, source: `{{${name}}}` });

interface Shape {
  readonly kind?: 'unary' | 'serverStreaming' | 'clientStreaming' | 'bidiStreaming';
  readonly holes?: readonly CallHole[];
  readonly messages?: number;
  readonly stream?: Partial<StreamPlan>;
  readonly headers?: PlanOperation['headers'];
}

function operation({
  kind = 'unary',
  holes = [],
  messages = 1,
  stream = {},
  headers = [],
}: Shape): PlanOperation {
  const call: GrpcCall = {
    method: 'kv.v1.KV/Get',
    data: { kind: 'json', text: '', name: 'data' },
    gzip: true,
    stream: { intervalMs: 0, messages: null, durationMs: null, freshValues: false, ...stream },
    compiled: {
      kind,
      path: '/kv.v1.KV/Get',
      messages: Array.from({ length: messages }, () => ({ type: 'T', program: [], dynamic: false })),
      holes,
      names: { methodName: 'Get', '.MethodName': 'Get' },
    },
  };
  return { name: 'op', weight: 1, method: 'POST', path: '/kv.v1.KV/Get', headers, body: null, call };
}

/** The values of a hit, as the engine makes them. */
function valuesOf(shape: Shape, hit: number) {
  const { operation: compiled, sources } = compileOperation(operation(shape), context);
  return { call: compiled.call, compiled, values: sources.map((source) => source(hit)) };
}

describe('an operation that is a gRPC call', () => {
  it('has the holes of its messages first, and shares them with its metadata', () => {
    const headers = [
      ['a', '{{hit}}'],
      ['b', '{{ key }}-{{methodName}}'],
    ] as const;
    const { compiled, values } = valuesOf(
      { holes: [hole('key'), hole('.MethodName'), hole('uuid')], headers },
      5,
    );
    assert.equal(values[0], 'user_5');
    assert.equal(values[1], 'Get');
    assert.match(values[2] ?? '', /^[\da-f]{8}-/);
    assert.deepEqual(compiled.headers, [
      { name: 'a', value: [3] },
      { name: 'b', value: [0, '-', 4] },
    ]);
    assert.deepEqual(values.slice(3), ['5', 'Get']);
  });

  it('says all that its driver needs', () => {
    const { compiled, call } = valuesOf({}, 0);
    assert.deepEqual([compiled.method, compiled.target, compiled.body], [['POST'], ['/kv.v1.KV/Get'], null]);
    assert.equal(call?.kind, 'unary');
    assert.equal(call.types, 'dHlwZXM=');
    assert.equal(call.maxMessageBytes, 1000);
    assert.equal(call.gzip, true);
    assert.equal(call.draw, null);
  });

  it('is refused before it was compiled', () => {
    const plain = operation({});
    const uncompiled = { ...plain, call: { ...plain.call, compiled: null } } as PlanOperation;
    assert.throws(() => compileOperation(uncompiled, context), /without its schema/);
    assert.throws(() => compileOperation(plain, { ...context, grpc: undefined }), /without its schema/);
  });

  it('names of the method are known to calls only', () => {
    const request = { ...operation({ headers: [['a', '{{methodName}}']] }), call: undefined };
    const { call: _, ...plain } = request;
    assert.throws(() => compileOperation(plain, context), /\{\{methodName\}\} names neither/);
  });
});

describe('values of the messages of a stream', () => {
  const holes = [hole('hit'), hole('key')];

  it('are those of the call, unless each message is to draw', () => {
    for (const kind of ['unary', 'serverStreaming'] as const) {
      assert.equal(valuesOf({ kind, holes, stream: { freshValues: true } }, 0).call?.draw, null);
    }
    assert.equal(valuesOf({ kind: 'bidiStreaming', holes }, 0).call?.draw, null);
    assert.equal(valuesOf({ kind: 'bidiStreaming', stream: { freshValues: true } }, 0).call?.draw, null);
  });

  it('go on from message to message and from call to call', () => {
    const shape: Shape = {
      kind: 'clientStreaming',
      holes,
      messages: 2,
      stream: { freshValues: true, messages: 3 },
    };
    const seen: string[] = [];
    for (const hit of [0, 1]) {
      const { call, values } = valuesOf(shape, hit);
      for (const index of [0, 1, 2]) seen.push([...(call?.draw?.(values, index) ?? [])].join(' '));
    }
    assert.deepEqual(seen, ['0 user_0', '1 user_1', '2 user_2', '3 user_3', '4 user_4', '5 user_5']);
  });

  it('are as many as the data, when nothing else is said', () => {
    const { call, values } = valuesOf(
      { kind: 'bidiStreaming', holes, messages: 4, stream: { freshValues: true } },
      2,
    );
    assert.deepEqual(call?.draw?.(values, 1), ['9', 'user_9']);
  });

  it('never repeat: no two messages of a run share a draw, the warm-up included', () => {
    const WARMUP = 2 ** 52;
    const stream = fc.record({
      messages: fc.option(fc.integer({ min: 1, max: 10_000 })),
      durationMs: fc.option(fc.integer({ min: 1, max: 60_000 })),
      intervalMs: fc.constantFrom(0, 1, 10),
      freshValues: fc.constant(true),
    });
    const hit = fc.oneof(fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: WARMUP, max: WARMUP + 1e8 }));
    const place = fc.tuple(hit, fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(stream, place, place, (plan, [hitA, a], [hitB, b]) => {
        const shape: Shape = { kind: 'bidiStreaming', holes: [hole('hit')], messages: 10, stream: plan };
        // Messages there are not draw nothing.
        const count = plan.messages ?? (plan.durationMs === null ? 10 : Number.POSITIVE_INFINITY);
        const timed = plan.messages === null && plan.durationMs !== null && plan.intervalMs > 0;
        const most = timed ? Math.ceil((plan.durationMs ?? 0) / plan.intervalMs) + 1 : count;
        fc.pre(a < most && b < most);
        const drawOf = (of: number, index: number) => {
          const { call, values } = valuesOf(shape, of);
          return Number(call?.draw?.(values, index)[0]);
        };
        const same = hitA === hitB && a === b;
        assert.equal(drawOf(hitA, a) === drawOf(hitB, b), same);
        assert.ok(drawOf(hitA, a) < 2 ** 53);
        assert.equal(drawOf(hitA, a) >= WARMUP, hitA >= WARMUP);
      }),
    );
  });

  it('says which of several messages a hit sends, by its number alone', () => {
    for (const kind of ['unary', 'serverStreaming'] as const) {
      for (const first of [0, 2 ** 52]) {
        const turns = [0, 1, 2, 3, 4, 7].map((hit) => {
          const { call, values } = valuesOf({ kind, messages: 3, holes: [hole('key')] }, first + hit);
          return values[call?.turn ?? -1];
        });
        assert.deepEqual(turns, ['0', '1', '2', '0', '1', '1']);
      }
    }
  });

  it('says nothing of that where there is one, or where the client streams them all', () => {
    assert.equal(valuesOf({ messages: 1 }, 0).call?.turn, null);
    assert.equal(valuesOf({ kind: 'clientStreaming', messages: 3 }, 0).call?.turn, null);
    assert.equal(valuesOf({ kind: 'bidiStreaming', messages: 3 }, 0).call?.turn, null);
  });
});
