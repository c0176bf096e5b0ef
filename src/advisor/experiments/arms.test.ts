import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Load } from '../../core/index.js';
import { plan } from './experiments.test.kit.js';
import { loadVariants, parseExperiments } from './load-arms.js';
import { planSession } from './plan-session.js';
import { parseVary, parseVaryFlag, settingArms } from './settings.js';

const open = () => false;
const vary = (text: string) => parseVary(text, (name) => name.includes('TOKEN'));
const withLoad = (load: Partial<Load>) => ({ ...plan, load: { ...plan.load, ...load } });

describe('parseExperiments', () => {
  it('reads names, several, all, and values', () => {
    assert.deepEqual(
      parseExperiments(['keepalive,connections=8,64', 'http2']).map(({ name, values }) => [name, values]),
      [
        ['keepalive', []],
        ['connections', [8, 64]],
        ['http2', []],
      ],
    );
    assert.equal(parseExperiments(['all']).length, 4);
  });
  for (const text of ['tls', 'keepalive=1', 'connections=0', 'connections=x', 'streams=1e9'])
    it(`refuses ${text}`, () => assert.throws(() => parseExperiments([text]), { code: 'usage' }));
});

describe('loadVariants', () => {
  const of = (name: string, load: Partial<Load>, protocol: string) => {
    const [asked] = parseExperiments([name]);
    assert.ok(asked);
    const variants = loadVariants(asked, withLoad(load), protocol);
    if ('why' in variants) return variants.why;
    return variants.arms.map(({ name: arm, plan: { load: l } }) => [
      arm,
      l.connections,
      l.streams,
      l.keepAlive,
      l.http,
    ]);
  };
  const cases: readonly [string, Partial<Load>, string, unknown][] = [
    ['keepalive', {}, 'http/1.1', [['keepalive=off', 64, 10, false, 'auto']]],
    ['keepalive', { keepAlive: false }, 'http/1.1', [['keepalive=on', 64, 10, true, 'auto']]],
    ['keepalive', {}, 'h2', 'the load runs over HTTP/2, which keeps its connections'],
    // As many in flight: a connection for each worker.
    ['http2', {}, 'http/1.1', [['http=HTTP/2', 2, 32, true, '2']]],
    ['http2', { connections: 4, streams: 25 }, 'h2', [['http=HTTP/1.1', 100, 25, true, '1']]],
    [
      'connections',
      {},
      'http/1.1',
      [
        ['connections=16', 16, 10, true, 'auto'],
        ['connections=256', 256, 10, true, 'auto'],
      ],
    ],
    ['connections=8', { connections: 2, streams: 100 }, 'h2c', [['connections=8', 8, 25, true, 'auto']]],
    ['connections=64', {}, 'http/1.1', 'there is no other number of connections to try'],
    [
      'streams=1,100',
      {},
      'h2',
      [
        ['streams=1', 64, 1, true, 'auto'],
        ['streams=100', 64, 100, true, 'auto'],
      ],
    ],
    ['streams', {}, 'http/1.1', 'the load runs over HTTP/1.1, which has no streams'],
    // Of calls, where those in flight in all are given: as many on each connection.
    [
      'streams=2',
      { connections: 4, driver: 'grpc', concurrency: 16 },
      'h2c',
      [['streams=2', 4, 2, true, 'auto']],
    ],
    [
      'streams=4',
      { connections: 4, driver: 'grpc', concurrency: 16 },
      'h2c',
      'there is no other number of streams to try',
    ],
    [
      'keepalive',
      { driver: 'grpc' },
      'h2c',
      'gRPC is spoken over HTTP/2 alone, on connections that are kept',
    ],
    ['http2', { driver: 'undici' }, 'http/1.1', 'it needs the driver wire, and the load uses undici'],
  ];
  for (const [name, load, protocol, expected] of cases)
    it(`${name} over ${protocol} ${JSON.stringify(load)}`, () =>
      assert.deepEqual(of(name, load, protocol), expected));
});

describe('settings', () => {
  it('are read from variables and flags', () => {
    const [first, second] = settingArms(
      [vary('GOGC=50,100'), parseVaryFlag('-workers 1,2', open)],
      plan,
      false,
    );
    assert.deepEqual(
      [first?.name, first?.environment, first?.args],
      ['GOGC=50 -workers=1', { GOGC: '50' }, ['-workers', '1']],
    );
    assert.deepEqual([second?.environment, second?.args], [{ GOGC: '100' }, ['-workers', '1']]);
    assert.deepEqual(settingArms([parseVaryFlag('--workers=1,2', open)], plan, false)[1]?.args, [
      '--workers=2',
    ]);
  });

  it('are tried one at a time, or all with all', () => {
    const factors = [vary('A=1,2,3'), vary('B=1,2')];
    assert.equal(settingArms(factors, plan, false).length, 4);
    const all = settingArms(factors, plan, true).map(({ name }) => name);
    assert.deepEqual(all, ['A=1 B=1', 'A=1 B=2', 'A=2 B=1', 'A=2 B=2', 'A=3 B=1', 'A=3 B=2']);
  });

  it('keep secrets to themselves', () => {
    const [, arm] = settingArms([vary('API_TOKEN=hush,hushhush')], plan, false);
    assert.deepEqual(
      [arm?.name, arm?.settings, arm?.environment],
      ['API_TOKEN=(value 2)', { API_TOKEN: '(value 2)' }, { API_TOKEN: 'hushhush' }],
    );
  });

  it('refuse what cannot be compared', () => {
    for (const text of ['GOGC', 'GOGC=1', 'GOGC=1,1', '=1,2', '9A=1,2'])
      assert.throws(() => vary(text), { code: 'usage' }, text);
    for (const text of ['workers=1,2', '--workers', '-=1,2'])
      assert.throws(() => parseVaryFlag(text, open), { code: 'usage' }, text);
    const many = Array.from({ length: 9 }, (_, i) => i).join(',');
    assert.throws(() => settingArms([vary(`A=${many}`), vary(`B=${many}`)], plan, true), /81 settings/);
    assert.throws(() => settingArms([vary('A=1,2'), vary('A=3,4')], plan, false), /A is varied twice/);
  });
});

describe('planSession', () => {
  it('shares the first arm among all experiments, and runs loads on the service as it is there', () => {
    const { arms, views, notes } = planSession({
      plan,
      protocol: 'http/1.1',
      asked: parseExperiments(['keepalive', 'streams']),
      factors: [vary('GOGC=50,100'), vary('B=1,2')],
      factorial: false,
    });
    assert.deepEqual(
      views.map(({ name, arms: some }) => [name, some.map(({ at }) => at)]),
      [
        ['GOGC', [0, 1]],
        ['B', [0, 2]],
        ['keepalive', [0, 3]],
      ],
    );
    assert.deepEqual(arms[3]?.environment, { GOGC: '50', B: '1' });
    assert.deepEqual(notes, [
      '--experiment streams is not tried: the load runs over HTTP/1.1, which has no streams',
    ]);
  });
});
