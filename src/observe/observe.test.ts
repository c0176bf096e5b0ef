import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nowNs } from '../core/index.js';
import { alignSeconds, spansOf, type Window } from './align.js';
import { Answers } from './answers.js';
import { filesOf } from './files.test.kit.js';
import { readPerfLine } from './perf-sampler.js';
import { pidsOfPort } from './pids-of-port.js';
import { alignSlices } from './slices.js';
import { roundTrips } from './tcp-sampler.js';
import { Track } from './track.js';
import { Tracks } from './tracks.js';

describe('a track', () => {
  it('tells what grew between two moments, its samples joined by lines', () => {
    const track = new Track();
    for (const [atMs, value] of [
      [0, 10],
      [1000, 20],
      [2000, 60],
    ] as const)
      track.add(atMs, value);
    assert.equal(track.grown(0, 1000, 2500), 10);
    assert.equal(track.grown(500, 1500, 2500), 25);
    assert.equal(track.mean(0, 2000), 15);
    assert.equal(track.mean(3000, 4000), null);
  });

  it('knows nothing of what it did not see', () => {
    const track = new Track();
    for (const [atMs, value] of [
      [0, 1],
      [1000, 2],
      [9000, 50],
      [10_000, 51],
    ] as const)
      track.add(atMs, value);
    assert.equal(track.grown(2000, 3000, 2500), null, 'a hole');
    assert.equal(track.grown(9500, 10_500, 2500), null, 'after the end');
    assert.equal(track.grown(9100, 10_200, 2500), 51 - 50.1, 'a look that was a little early');
    assert.equal(track.grown(Number.NaN, Number.NaN, 2500), null);
  });

  it('leaves out what goes back in time, and what is no number', () => {
    const track = new Track();
    track.add(10, 1);
    track.add(10, 2);
    track.add(5, 3);
    track.add(20, Number.NaN);
    assert.deepEqual([track.atMs, track.values], [[10], [1]]);
  });
});

const whole: Window = { startMs: 0, offsetSec: 0, repeat: 1 };

function secondsOfWindows(tracks: Tracks, windows: readonly Window[], times: readonly number[]) {
  const spans = spansOf(windows, times);
  return alignSeconds(tracks, times, spans, alignSlices(tracks, new Answers(), spans));
}

describe('slices', () => {
  const say = (answers: Answers, worker: number, ms: readonly number[], completed: readonly number[]) => {
    const offsetNs = nowNs() - performance.now() * 1e6;
    const atNs = ms.map((each) => each * 1e6 + offsetNs);
    const progress = { startNs: offsetNs, atNs, completed };
    answers.second({
      repeat: 1,
      second: 0,
      lengthSec: 1,
      snapshots: [{ worker, second: 0, operations: [], inFlight: 0, progress }],
      point: null,
    });
  };
  const rounded = (values: readonly (number | null)[]) =>
    values.map((value) => (value === null ? null : Math.round(value)));

  it('have what all workers were answered, and for how long those stood still', () => {
    const answers = new Answers();
    const every = Array.from({ length: 12 }, (_, i) => 100 * i);
    say(
      answers,
      0,
      every,
      every.map((ms) => ms / 10),
    );
    // The second one is answered nothing from 300 ms to 600 ms, and could not look from 700 ms to 900 ms.
    const late = every.filter((ms) => ms !== 800);
    say(
      answers,
      1,
      late,
      late.map((ms) => (ms <= 300 ? ms : Math.max(300, ms - 300)) / 10),
    );
    const spans = spansOf([whole], [0]);
    const { answered, generatorStillMs } = alignSlices(new Tracks(), answers, spans);
    assert.deepEqual(rounded(answered), [20, 20, 20, 10, 10, 10, 20, 10, 30, 20]);
    assert.deepEqual(rounded(generatorStillMs), [0, 0, 0, 0, 0, 0, 0, 0, 50, 0]);
    assert.ok(Math.abs(answers.startMs(1) ?? 1e9) < 1, 'the window began with the clock');
  });

  it('are not known where a worker said nothing', () => {
    const answers = new Answers();
    say(answers, 0, [0, 100, 150], [0, 5, 10]);
    const { answered, gcMs } = alignSlices(new Tracks(), answers, spansOf([whole], [0]));
    assert.deepEqual(rounded(answered), [5, 5, ...new Array<null>(8).fill(null)]);
    assert.deepEqual(gcMs, new Array<null>(10).fill(null));
  });
});

