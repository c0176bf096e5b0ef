import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderPlan } from './plan.js';

const shown = (plan: object) => renderPlan(plan, { colour: false, width: 100, unicode: true });

const call = (name: string, kind: string | null, weight = 1) => ({
  name,
  weight,
  method: 'POST',
  path: `/kv.v1.KV/${name}`,
  call: { compiled: kind === null ? null : { kind } },
});

const plan = (operations: readonly object[], load: object) => ({
  target: { url: 'grpc://h:1/' },
  operations,
  load: { connections: 4, workers: 2, driver: 'grpc', http: '2', streams: 3, concurrency: 10, ...load },
  phases: { measure: { requests: 500, durationMs: null } },
});

describe('renderPlan of gRPC calls', () => {
  it('names the method, how it streams, and the calls in flight', () => {
    const text = shown(plan([call('Watch', 'serverStreaming')], {}));
    assert.match(text, /^target {2}server streaming grpc:\/\/h:1\/kv\.v1\.KV\/Watch$/m);
    assert.match(text, /closed loop · 10 calls in flight · 4 connections on 2 workers · 500 calls/);
    assert.doesNotMatch(text, /POST|HTTP\/2/);
  });

  it('counts the streams where all are used', () => {
    assert.match(shown(plan([call('Get', 'unary')], { concurrency: null })), /12 calls in flight/);
  });

  it('shows each method of a mix', () => {
    const text = shown(plan([call('Get', 'unary', 9), call('Put', null)], {}));
    assert.match(text, /90 % {2}Get {2}unary \/kv\.v1\.KV\/Get/);
    assert.match(text, /10 % {2}Put {2}call \/kv\.v1\.KV\/Put/);
  });

  it('takes a plan that anyone wrote', () => {
    const odd = {
      operations: [{ call: 5 }, { call: null }, { call: { compiled: { kind: 'constructor' } } }],
    };
    assert.match(shown(odd), /call/);
  });

  it('shows what a distribution is made of', () => {
    const zipf = { distribution: 'zipf', params: { alpha: 1.2 }, weight: 9 };
    const keys = {
      key: {
        distribution: 'mixture',
        n: 1000,
        params: {},
        parts: [zipf, { distribution: 'zoned', params: {}, lists: { sizes: [10, 990] }, weight: 1 }],
      },
      log: { distribution: 'empirical', n: 5000, params: {}, lists: { weights: Array(5000).fill(1) } },
      moving: { distribution: 'shift', n: 10, params: { every: 5 }, parts: [zipf] },
      odd: { distribution: 'x\x1b', n: null, params: 5, lists: { a: 'b' }, parts: [7] },
    };
    const text = shown({ ...plan([call('Get', 'unary')], {}), keys });
    assert.match(text, /\{\{key\}\} mixture n=1,000 of 9 × zipf alpha=1\.2 \+ 1 × zoned sizes=10\/990/);
    assert.match(text, /\{\{log\}\} empirical n=5,000 weights=\(5,000 numbers\)/);
    assert.match(text, /\{\{moving\}\} shift n=10 every=5 of zipf alpha=1\.2/);
    assert.match(text, /\{\{odd\}\} x\\e n=– a= of/);
  });

  it('shows streams of HTTP/2', () => {
    const load = { driver: 'wire', concurrency: null, streams: 32 };
    const text = shown(plan([{ name: 'read', weight: 1, method: 'GET', path: '/' }], load));
    assert.match(text, /4 connections on 2 workers · 32 streams each · HTTP\/2 · 500 requests/);
  });
});

it('shows of a replay no path that its log need not have', () => {
  const get = { name: 'GET', weight: 3, method: 'GET', path: '/base' };
  const head = { ...get, name: 'HEAD', weight: 1, method: 'HEAD', path: '/' };
  const replay = { file: 'access.log', speed: 1, loop: false, log: null };
  const mixed = shown({ ...plan([get, head], { driver: 'wire' }), replay });
  assert.match(mixed, /75 % +GET +GET \/base\/\*\n/);
  assert.match(mixed, /25 % +HEAD +HEAD \/\*\n/);
  const alone = shown({ ...plan([get], { driver: 'wire' }), replay });
  assert.match(alone, /^target +GET grpc:\/\/h:1\/base\/\*\n/);
});
