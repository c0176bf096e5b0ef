import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { reportFormats } from '#zipfire/report/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';
import { pageAssets } from '../fixtures/page.js';
import { decodeOtlp, decodeRemoteWrite } from '../live/decode.js';
import { startReceiver } from '../live/receiver.js';

const page = await readFile(new URL('../../../docs/reports.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;
let receiver: Awaited<ReturnType<typeof startReceiver>>;

before(async () => {
  target = await startTarget({ port: 0 });
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), 'zipfire-docs-reports-'));
  await pageAssets();
  await zipfire(['init', join(folder, 'load.yaml')]);
});

after(async () => {
  await target.close();
  await receiver.close();
  await rm(folder, { recursive: true });
});

/** As written, but against the test's own server, in short, with its files in a folder of the test's. */
function adapted(command: string): string[] {
  const words = command.split(' ').slice(1);
  const short = words.includes('-d') ? [] : ['-d', '200ms', '--warmup', '0s'];
  return [...words, ...short].map((word) => {
    if (word === '10s') return '200ms';
    if (/\.(yaml|json|html|xml|txt|csv|hlog)$/.test(word)) return join(folder, word);
    return word
      .replace('http://127.0.0.1:8080', target.url)
      .replace(/http:\/\/127\.0\.0\.1:(4318|9090)/, receiver.url);
  });
}

function otlpNames(body: Buffer): string[] {
  // Of the shape that test/live/otlp.proto has.
  const { resourceMetrics } = decodeOtlp(body) as {
    resourceMetrics: { scopeMetrics: { metrics: { name: string }[] }[] }[];
  };
  return resourceMetrics.flatMap((each) =>
    each.scopeMetrics.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
  );
}

describe('docs/reports.md', () => {
  it('lists every report there is', () => {
    const listed = [...page.matchAll(/^\| `--([\w-]+)` \|/gm)].map(([, flag]) => flag);
    assert.deepEqual(listed.sort(), ['github', ...reportFormats.map(({ flag }) => flag)].sort());
  });

  it('has examples that run in their order, and write what it says', async () => {
    const summary = join(folder, 'summary.md');
    for (const command of commands) {
      const env = { TARGET: target.url, GITHUB_STEP_SUMMARY: summary };
      const { code, stderr } = await zipfire([...adapted(command), '-q'], env);
      // 3 and 5: the profile has gates, and a busy machine may miss them.
      const allowed = command.includes('load.yaml') ? [0, 3, 5] : [0];
      assert.ok(allowed.includes(code ?? -1), `${command}: exit ${code}: ${stderr}`);
    }
    const written = async (name: string) => readFile(join(folder, name), 'utf8');
    assert.match(await written('report.html'), /^<!doctype html>.*Against .*base\.json/s);
    assert.match(await written('timeline.csv'), /^t,sent,.*\r\n0,\d+,/);
    assert.match(await written('run.hlog'), /\n0\.000,0\.\d{3},[\d.]+,HISTF/);
    assert.match(await written('gates.xml'), /<testcase /);
    assert.match(await written('metrics.txt'), /^zipfire_requests_per_second [\d.]+$/m);
    assert.match(await written('summary.md'), /^## .*\*\*QPS /s);
    const { intervals, summary: figures } = JSON.parse(await written('base.json'));
    assert.ok(intervals.length >= 1 && figures.sent > 0);
  });

  it('lists every metric that its examples sent', () => {
    const listed = [...page.matchAll(/^\| `(zipfire\.[\w.]+)` \| `(zipfire_\w+)` \|/gm)];
    const otlp = new Set<string>();
    const prometheus = new Set<string>();
    for (const { path, body } of receiver.received) {
      if (path.endsWith('/write'))
        for (const { metricFamilyName } of decodeRemoteWrite(body).metadata) prometheus.add(metricFamilyName);
      else for (const name of otlpNames(body)) otlp.add(name);
    }
    assert.deepEqual(listed.map(([, name]) => name).sort(), [...otlp].sort());
    // Its example is a closed loop, which has no rate and no lateness.
    const ofOpenLoops = ['zipfire_target_rate_per_second', 'zipfire_lateness_p99_seconds'];
    assert.deepEqual(listed.map(([, , name]) => name).sort(), [...prometheus, ...ofOpenLoops].sort());
  });
});
