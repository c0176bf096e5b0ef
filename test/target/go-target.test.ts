import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runPlan } from '#zipfire/engine/index.js';
import { startGrpcTarget } from '#zipfire/target/index.js';
import { planFor } from '../engine/plan.js';
import { buildGoTarget, type GoTarget } from '../support/go-target.js';
import { GrpcClient, reflectionV1AlphaProto, reflectionV1Proto } from '../support/grpc-client.js';

const built = await buildGoTarget();
const { skip } = built;

/** Runs `use` with a service of its own, which ends well afterwards. */
async function withGo(flags: readonly string[], use: (target: GoTarget) => Promise<void>): Promise<void> {
  if (built.skip !== false) throw new Error(built.skip);
  const target = await built.start(...flags);
  try {
    await use(target);
  } finally {
    assert.equal(await target.stop(), 0);
  }
}

/** The sum of a counter over all samples with these labels. */
function sum(page: string, name: string, labels: Readonly<Record<string, string>>): number {
  const samples = page.split('\n').filter((line) => line.startsWith(`${name}{`));
  const wanted = samples.filter((line) =>
    Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)),
  );
  return wanted.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' '))), 0);
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

describe('net/http under load', { skip }, () => {
  const operations = [
    { name: 'read', weight: 3, method: 'GET', path: '/kv/{{key}}', headers: [], body: null },
    {
      name: 'write',
      weight: 1,
      method: 'PUT',
      path: '/kv/{{key}}',
      headers: [],
      body: { kind: 'text', template: 'x' },
    },
  ] as const;

  for (const [what, flags, reconnects] of [
    ['as it is', [], false],
    ['with a connection a request', ['-no-keepalive'], true],
    ['with 7 requests a connection', ['-max-requests-per-conn', '7'], true],
  ] as const) {
    it(`counts the requests we count, ${what}`, () =>
      withGo(flags, async (target) => {
        const plan = planFor(portOf(target.http), {
          operations,
          phases: { measure: { durationMs: null, requests: 1000 } },
        });
        const { summary, statuses, connections, ...measured } = await runPlan(plan);
        assert.deepEqual([summary.sent, summary.ok, summary.errors], [1000, 1000, 0]);
        assert.equal(connections.reconnects > 0, reconnects);

        const page = await target.metrics();
        const route = '/kv/{key}';
        assert.equal(sum(page, 'http_requests_total', { route }), 1000);
        for (const [name, method] of [
          ['read', 'GET'],
          ['write', 'PUT'],
        ] as const) {
          const ours = measured.operations.find((operation) => operation.name === name)?.sent;
          assert.equal(sum(page, 'http_requests_total', { route, method }), ours, name);
        }
        for (const [code, count] of Object.entries(statuses)) {
          assert.equal(sum(page, 'http_requests_total', { route, code }), count, code);
        }
      }));
  }
});

describe('grpc-go', { skip }, () => {
  it('answers as the embedded target does', () =>
    withGo(['-missing', '404'], async (target) => {
      const embedded = await startGrpcTarget({ missing: '404', closeGraceMs: 0 });
      try {
        const answers = [];
        for (const address of [target.grpc, `127.0.0.1:${embedded.port}`])
          answers.push(await converse(address));
        assert.deepEqual(answers[0], answers[1]);
        const page = await target.metrics();
        const { grpcStatuses } = embedded.counters;
        const total = Object.values(grpcStatuses).reduce((all, count) => all + count, 0);
        assert.equal(sum(page, 'grpc_server_handled_total', { grpc_service: 'kv.v1.KV' }), total);
        assert.equal(
          sum(page, 'grpc_server_messages_total', { direction: 'sent' }),
          embedded.counters.messagesSent,
        );
      } finally {
        await embedded.close();
      }
    }));

  it('speaks both versions of reflection', () =>
    withGo([], async (target) => {
      for (const [version, proto] of [
        ['v1', reflectionV1Proto],
        ['v1alpha', reflectionV1AlphaProto],
      ] as const) {
        const client = new GrpcClient(target.grpc, proto);
        const method = `grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
        const { listServicesResponse } = Object(await client.ask(method, { listServices: '' }));
        const names = listServicesResponse.service.map(({ name }: { name: string }) => name);
        assert.ok(names.includes('kv.v1.KV'), names.join());
        client.close();
      }
    }));
});

/** One of everything: codes, messages and details, with the tags left out, which are each service's own. */
async function converse(address: string): Promise<unknown[]> {
  const client = new GrpcClient(address);
  const key = 'ключ';
  const value = Buffer.from([0, 1, 254, 255]);
  const calls: [method: string, requests: object[]][] = [
    ['Get', [{ key }]],
    ['Get', [{ key: '' }]],
    ['Put', [{ key, value }]],
    ['Put', [{ key, value }]],
    ['Put', [{ key, value, ttlMs: -1 }]],
    ['Put', [{ key, value: Buffer.alloc(2 ** 20 + 1) }]],
    ['Get', [{ key }]],
    ['Watch', [{ key, count: 3 }]],
    ['Watch', [{ key: 'missing', count: 1, intervalMs: 60_000 }]],
    [
      'BatchPut',
      [
        { key: 'a', value },
        { key: 'b', value },
      ],
    ],
    ['BatchPut', []],
    ['BatchPut', [{ key: 'a', value }, { key: '' }]],
    ['Sync', [{ get: { key } }, { put: { key: 'c' } }, { delete: { key } }, { delete: { key } }, {}]],
    ['Delete', [{ key: 'a' }]],
    ['Delete', [{ key: 'a' }]],
  ];
  const answers: unknown[] = [];
  for (const [method, requests] of calls) {
    const { code, details, responses } = await client.call(`kv.v1.KV/${method}`, requests);
    answers.push([
      method,
      code,
      details,
      JSON.stringify(responses, (name, part) => (name === 'etag' ? '' : part)),
    ]);
  }
  client.close();
  return answers;
}
