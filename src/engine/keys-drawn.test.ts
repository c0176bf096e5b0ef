import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  CallHole,
  CompiledCall,
  KeySpec,
  MethodKind,
  Plan,
  PlanOperation,
  Program,
} from '../core/index.js';
import type { Repeat } from './collect.js';
import { keysDrawn } from './keys-drawn.js';

const uniform: KeySpec = { distribution: 'uniform', n: 1000, params: {}, format: '{}', scatter: false };
const hole = (name: string): CallHole => ({ name, args: [], source: `{{${name}}}` });
/** A field with one hole in it. */
const field = (index: number): Program => [
  {
    kind: 'length',
    head: '\x0a',
    optional: true,
    body: [
      {
        kind: 'value',
        head: '\x0a',
        encoding: 'string',
        text: ['k', index],
        bare: false,
        unset: '',
        wrapper: null,
        nullable: true,
        path: 'key',
      },
    ],
  },
];
/** The same where the schema is taken at each call. */
const dynamic = (index: number): Program => [
  {
    kind: 'dynamic',
    type: 'a.B',
    field: null,
    json: {
      kind: 'object',
      members: [{ name: ['x'], value: { kind: 'array', items: [{ kind: 'bare', text: [index] }] } }],
    },
    path: '',
  },
];

function drawn(
  kind: MethodKind,
  programs: readonly Program[],
  more: { messages?: number; header?: string } = {},
) {
  const compiled: CompiledCall = {
    kind,
    path: '/a.B/C',
    messages: programs.map((program) => ({ type: 'a.B', program, dynamic: false })),
    holes: [hole('a'), hole('b')],
    names: {},
  };
  const operation: PlanOperation = {
    name: 'call',
    weight: 1,
    method: 'POST',
    path: '/a.B/C',
    headers: more.header === undefined ? [] : [['id', more.header]],
    body: null,
    call: {
      method: 'a.B/C',
      data: { kind: 'json', text: '', name: '' },
      gzip: false,
      stream: { intervalMs: 0, messages: more.messages ?? null, durationMs: null, freshValues: false },
      compiled,
    },
  };
  const plan = {
    seed: 1,
    keys: { a: uniform, b: uniform },
    operations: [operation],
    load: { workers: 2 },
  } as unknown as Plan; // what is looked at
  const reports = [
    { worker: 0, issued: 60 },
    { worker: 1, issued: 60 },
  ];
  const { a, b } = keysDrawn(plan, [{ reports } as unknown as Repeat]);
  return [a?.drawn, b?.drawn];
}

describe('keys drawn', () => {
  it('are those of the messages that calls take in turns', () => {
    assert.deepEqual(drawn('unary', [field(0), field(1), []]), [40, 40]);
    assert.deepEqual(drawn('serverStreaming', [field(0), [...field(0), ...field(1)]]), [120, 60]);
    assert.deepEqual(drawn('unary', [dynamic(0), dynamic(0), dynamic(0), dynamic(1)]), [90, 30]);
  });

  it('are also those of the metadata, whichever message it is', () => {
    assert.deepEqual(drawn('unary', [field(0), []], { header: '{{b}}' }), [60, 120]);
  });

  it('are those of all that a call sends where the client streams', () => {
    assert.deepEqual(drawn('bidiStreaming', [field(0), field(1)]), [120, 120]);
    assert.deepEqual(drawn('clientStreaming', [field(0), field(1)], { messages: 1 }), [120, 0]);
  });
});
