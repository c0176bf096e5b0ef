import assert from 'node:assert/strict';
import { get } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { startTarget } from '#zipfire/target/index.js';
import { pageAssets } from '../fixtures/page.js';
import { dashboardUrl } from '../support/dashboard.js';
import { start, zipfire } from './zipfire.js';

let target: Awaited<ReturnType<typeof startTarget>>;

before(async () => {
  await pageAssets();
  target = await startTarget({ port: 0, grpcPort: 0 });
});
after(() => target.close());

/** Hears every event until the end of the stream. */
function eventsOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url.replace('/?', '/events?'), { agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text)).on('error', reject);
    }).on('error', reject);
  });
}

describe('--dashboard', () => {
  it('tells of the run and then its verdict, and ends with it by Ctrl-C', async () => {
    const run = start([`${target.url}/kv/1`, '-R', '50', '-c', '2', '-d', '10m', '--dashboard', '-q']);
    const url = await dashboardUrl(run.child);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{22}$/);
    const heard = new Promise<void>((resolve) => {
      get(url.replace('/?', '/events?'), { agent: false }, (response) => {
        response.setEncoding('utf8').on('data', (chunk: string) => {
          if (/"rows":\[\{"t":/.test(chunk)) resolve();
        });
        response.on('error', () => {});
      });
    });
    const events = eventsOf(url);
    await heard;
    run.child.kill('SIGINT');
    const text = await events;
    assert.ok(text.startsWith('event: update\n'));
    // On a machine that was too busy the measurement is not valid, and that is said first.
    assert.ok(/\nevent: end\ndata: \{"main":"[^\n]*(INTERRUPTED|INVALID)[^\n]*\n\n$/.test(text));
    const { code, stderr } = await run.finished;
    assert.equal(code, 130);
    assert.doesNotMatch(stderr, /other machines/);
  });

  it('does not stay for a run that had no result', async () => {
    const run = start([
      'grpc',
      'grpc://127.0.0.1:1',
      '--call',
      'kv.v1.KV/Get',
      '-d',
      '{}',
      '-q',
      '--dashboard',
      '--dashboard-linger',
      '10m',
    ]);
    const { code, stderr } = await run.finished;
    assert.equal(code, 4, stderr);
    assert.match(stderr, /^dashboard: http/m);
  });

  it('refuses what it cannot do before anything is sent', async () => {
    const cases: [string[], RegExp][] = [
      [['--dashboard=nowhere'], /"nowhere" is no address and port/],
      [['--dashboard-linger', '5s'], /--dashboard-linger is for --dashboard/],
      [['--dashboard', '--dashboard-linger', 'long'], /--dashboard-linger: /],
      [['--dashboard=8090', '--dashboard=8091'], /more than once/],
    ];
    for (const [flags, expected] of cases) {
      const { code, stderr } = await zipfire([...flags, `${target.url}/kv/1`, '-n', '1']);
      assert.equal(code, 2, stderr);
      assert.match(stderr, expected);
    }
  });

  it('warns of other machines, and stays on for who did not look', async () => {
    const args = ['--dashboard', '0.0.0.0:0', '--dashboard-linger', '10m', `${target.url}/kv/1`, '-n', '20'];
    const run = start([...args, '--out', '-']);
    const url = await dashboardUrl(run.child);
    await new Promise<void>((resolve) => {
      let said = '';
      run.child.stderr.on('data', (chunk) => {
        said += chunk;
        if (/dashboard: stays for 600 s/.test(said)) resolve();
      });
    });
    assert.match(await eventsOf(url.replace('0.0.0.0', '127.0.0.1')), /^event: end\n/);
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.finished;
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).summary.sent, 20);
    assert.match(stderr, /^dashboard: other machines reach it/m);
  });
});
