import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import type { Result } from '#zipfire/core/index.js';
import { renderHgrm, renderIntervalLog } from '#zipfire/report/index.js';
import { tagOf } from '#zipfire/report/interval-log.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';
import { encodedHistogram } from '../fixtures/histogram.js';
import { operationOf, resultOf } from '../fixtures/result.js';
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

  it('lists the operations of a log as tags, and reads each by itself', async () => {
    const profile = join(folder, 'mix.yaml');
    const path = (name: string) => join(folder, name);
    const target = await startTarget({ port: 0 });
    await writeFile(
      profile,
      `version: 1
target: ${target.url}
operations:
  read: { weight: 9, get: /kv/1, headers: { x-tier: { silver: 1, "gold, eu": 1 } } }
  write: { weight: 1, put: /kv/2, body: x }
load: { connections: 4, rate: 400/s }
phases: { measure: 1s, repeat: 2 }
`,
    );
    const files = ['--out', path('mix.json'), '--interval-log', path('mix.hlog')];
    const { code, stderr } = await zipfire(['run', profile, ...files, '-q']);
    await target.close();
    assert.equal(code, 0, stderr);
    const mixed: Result = JSON.parse(await readFile(path('mix.json'), 'utf8'));
    const mixedLog = await readFile(path('mix.hlog'), 'utf8');
    const tags = (await processLog(['-listtags'], mixedLog)).split('\n').map((line) => line.trim());
    const names = ['read', 'read[x-tier=silver]', 'read[x-tier=gold%2C%20eu]', 'write'];
    for (const tag of ['[NO TAG (default)]', ...names]) assert.ok(tags.includes(tag), tag);
    const totalOf = async (args: readonly string[]) =>
      readDistribution(await processLog(args, mixedLog)).total;
    assert.equal(await totalOf([]), mixed.summary.ok);
    for (const [i, { ok }] of mixed.operations.entries()) {
      assert.ok(ok > 0);
      assert.equal(await totalOf(['-tag', names[i] ?? '']), ok);
    }
    const [read] = mixed.operations;
    // The second repeat alone: lines of every tag are in the order of their time.
    const later = read?.intervals?.filter(({ t }) => t >= 1).map(({ response }) => response) ?? [];
    const counts = later.map((encoded) => decodeFromCompressedBase64(encoded).totalCount);
    const count = counts.reduce((sum, each) => sum + each, 0);
    assert.ok(count > 0 && count < (read?.ok ?? 0));
    assert.equal(await totalOf(['-tag', 'read', '-start', '1', '-end', '9']), count);
  });

  it('reads a tag whatever the name of the operation', async () => {
    const intervals = [{ t: 0, lengthSec: 1, response: encodedHistogram([[1000, 3]]) }];
    const names = ['a\nb', ' , ', '100%', 'Tag=x', '#1', 'naïve', '\u202e👍', '"StartTimestamp"', '\ud800'];
    const hostile = await renderIntervalLog(
      resultOf({
        intervals,
        operations: names.map((name) => ({ ...operationOf(name), intervals })),
      }),
    );
    assert.equal(readDistribution(await processLog([], hostile)).total, 3);
    for (const name of names)
      assert.equal(readDistribution(await processLog(['-tag', tagOf(name)], hostile)).total, 3, name);
    assert.equal(new Set(names.map(tagOf)).size, names.length);
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