describe('seconds of the timeline', () => {
  it('are those of each repeat, wherever it began', () => {
    const tracks = new Tracks();
    // A quarter of a CPU until 10 s, a whole one after.
    for (let ms = 0; ms <= 20_000; ms += 100)
      tracks.cpuSec.add(ms, ms <= 10_000 ? ms / 4000 : 2.5 + (ms - 10_000) / 1000);
    const windows = [
      { startMs: 2000, offsetSec: 0, repeat: 1 },
      { startMs: 15_000, offsetSec: 3, repeat: 2 },
    ];
    const seconds = secondsOfWindows(tracks, windows, [0, 1, 2, 3, 4, 5]);
    assert.deepEqual(
      seconds.map(({ t, cpuCores }) => [t, cpuCores]),
      [
        [0, 0.25],
        [1, 0.25],
        [2, 0.25],
        [3, 1],
        [4, 1],
        [5, 1],
      ],
    );
    assert.equal(seconds[0]?.gcMs, null);
  });

  it('have what was looked at a little late', () => {
    const tracks = new Tracks();
    for (const ms of [900, 2010, 2990, 4010]) tracks.residentBytes.add(ms, ms);
    const seconds = secondsOfWindows(tracks, [whole], [0, 1, 2, 3, 8]);
    assert.deepEqual(
      seconds.map(({ residentBytes }) => residentBytes),
      [900, 1455, 2500, 3500, null],
    );
  });

  it('say for how long next to nothing was done', () => {
    const tracks = new Tracks();
    let cpu = 0;
    for (let ms = 0; ms <= 5000; ms += 100) {
      tracks.cpuSec.add(ms, cpu);
      // Nothing from 2.3 s to 2.8 s.
      if (ms < 2300 || ms >= 2800) cpu += 0.05;
    }
    const seconds = secondsOfWindows(tracks, [whole], [0, 1, 2, 3, 4]);
    assert.deepEqual(
      seconds.map(({ quietMs }) => quietMs),
      [0, 0, 500, 0, 0],
    );
  });

  it('have the shares that two counters make', () => {
    const tracks = new Tracks();
    for (const [atMs, periods, throttled, misses, references] of [
      [0, 100, 50, 1000, 10_000],
      [1000, 110, 54, 3000, 30_000],
    ] as const) {
      tracks.periods.add(atMs, periods);
      tracks.throttledPeriods.add(atMs, throttled);
      tracks.cacheMisses.add(atMs, misses);
      tracks.cacheReferences.add(atMs, references);
    }
    const [second] = secondsOfWindows(tracks, [whole], [0]);
    assert.deepEqual([second?.throttledShare, second?.cacheMissRatio], [0.4, 0.1]);
  });

  it('are empty where the run never came to its window', () => {
    const [second] = secondsOfWindows(new Tracks(), [], [0]);
    assert.equal(second?.cpuCores, null);
  });
});

describe('what Linux prints', () => {
  const header =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
  const socket = (local: string, remote: string, state: string, rto: string) =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 01:00000014 00000000     0        0 4711 2 0000000000000000 ${rto} 4 30 10 -1\n`;

  it('has round trips in its time-outs', () => {
    const table =
      header +
      socket('0100007F:9C40', '0100007F:1F90', '01', '20') +
      socket('0100007F:9C41', '0100007F:1F90', '01', '36') +
      socket('0100007F:1F90', '0100007F:9C40', '01', '99') +
      socket('0100007F:1F90', '00000000:0000', '0A', '100');
    assert.deepEqual(roundTrips(table, 8080), [0, 150]);
    assert.deepEqual(roundTrips('garbage :1F90', 8080), []);
  });

  it('finds who listens on a port', () => {
    const table = { '/proc/self/net/tcp': header + socket('00000000:1F90', '00000000:0000', '0A', '100') };
    const links = { '/proc/12/fd/3': 'socket:[1]', '/proc/34/fd/9': 'socket:[4711]' };
    assert.deepEqual(pidsOfPort(8080, filesOf(table, links)), [34]);
    assert.deepEqual(pidsOfPort(8081, filesOf(table, links)), []);
  });

  it('leaves workers to the master whose socket they inherited, and init out', () => {
    const holders = [
      [1, 0],
      [20, 1],
      [31, 20],
      [32, 20],
      [50, 1],
    ] as const;
    const table = Object.fromEntries(
      holders.map(([pid, parent]) => [`/proc/${pid}/status`, `Name:\tx\nPPid:\t${parent}\n`]),
    );
    table['/proc/self/net/tcp'] = header + socket('00000000:1F90', '00000000:0000', '0A', '100');
    const links = Object.fromEntries(holders.map(([pid]) => [`/proc/${pid}/fd/3`, 'socket:[4711]']));
    assert.deepEqual(pidsOfPort(8080, filesOf(table, links)), [20, 50]);
    const alone = { '/proc/1/fd/3': 'socket:[4711]' };
    assert.deepEqual(pidsOfPort(8080, filesOf(table, alone)), [1], 'the service of a container');
  });

  it('has counts of perf, or says that there are none', () => {
    assert.deepEqual(readPerfLine('     1.000,123456,,cache-misses,1000,100.00,,'), {
      event: 'cache-misses',
      count: 123_456,
    });
    assert.deepEqual(
      readPerfLine('     1.000,99,,cache-references:u,1000,100.00,,')?.event,
      'cache-references',
    );
    assert.deepEqual(readPerfLine('1.0,<not supported>,,cache-misses,0,100.00,,')?.count, null);
    assert.equal(readPerfLine('1.0,5,,instructions,0,100.00,,'), null);
    assert.equal(readPerfLine(''), null);
  });
});
