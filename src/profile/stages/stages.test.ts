import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RateStage } from '../../core/index.js';
import { load, refusal, run } from '../plan.test.kit.js';
import { concurrencyStages, connectionStages, rateStages } from './kinds.js';
import { parseStages } from './parse.js';

const url = 'http://h/';

describe('stages of a flag', () => {
  const table: [text: string, stages: RateStage[]][] = [
    ['const:20k/30s', [{ shape: 'const', level: 20_000, durationMs: 30_000 }]],
    ['const: 0 / 500ms', [{ shape: 'const', level: 0, durationMs: 500 }]],
    ['ramp:1k..20k/2m', [{ shape: 'ramp', from: 1000, to: 20_000, durationMs: 120_000 }]],
    ['ramp:1.5k/s..90/m/1m30s', [{ shape: 'ramp', from: 1500, to: 1.5, durationMs: 90_000 }]],
    ['ramp:100..1e+3/1s', [{ shape: 'ramp', from: 100, to: 1000, durationMs: 1000 }]],
    ['step:1k..5k+1k/10s', [{ shape: 'step', from: 1000, to: 5000, by: 1000, everyMs: 10_000 }]],
    ['step:1e+3..5e3+1e+2/10s', [{ shape: 'step', from: 1000, to: 5000, by: 100, everyMs: 10_000 }]],
    [
      'spike:2k^20k@2s+1s/5s',
      [{ shape: 'spike', base: 2000, peak: 20_000, atMs: 2000, widthMs: 1000, durationMs: 5000 }],
    ],
    [
      'spike:2k^0@0+1s/5s',
      [{ shape: 'spike', base: 2000, peak: 0, atMs: 0, widthMs: 1000, durationMs: 5000 }],
    ],
    [
      'sine:5k~4k@60s/3m',
      [{ shape: 'sine', mean: 5000, amplitude: 4000, periodMs: 60_000, durationMs: 180_000 }],
    ],
    [
      'ramp:1k..20k/2m, const:20k/30s',
      [
        { shape: 'ramp', from: 1000, to: 20_000, durationMs: 120_000 },
        { shape: 'const', level: 20_000, durationMs: 30_000 },
      ],
    ],
  ];
  for (const [text, stages] of table) {
    it(`read ${text}`, () => assert.deepEqual(parseStages(text, rateStages), stages));
  }

  const wrong: [text: string, message: string][] = [
    [
      '',
      '"": no shape of this name; known here: sine, spike, step, ramp, const\n→ write one as const:20k/30s',
    ],
    [
      'rmap:1k..2k/1s',
      '"rmap:1k..2k/1s": no shape of this name; did you mean "ramp"?\n→ write one as const:20k/30s',
    ],
    ['ramp:1k-20k/2m', '"ramp:1k-20k/2m": expected ramp:FROM..TO/TIME, such as ramp:1k..20k/2m'],
    ['const:20k', '"const:20k": expected const:LEVEL/TIME, such as const:20k/30s'],
    ['const:-1/1s', '"const:-1/1s": expected const:LEVEL/TIME, such as const:20k/30s'],
    [
      'const:1k/1s,const:1k/30',
      'stage 2, "const:1k/30": for: expected a duration such as 5s, 300ms or 1m30s, read "30"',
    ],
    [
      'const:1k/1s,,',
      'stage 2, "": no shape of this name; known here: sine, spike, step, ramp, const\n→ write one as const:20k/30s',
    ],
    ['const:200M/1s', '"const:200M/1s": rate: expected at most 100M/s, read "200M"'],
    ['const:1e-7/1s', '"const:1e-7/1s": rate: expected 0, or more than one in 11 days, read "1e-7"'],
    ['const:1/0', '"const:1/0": for: expected at least 1ms, read "0"'],
    ['ramp:1..2/600h', '"ramp:1..2/600h": for: expected at most 596h (24 days), read "600h"'],
    ['step:1k..5k+0/1s', '"step:1k..5k+0/1s": step: steps of 0 lead nowhere'],
    ['step:0..50k+1/1s', '"step:0..50k+1/1s": step: more than 10000 steps'],
    ['sine:1k~2k@1s/1s', '"sine:1k~2k@1s/1s": amplitude: more than the mean: it would be below 0 at times'],
    ['sine:0~0@1s/1s', '"sine:0~0@1s/1s": mean: expected more than 0'],
    ['spike:1k^2k@1s+1s/1s', '"spike:1k^2k@1s+1s/1s": width: the spike goes beyond the end of its stage'],
    [`const:1k/${'1'.repeat(300)}s`, 'a stage of more than 200 characters'],
    [Array.from({ length: 1001 }, () => 'const:1/1s').join(), 'more than 1000 stages'],
  ];
  for (const [text, message] of wrong) {
    it(`refuse ${text.slice(0, 40)}`, () => {
      const said = refusal(() => parseStages(text, rateStages));
      // What is too long is not repeated whole.
      assert.equal(text.length > 100 ? said.replace(/^"[^"]*": /, '') : said, message);
    });
  }

  it('of connections are whole numbers, and have no waves', () => {
    const expected = [{ shape: 'step', from: 4, to: 128, by: 4, everyMs: 10_000 }];
    assert.deepEqual(parseStages('step:4..128+4/10s', connectionStages), expected);
    assert.match(
      refusal(() => parseStages('const:1.5/1s', concurrencyStages)),
      /^"const:1.5\/1s": concurrency: expected a whole number/,
    );
    assert.equal(
      refusal(() => parseStages('const:0/1s', connectionStages)),
      '"const:0/1s": connections: expected 1 to 1000000, read "0"',
    );
    assert.match(
      refusal(() => parseStages('sine:5~4@6s/1m', connectionStages)),
      /no shape of this name; known here: step, ramp, const/,
    );
  });
});

const profile = (load: string) => `
version: 1
target: http://h
operations: { read: { get: / } }
load:${load}
`;

describe('stages of a profile', () => {
  it('are of five forms', () => {
    const plan = load(
      profile(`
  stages:
    - { rate: 1k/s, for: 30s }
    - { from: 1k/s, to: 20k/s, for: 2m }
    - { from: 1k/s, to: 5k/s, step: 1k/s, every: 10s }
    - { rate: 2k/s, spike: 20k/s, for: 5s, at: 2s, width: 1s }
    - { mean: 5k/s, amplitude: 4k/s, period: 60s, for: 3m }`),
    );
    assert.deepEqual(plan.load.stages, [
      { shape: 'const', level: 1000, durationMs: 30_000 },
      { shape: 'ramp', from: 1000, to: 20_000, durationMs: 120_000 },
      { shape: 'step', from: 1000, to: 5000, by: 1000, everyMs: 10_000 },
      { shape: 'spike', base: 2000, peak: 20_000, atMs: 2000, widthMs: 1000, durationMs: 5000 },
      { shape: 'sine', mean: 5000, amplitude: 4000, periodMs: 60_000, durationMs: 180_000 },
    ]);
    // 30 k + 1.26 M + 150 k + 28 k + 900 k, in 30 + 120 + 50 + 5 + 180 s.
    assert.deepEqual(plan.phases.measure, { durationMs: 385_000, requests: null });
    assert.equal(plan.load.rate, 2_368_000 / 385);
  });

  it('of connections and concurrency say how many there are', () => {
    const both = load(
      profile(`
  connectionStages: [ { connections: 4, for: 10s }, { from: 4, to: 128, step: 4, every: 10s } ]
  concurrencyStages: [ { concurrency: 4, for: 10s }, { from: 4, to: 100, for: 30s } ]`),
    );
    assert.equal(both.load.connections, 128);
    assert.equal(both.load.workers, 4);
    assert.equal(both.phases.measure.durationMs, 330_000);
    assert.deepEqual(both.load.concurrencyStages?.at(-1), {
      shape: 'ramp',
      from: 4,
      to: 100,
      durationMs: 30_000,
    });
    assert.equal(
      load(profile(' { concurrencyStages: [ { concurrency: 50, for: 10s } ] }')).load.connections,
      50,
    );
    const h2 = ' { http: 2, streams: 8, concurrencyStages: [ { concurrency: 50, for: 10s } ] }';
    assert.equal(load(profile(h2)).load.connections, 7);
  });

  const wrong: [load: string, message: string][] = [
    [' { stages: [] }', 'hot.yaml:5:17: load.stages: expected one stage at least'],
    [' { stages: "const:1/1s" }', 'hot.yaml:5:17: load.stages: expected a list, read "const:1/1s"'],
    [' { stages: [ 5 ] }', 'hot.yaml:5:19: load.stages[0]: expected names and values, read "5"'],
    [' { stages: [ {} ] }', 'hot.yaml:5:19: load.stages[0]: missing: rate, for; a stage has rate and for'],
    [
      ' { stages: [ { from: 1, to: 2 } ] }',
      'hot.yaml:5:19: load.stages[0]: missing: for; a ramp has from, to and for',
    ],
    [
      ' { stages: [ { rate: 1, from: 1, to: 2, for: 1s } ] }',
      'hot.yaml:5:27: load.stages[0].rate: not of this stage; a ramp has from, to and for',
    ],
    [
      ' { stages: [ { rate: 1, fro: 1s, for: 1s } ] }',
      'hot.yaml:5:35: load.stages[0].fro: unknown name fro; did you mean "for"?',
    ],
    [
      ' { stages: [ { rate: fast, for: 1s } ] }',
      'hot.yaml:5:27: load.stages[0].rate: expected a rate such as 20k/s, 100/s or 1.5k/m, read "fast"',
    ],
    [
      ' { stages: [ { mean: 1, amplitude: 2, period: 1s, for: 1s } ] }',
      'hot.yaml:5:41: load.stages[0].amplitude: more than the mean: it would be below 0 at times',
    ],
    [
      ' { connectionStages: [ { rate: 1, for: 1s } ] }',
      'hot.yaml:5:29: load.connectionStages[0]: missing: connections; a stage has connections and for\nhot.yaml:5:37: load.connectionStages[0].rate: unknown name rate; known here: connections, for',
    ],
    [
      ' { rate: 1k, stages: [ { rate: 1, for: 1s } ] }',
      'hot.yaml:5:27: load.stages: a rate and stages are two schedules\n→ leave one of them out',
    ],
    [
      ' { stages: [ { rate: 1, for: 1s }, { rate: 0, for: 1s } ] }',
      'hot.yaml:5:17: load.stages: the last stage sends nothing\n→ leave it out',
    ],
    [
      ' { connections: 8, connectionStages: [ { from: 2, to: 9, for: 1s } ] }',
      'hot.yaml:5:43: load.connectionStages: 9 of 8 connections\n→ set connections to 9, or leave it out',
    ],
    [
      ' { driver: undici, connectionStages: [ { from: 2, to: 9, for: 1s } ] }',
      'hot.yaml:5:43: load.connectionStages: the undici driver uses all of its connections\n→ set driver to wire',
    ],
    [
      ' { workers: 4, connectionStages: [ { from: 2, to: 9, for: 1s } ] }',
      'hot.yaml:5:39: load.connectionStages: 4 workers cannot share 2: each needs one\n→ begin with 4 or more, or use 2 workers',
    ],
    [
      ' { connections: 8, pipeline: 2, concurrencyStages: [ { from: 2, to: 17, for: 1s } ] }',
      'hot.yaml:5:57: load.concurrencyStages: 17 requests in flight, and there is room for 16\n→ raise connections, or leave it out',
    ],
  ];
  for (const [given, message] of wrong) {
    it(`refuse${given}`, () =>
      assert.equal(
        refusal(() => load(profile(given))),
        message,
      ));
  }
});

describe('a run with stages', () => {
  it('lasts as long as they do, unless it says otherwise', () => {
    const stages = 'const:100/5s,ramp:100..200/10s';
    assert.equal(run(url, { stages }).phases.measure.durationMs, 15_000);
    assert.equal(run(url, { stages, duration: '3s' }).phases.measure.durationMs, 3000);
    assert.deepEqual(run(url, { stages, requests: '100' }).phases.measure, {
      durationMs: null,
      requests: 100,
    });
    assert.equal(run(url, { stages, concurrencyStages: 'const:5/1m' }).phases.measure.durationMs, 60_000);
  });

  it('has the mean rate of what is measured', () => {
    const stages = 'const:100/5s,ramp:100..300/10s';
    assert.equal(run(url, { stages }).load.rate?.toFixed(9), (2500 / 15).toFixed(9));
    assert.equal(run(url, { stages, duration: '5s' }).load.rate, 100);
    assert.equal(run(url, { stages, duration: '25s' }).load.rate, 5500 / 25);
    assert.equal(run(url, { stages, requests: '400' }).load.rate, 100);
  });

  it('has the workers that its peak needs', () => {
    const workers = (stages: string) => run(url, { stages }, { cores: 8 }).load.workers;
    assert.equal(workers('ramp:1k..140k/10s'), 3);
    assert.equal(workers('const:1k/10s'), 1);
  });

  it('takes them in place of a rate of the profile, and the other way round', () => {
    const rated = profile(' { rate: 5k/s }');
    const staged = profile(' { stages: [ { rate: 1k/s, for: 30s } ] }');
    assert.equal(load(rated, { stages: 'const:1k/5s' }).load.rate, 1000);
    assert.deepEqual(
      [load(staged, { rate: '7k' }).load.rate, load(staged, { rate: '7k' }).load.stages],
      [7000, undefined],
    );
    assert.equal(load(staged, { connections: '4' }).load.stages?.length, 1);
  });

  it('is an open loop to gates and arrivals', () => {
    const plan = run(url, { stages: 'const:1k/5s', arrivals: 'poisson', gate: ['qps >= 95% of rate'] });
    assert.equal(plan.load.arrivals, 'poisson');
  });

  it('is refused where nothing would be sent, with the flag', () => {
    assert.equal(
      refusal(() => run(url, { stages: 'const:0/5s,const:1/1s', duration: '3s' })),
      '--stages: nothing is due before the measurement ends\n→ measure longer, or begin at a higher rate',
    );
    assert.equal(
      refusal(() => run(url, { stages: 'ramp:100..0/2s', requests: '101' })),
      '--requests: the stages end at a rate of 0 and send 100\n→ ask for as many, or a duration',
    );
    assert.equal(run(url, { stages: 'ramp:100..0/2s', requests: '100' }).phases.measure.requests, 100);
    assert.equal(
      refusal(() => run(url, { stages: 'const:1/5s', rate: '5' })),
      '--stages: a rate and stages are two schedules\n→ leave one of them out',
    );
  });
});

describe('a prefill', () => {
  const yaml = (rate: string) => `
version: 1
target: http://h
keys: { user: { uniform: { n: 100 } } }
operations: { write: { put: "/{{user}}" } }
phases: { prefill: { operation: write, keys: user, count: 100${rate} } }
`;

  it('may have a rate', () => {
    assert.equal(load(yaml(', rate: 5k/s')).phases.prefill?.rate, 5000);
    assert.equal(load(yaml('')).phases.prefill?.rate, undefined);
  });

  it('has none of nothing', () => {
    assert.equal(
      refusal(() => load(yaml(', rate: 0'))),
      'hot.yaml:6:70: phases.prefill.rate: a rate of 0 sends nothing\n→ leave it out for a closed loop',
    );
  });
});
