import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as hdr from 'hdr-histogram-js';
import { ZipfireError } from '#zipfire/core/index.js';
import { renderIntervalLog } from '#zipfire/report/index.js';
import { assertGolden } from '../fixtures/golden.js';
import { encodedHistogram } from '../fixtures/histogram.js';
import { operationOf, resultOf, summaryOf } from '../fixtures/result.js';

const quick = encodedHistogram([[1_000_000, 99]]);
const stalled = encodedHistogram([
  [1_000_000, 10],
  [2_000_000_000, 1],
]);

describe('interval log', () => {
  it('is read by the reader of the HdrHistogram project, interval by interval', async () => {
    const text = await renderIntervalLog(
      resultOf({
        intervals: [
          { t: 0, lengthSec: 1, response: quick },
          { t: 2, lengthSec: 0.5, response: stalled },
        ],
      }),
    );
    assertGolden('response.golden.hlog', text);
    const reader = new hdr.HistogramLogReader(text);
    const first = reader.nextIntervalHistogram() ?? assert.fail('no first');
    assert.equal(first.totalCount, 99);
    assert.equal(first.startTimeStampMsec, Date.parse('2026-01-02T03:04:05.678Z'));
    assert.equal(first.endTimeStampMsec - first.startTimeStampMsec, 1000);
    const second = reader.nextIntervalHistogram() ?? assert.fail('no second');
    assert.equal(second.totalCount, 11);
    assert.equal(second.startTimeStampMsec, Date.parse('2026-01-02T03:04:07.678Z'));
    assert.ok(Math.abs(second.maxValue - 2e9) < 2e7);
    assert.equal(reader.nextIntervalHistogram(), null);
  });

  it('has each operation under the total, by its name as the tag', async () => {
    const operations = [
      {
        ...operationOf('read'),
        intervals: [
          { t: 0, lengthSec: 1, response: quick },
          { t: 2, lengthSec: 0.5, response: quick },
        ],
      },
      { ...operationOf('write, hot'), intervals: [{ t: 2, lengthSec: 0.5, response: stalled }] },
      operationOf('not kept'),
    ];
    const text = await renderIntervalLog(
      resultOf({
        intervals: [
          { t: 0, lengthSec: 1, response: quick },
          { t: 2, lengthSec: 0.5, response: stalled },
        ],
        operations,
      }),
    );
    assertGolden('tagged.golden.hlog', text);
    const starts = text.split('\n').flatMap((line) => /^(?:Tag=[^,]*,)?[\d.]+,[\d.]+/.exec(line) ?? []);
    assert.deepEqual(starts, [
      '0.000,1.000',
      'Tag=read,0.000,1.000',
      '2.000,0.500',
      'Tag=read,2.000,0.500',
      'Tag=write%2C%20hot,2.000,0.500',
    ]);
  });

  it('is one line for a result that kept no intervals', async () => {
    const text = await renderIntervalLog(
      resultOf({
        summary: summaryOf({ durationSec: 12.5 }),
        histograms: { response: stalled, service: stalled },
        startedAt: 'one day\n1,2,3,4',
      }),
    );
    assert.doesNotMatch(text, /one day/);
    const lines = text.split('\n').filter((line) => /^\d/.test(line));
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /^0\.000,12\.500,200\d\.\d{3},HISTF/);
  });

  it('is one line for a run without a response: readers fail where there is none', async () => {
    const none = encodedHistogram([]);
    const text = await renderIntervalLog(
      resultOf({ intervals: [], histograms: { response: none, service: none } }),
    );
    assert.match(text, /\n0\.000,\d+\.\d{3},0\.000,HISTF\S+\n$/);
    assert.equal(new hdr.HistogramLogReader(text).nextIntervalHistogram()?.totalCount, 0);
  });

  it('refuses what is no histogram', async () => {
    const result = resultOf({ intervals: [{ t: 0, lengthSec: 1, response: 'garbage!!' }] });
    await assert.rejects(
      renderIntervalLog(result),
      (error) => error instanceof ZipfireError && error.message.startsWith('intervals[0].response'),
    );
    const operations = [
      { ...operationOf('read'), intervals: [{ t: 0, lengthSec: 1, response: 'garbage!!' }] },
    ];
    await assert.rejects(
      renderIntervalLog(resultOf({ intervals: [{ t: 0, lengthSec: 1, response: quick }], operations })),
      (error) =>
        error instanceof ZipfireError && error.message.startsWith('operations[0].intervals[0].response'),
    );
  });
});
