import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { textWidth } from './layout.js';
import { type LivePhase, type LiveProgress, renderLive, renderProgressLine } from './live.js';

const progress: LiveProgress = {
  phase: 'measure',
  elapsedSec: 12.3,
  durationSec: 30,
  ended: 521_000,
  requests: null,
  run: 1,
  runs: 1,
  targetRate: null,
  inFlight: 64,
  lastSecond: { qps: 42_386, p50Us: 1410, p99Us: 6712, errors: 0 },
  soFar: { qps: 42_010, p50Us: 1400, p99Us: 6800, errors: 20 },
  seconds: [
    { qps: 20_000, p99Us: 6700 },
    { qps: 40_000, p99Us: null },
    { qps: 30_000, p99Us: 3350 },
  ],
};
const plain = { colour: false, width: 60, unicode: true };

describe('live view', () => {
  it('shows how far, how fast and how well', () => {
    assert.deepEqual(renderLive(progress, plain), [
      'measure    ████████████░░░░░░░░░░░░░░░░░░░  41 %  18 s left',
      '',
      '                 QPS      p50      p99   errors',
      'last second   42,386  1.41 ms  6.71 ms        0',
      'so far        42,010  1.40 ms  6.80 ms       20',
      'in flight 64',
      '',
      'QPS ▄█▆',
      'P99 █ ▄',
    ]);
  });

  it('counts down what ends the phase first', () => {
    const first = (changes: Partial<LiveProgress>) => renderLive({ ...progress, ...changes }, plain)[0] ?? '';
    assert.match(first({ requests: 600_000 }), / 86 % {2}79,000 requests left$/);
    assert.match(first({ requests: 6_000_000 }), / 41 % {2}18 s left$/);
    assert.match(first({ durationSec: null, requests: 521_000 }), / 100 % {2}0 requests left$/);
    assert.equal(first({ durationSec: null }), 'measure    12 s, until stopped');
    assert.match(first({ run: 2, runs: 3 }), /^measure 2 of 3 █/);
    assert.match(first({ elapsedSec: 31 }), / 100 % {2}0 s left$/);
  });

  it('is one line while there is nothing to measure', () => {
    assert.deepEqual(renderLive({ ...progress, phase: 'connecting', elapsedSec: 0.2 }, plain), [
      'connecting 0 s',
    ]);
    assert.deepEqual(renderLive({ ...progress, phase: 'drain' }, plain), ['drain      64 in flight']);
  });

  it('shows the rate asked for in an open loop', () => {
    assert.ok(
      renderLive({ ...progress, targetRate: 20_000 }, plain).includes('in flight 64 · planned 20,000/s'),
    );
  });

  it('keeps to ASCII where it must', () => {
    assert.match(renderLive(progress, { ...plain, unicode: false }).join('\n'), /^[\n -~]*$/);
  });

  it('keeps to its width', () => {
    const phase = fc.constantFrom<LivePhase>('connecting', 'prefill', 'warm-up', 'measure', 'drain');
    const seconds = fc.array(fc.record({ qps: fc.nat(1e6), p99Us: fc.option(fc.nat(1e9)) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(
        phase,
        seconds,
        fc.nat(1e6),
        fc.integer({ min: 50, max: 150 }),
        (name, points, qps, width) => {
          const figures = { ...progress.soFar, qps };
          const lines = renderLive(
            { ...progress, phase: name, seconds: points, soFar: figures },
            { ...plain, width },
          );
          assert.ok(lines.length <= 9);
          for (const line of lines) assert.ok(textWidth(line) <= width, line);
        },
      ),
    );
  });
});

describe('progress line', () => {
  it('says the same in one line', () => {
    assert.equal(
      renderProgressLine(progress),
      'measure 41 %  42.4 k/s  p50 1.41 ms  p99 6.71 ms  errors 20  in flight 64  18 s left',
    );
    assert.equal(renderProgressLine({ ...progress, phase: 'drain' }), 'drain  64 in flight');
    assert.equal(
      renderProgressLine({
        ...progress,
        durationSec: null,
        lastSecond: { qps: 0, p50Us: null, p99Us: null, errors: 0 },
      }),
      'measure  0/s  p50 –  p99 –  errors 20  in flight 64  12 s, until stopped',
    );
  });
});
