import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { Result } from '#zipfire/core/index.js';
import { renderHgrm, renderIntervalLog } from '#zipfire/report/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';
import { encodedHistogram } from '../fixtures/histogram.js';
import { resultOf } from '../fixtures/result.js';
import { findHdrTools } from '../support/hdr-tools.js';

const tools = await findHdrTools();
const NO_TOOL = () => Promise.reject(new Error('skipped'));
const processLog = tools.skip === false ? tools.logProcessor : NO_TOOL;

/** Of the columns after those of the interval, in a log's table. */
const totals = ['p50', 'p90', 'p99', 'p99_9', 'p99_99', 'max'] as const;

/** A percentile distribution without the time that stands above it, and how many values it is of. */
function readDistribution(text: string) {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#[StartTime'));
  return { lines, total: Number(/Total count\s*=\s*(\d+)/.exec(text)?.[1]) };
}

/** A log of whole runs is one line that holds the histogram of the result itself. */
function logOfWhole(result: Result): Promise<string> {
  const { intervals: _, ...rest } = result;
  return renderIntervalLog(rest);
}

describe('HdrHistogram in Java', { skip: tools.skip }, () => {
  let folder: string;
  let result: Result;
  let log: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zipfire-hdr-'));
    const target = await startTarget({ port: 0 });
    const path = (name: string) => join(folder, name);
    // Three windows of a second: three lines at least.
    const load = ['-R', '300', '-c', '8', '-d', '1s', '--repeat', '3'];
    const files = ['--out', path('r.json'), '--interval-log', path('r.hlog'), '--hdr', path('r.hgrm')];
    const { code, stderr } = await zipfire([`${target.url}/kv/1`, ...load, ...files, '-q']);
    await target.close();
    assert.equal(code, 0, stderr);
    result = JSON.parse(await readFile(path('r.json'), 'utf8'));
    log = await readFile(path('r.hlog'), 'utf8');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('reads the interval log second by second, and comes to the percentiles of the result', async () => {
    const output = join(folder, 'series');
    await processLog(['-csv', '-o', output], log);
    const rows = (await readFile(output, 'utf8'))
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => line.split(',').map(Number));
    const intervals = result.intervals ?? [];
    assert.ok(intervals.length >= 3);
    assert.deepEqual(
      rows.map(([time]) => time),
      intervals.map(({ t, lengthSec }) => Number((t + lengthSec).toFixed(3))),
    );
    const { response } = result.summary.latencyUs;
    const [count, ...values] = rows.at(-1)?.slice(5) ?? [];
    assert.equal(count, response.count);
    totals.forEach((name, i) => {
      const us = response[name] ?? assert.fail(name);
      const theirs = (values[i] ?? NaN) * 1000;
      // The log has two significant digits, and the table whole microseconds.
      assert.ok(Math.abs(theirs - us) <= us * 0.01 + 1, `${name}: ${us} µs, and ${theirs} in Java`);
    });
  });

  it('finds a stretch of the log by its time', async () => {
    assert.equal(readDistribution(await processLog([], log)).total, result.summary.latencyUs.response.count);
    const part = await processLog(['-start', '1', '-end', '1.5'], log);
    const second = result.intervals?.find(({ t }) => t === 1) ?? assert.fail('no second at 1 s');
    assert.equal(readDistribution(part).total, decodeFromCompressedBase64(second.response).totalCount);
    assert.match(part, new RegExp(`StartTime: ${(Date.parse(result.startedAt) / 1000).toFixed(3)} `));
    assert.match(await processLog(['-listtags'], log), /\[NO TAG \(default\)\]\s*$/);
  });

  it('decodes the histograms of the result, and prints them as the .hgrm has them, to the last digit', async () => {
    for (const which of ['response', 'service'] as const) {
      const encoded = result.histograms[which];
      const whole = { ...result, histograms: { response: encoded, service: encoded } };
      const theirs = readDistribution(await processLog([], await logOfWhole(whole)));
      assert.equal(theirs.total, result.summary.latencyUs[which].count);
      assert.deepEqual(readDistribution(await renderHgrm(result, which)).lines, theirs.lines);
    }
    assert.equal(await readFile(join(folder, 'r.hgrm'), 'utf8'), await renderHgrm(result));
  });

  it('reads a run without a response, with one, and with an hour-long one', async () => {
    const none = encodedHistogram([]);
    const runs: [Result, number][] = [
      [resultOf({ intervals: [], histograms: { response: none, service: none } }), 0],
      [
        resultOf({ intervals: [{ t: 0, lengthSec: 0.002, response: encodedHistogram([[1_592_000, 1]]) }] }),
        1,
      ],
      [
        resultOf({
          intervals: [
            { t: 0, lengthSec: 1, response: encodedHistogram([[1, 7]]) },
            { t: 3600, lengthSec: 1, response: encodedHistogram([[3_599_000_000_000, 2]]) },
          ],
        }),
        9,
      ],
    ];
    for (const [each, count] of runs)
      assert.equal(readDistribution(await processLog([], await renderIntervalLog(each))).total, count);
  });
});
