import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnosis, Pattern, SignalName, SliceName } from '../core/index.js';
import { diagnose } from './diagnose.js';
import { calmSecond, Dice, type Made, type MadeSecond, resultOf, slicesOf } from './timeline.test.kit.js';

/** What a run of half a minute sees of a service that stalls every ten seconds. */
const SECONDS = 30;
const STALLS = [74, 174, 274].map((from) => ({ from, length: 8 }));
const USUAL_QPS = 1000;

interface Ailment {
  /** Of a slice within a stall. */
  readonly within?: Partial<Record<SliceName, number>>;
  /** Of the second in which a stall ends. */
  readonly signals?: Partial<Record<SignalName, number>>;
  /** Of one slice, in a stall or not. */
  readonly change?: (name: SliceName, slice: number, usual: number) => number;
  readonly stalls?: readonly { readonly from: number; readonly length: number }[];
  readonly made?: Made;
  readonly seed?: number;
  /** The highest response after each; absent: as long as the stall. */
  readonly waitedMs?: number;
}

/**
 * A closed loop of four connections: a stall holds four responses, which no P99 shows, and the rate falls by as much,
 * in one second or in two.
 */
function stalling({
  within = {},
  signals = {},
  change,
  stalls = STALLS,
  made = {},
  seed = 1,
  waitedMs,
}: Ailment): Diagnosis {
  const dice = new Dice(seed);
  const isStill = (slice: number) =>
    stalls.some(({ from, length }) => slice >= from && slice < from + length);
  const seconds = Array.from({ length: SECONDS }, (_, t): MadeSecond => {
    const second = calmSecond(dice);
    const still = Array.from({ length: 10 }, (_, i) => isStill(10 * t + i)).filter(Boolean).length;
    const ended = stalls.find(({ from, length }) => Math.floor((from + length) / 10) === t);
    const open = made.rate !== undefined && made.rate !== null;
    return {
      ...second,
      qps: second.qps * (open ? 1 : 1 - still / 10),
      ...(ended === undefined
        ? {}
        : {
            maxMs: waitedMs ?? 100 * ended.length,
            ...(open ? { p99Ms: 95 * ended.length } : {}),
            signals: { ...second.signals, ...signals },
          }),
    };
  });
  const slices = slicesOf(seconds, (name, slice, usual) => {
    if (change !== undefined) return change(name, slice, usual);
    if (name === 'answered') return isStill(slice) ? 0 : USUAL_QPS / 10;
    return (isStill(slice) ? within[name] : undefined) ?? usual;
  });
  return diagnose(resultOf(seconds, made), slices);
}

const quiet = { quietMs: 100, cpuMs: 0, runQueueMs: 0 };

describe('a stall in half a minute', () => {
  const cases: readonly (Ailment & { readonly what: string; readonly is: Pattern })[] = [
    { what: 'a lock', is: 'lock-or-queue', within: quiet },
    { what: 'a lock that was held twice', is: 'lock-or-queue', within: quiet, stalls: STALLS.slice(0, 2) },
    {
      what: 'a lock that is held over the end of a second',
      is: 'lock-or-queue',
      within: quiet,
      stalls: [77, 175, 276].map((from) => ({ from, length: 6 })),
    },
    { what: 'a lock, in an open loop', is: 'lock-or-queue', within: quiet, made: { rate: USUAL_QPS } },
    { what: 'a quota, which makes quiet, too', is: 'cpu-throttling', within: { ...quiet, throttledMs: 90 } },
    { what: 'a collector whose page waited for it', is: 'gc-pause', within: { gcMs: 95 } },
    {
      what: 'a collector whose pauses are spread over the seconds between two pages',
      is: 'gc-pause',
      change: (name, slice, usual) => {
        const stall = STALLS.find(({ from }) => slice >= from - 1 && slice < from + 9);
        if (name === 'answered') return stall && slice >= stall.from && slice < stall.from + 8 ? 0 : 100;
        return name === 'gcMs' && stall ? 80 : usual;
      },
    },
    { what: 'threads that wait for a CPU', is: 'cpu-saturation', within: { runQueueMs: 180 } },
    { what: 'the generator itself', is: 'generator-limit', within: { ...quiet, generatorStillMs: 85 } },
  ];
  for (const { what, is, ...ailment } of cases)
    for (const seed of [1, 2, 3])
      it(`${is}: ${what} (${seed})`, () => {
        const { patterns, stalls } = stalling({ ...ailment, seed });
        assert.deepEqual(
          patterns.map(({ pattern, scope }) => [pattern, scope]),
          [[is, 'spikes']],
        );
        const expected = ailment.stalls ?? STALLS;
        assert.deepEqual(
          stalls,
          expected.map(({ from, length }) => ({ t: from / 10, ms: 100 * length, cause: is })),
        );
        const evidence = patterns[0]?.evidence.find(({ p }) => p !== null);
        assert.ok(evidence !== undefined && (evidence.p ?? 1) <= 0.01, 'beyond chance');
        assert.match(
          patterns[0]?.summary ?? '',
          /stalls of about [68]00 ms, in which no response came \(at /,
        );
      });

  it('is no lock where the network was slow at that time', () => {
    const { patterns } = stalling({ within: quiet, signals: { rttMs: 300 } });
    assert.ok(!patterns.some(({ pattern }) => pattern === 'lock-or-queue'), JSON.stringify(patterns));
  });

  it('is no lock where segments were lost', () => {
    const { patterns } = stalling({ within: quiet, signals: { retransmits: 40 } });
    assert.ok(!patterns.some(({ pattern }) => pattern === 'lock-or-queue'), JSON.stringify(patterns));
  });

  it('is no lock where the service computed', () => {
    const { patterns } = stalling({});
    assert.deepEqual(
      patterns.map(({ pattern }) => pattern),
      ['unknown'],
    );
    assert.match(patterns[0]?.summary ?? '', /used 0\.\d\d CPUs meanwhile: it computed.*--scrape/);
  });

  it('proves nothing alone, and is told', () => {
    const { patterns, stalls } = stalling({ within: quiet, stalls: STALLS.slice(0, 1) });
    assert.deepEqual(
      patterns.map(({ pattern }) => pattern),
      ['unknown'],
    );
    assert.match(patterns[0]?.summary ?? '', /1 stall of 800 ms.*7\.4 s.*it waited, and one stall alone/);
    assert.equal(stalls.length, 1);
  });

  it('lasts as long as the responses that waited', () => {
    const { stalls } = stalling({ within: quiet, waitedMs: 873 });
    assert.deepEqual(
      stalls.map(({ ms }) => ms),
      [873, 873, 873],
    );
    const other = stalling({ within: quiet, waitedMs: 5000 });
    assert.deepEqual(
      other.stalls.map(({ ms }) => ms),
      [800, 800, 800],
      'another one that waited longer',
    );
  });

  it('is not seen where nothing is known within the seconds', () => {
    const { stalls } = stalling({ change: (name, _, usual) => (name === 'answered' ? Number.NaN : usual) });
    assert.deepEqual(stalls, []);
  });

  it('is not what a slow service always does', () => {
    // Answers in lockstep: 300 ms of nothing, and then all at once.
    const { stalls } = stalling({
      stalls: [],
      change: (name, slice, usual) => (name === 'answered' ? (slice % 4 === 0 ? 400 : 0) : usual),
    });
    assert.deepEqual(stalls, []);
  });
});
