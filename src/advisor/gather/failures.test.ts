/** What cannot be seen is said, with its reason; none of it throws. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { systemFiles } from '../../observe/system-files.js';
import { advise } from '../advise.js';
import type { Gathered } from '../facts.js';
import { gatherExpvar } from './expvar.js';
import type { Gatherer } from './gatherer.js';
import { gatherMetrics } from './metrics/index.js';
import { gatherProcess } from './process/index.js';

const runtime = '# TYPE go_goroutines gauge\ngo_goroutines 7\n';
const MIB = 'x 1\n'.repeat(2 ** 18);

let server: http.Server;
let base: string;
/** How often each path was asked for. */
const asked = new Map<string, number>();

const pages: Readonly<Record<string, (response: http.ServerResponse, count: number) => void>> = {
  '/missing': (response) => response.writeHead(404).end('not here'),
  '/html': (response) => response.setHeader('content-type', 'text/html').end('<!doctype html>\n<p>hello\n'),
  '/empty': (response) => response.end(),
  '/own': (response) => response.end('orders_total{customer="7"} 3\n'),
  '/json': (response) => response.end('{"cmdline":["/app"]}'),
  '/endless': (response) => {
    // 100 MB, if anybody takes them.
    let left = 100;
    const more = () => {
      while (left-- > 0 && !response.destroyed) if (!response.write(MIB)) return;
      response.end();
    };
    response.on('drain', more).on('error', () => {});
    more();
  },
  '/cut': (response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write(runtime, () => response.destroy());
  },
  '/once': (response, count) =>
    count === 1 ? response.end(runtime) : response.writeHead(503).end('shutting down'),
  '/long': (response) => response.end(`${runtime}${'go_x{a="1"} 1\n'.repeat(20_001)}`),
  '/memstats': (response, count) =>
    count === 1 ? response.end('{"memstats":{"NumGC":1}}') : response.writeHead(404).end(),
};

before(async () => {
  server = http.createServer(({ url = '' }, response) => {
    const count = (asked.get(url) ?? 0) + 1;
    asked.set(url, count);
    pages[url]?.(response, count);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

async function gatheredBy(gatherer: Gatherer): Promise<Gathered> {
  await gatherer.start();
  await gatherer.poll();
  return gatherer.finish();
}

describe('a page of metrics', () => {
  const reasons: readonly (readonly [path: string, reason: RegExp])[] = [
    ['/missing', /^http:\/\/shown\/missing: answered 404$/],
    ['/html', /\/html is no page of metrics in Prometheus’ text format: it begins with <!doctype html>/],
    ['/json', /is no page of metrics .* it is JSON$/],
    ['/empty', /is an empty page$/],
    ['/own', /has no metrics of a runtime \(go_, nodejs_, jvm_, process_\)$/],
    ['/endless', /is larger than 32 MiB$/],
    ['/cut', /^http:\/\/shown\/cut: \S/],
  ];
  for (const [path, reason] of reasons)
    it(`${path}: the reason stands in each rule that needs it`, async () => {
      const gathered = await gatheredBy(gatherMetrics(`${base}${path}`, `http://shown${path}`));
      assert.match(gathered.failed.metrics ?? '', reason);
      assert.equal(gathered.facts.metrics, undefined);
      assert.equal(asked.get(path), 1, 'it is not asked for again under load');
      const { findings, notes } = advise({ target: 'x', gathered });
      const mem06 = findings.find(({ id }) => id === 'MEM06');
      assert.deepEqual([mem06?.status, mem06?.why], ['inconclusive', gathered.failed.metrics]);
      assert.ok(notes.some((note) => reason.test(note.replace('metrics: ', ''))));
    });

  it('that nobody serves is refused with its reason', async () => {
    const closed = http.createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    closed.close();
    await once(closed, 'close');
    const { failed } = await gatheredBy(gatherMetrics(`http://127.0.0.1:${port}/`, 'http://shown/'));
    assert.match(failed.metrics ?? '', /ECONNREFUSED/);
  });

  it('that stops answering under load is kept as far as it went, and said', async () => {
    const { facts, failed } = await gatheredBy(gatherMetrics(`${base}/once`, 'http://shown/once'));
    assert.equal(facts.metrics?.scrapes.length, 1);
    assert.match(failed.metrics ?? '', /answered 503$/);
  });

  it('with more samples than are kept says so', async () => {
    const { facts, failed } = await gatheredBy(gatherMetrics(`${base}/long`, 'http://shown/long'));
    assert.equal(facts.metrics?.truncated, true);
    assert.match(failed.metrics ?? '', /is too long/);
  });

  it('with very many samples is taken less often under load, and after it all the same', async () => {
    const gatherer = gatherMetrics(`${base}/long`, 'http://shown/long');
    await gatherer.start();
    for (let i = 0; i < 20; i++) await gatherer.poll();
    const { facts } = await gatherer.finish();
    const phases = facts.metrics?.scrapes.map(({ phase }) => phase) ?? [];
    // 20,000 of each page.
    assert.deepEqual([phases.length, phases.at(0), phases.at(-1)], [12, 'before', 'after']);
  });
});

describe('a page of expvar', () => {
  const reasons: readonly (readonly [path: string, reason: RegExp])[] = [
    ['/missing', /answered 404$/],
    ['/html', /has no memstats; Go serves them at \/debug\/vars$/],
    ['/json', /has no memstats/],
    ['/endless', /is larger than 32 MiB$/],
  ];
  for (const [path, reason] of reasons)
    it(`${path}: is refused with its reason`, async () => {
      const { facts, failed } = await gatheredBy(gatherExpvar(`${base}${path}`, `http://shown${path}`));
      assert.match(failed.expvar ?? '', reason);
      assert.equal(facts.expvar, undefined);
    });

  it('that is gone after the load is kept as far as it went, and said', async () => {
    const { facts, failed } = await gatheredBy(gatherExpvar(`${base}/memstats`, 'http://shown/'));
    assert.equal(facts.expvar?.pages.length, 1);
    assert.match(failed.expvar ?? '', /answered 404$/);
  });
});

const noProc = process.platform !== 'linux' && 'procfs is Linux’s';

describe('a process', { skip: noProc }, () => {
  it('that ends under load is kept as far as it went, and said', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    await once(child, 'spawn');
    const pid = child.pid ?? assert.fail();
    const gatherer = gatherProcess(pid);
    await gatherer.start();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    await gatherer.poll();
    const { facts, failed } = await gatherer.finish();
    assert.equal(facts.process?.views.length, 1);
    assert.equal(
      failed.process,
      `process ${pid} ended while it was looked at: what is known is of the time before`,
    );
    const never = await gatheredBy(gatherProcess(pid));
    assert.match(never.failed.process ?? '', /is not there, or not ours to look at; run as its user/);
    assert.equal(never.facts.process, undefined);
  });

  it('that has ended, and whose parent has not asked yet, is not there', async () => {
    // Its child ends at once, and the shell that stands in for it never asks.
    const script = 'sh -c "exit 0" & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(String(line));
    while (!/^State:\s+Z/m.test(systemFiles.read(`/proc/${pid}/status`) ?? ''))
      await new Promise((resolve) => setImmediate(resolve));
    const { facts, failed } = await gatheredBy(gatherProcess(pid));
    const exited = once(parent, 'exit');
    parent.kill('SIGKILL');
    await exited;
    assert.equal(facts.process, undefined);
    assert.match(failed.process ?? '', new RegExp(`^process ${pid} has ended`));
  });

  it('of another user is judged by what all may read, and the rest is said', async () => {
    const own = /^\/proc\/\d+\/(environ|exe|fd)/;
    const files = {
      ...systemFiles,
      read: (path: string) => (own.test(path) ? null : systemFiles.read(path)),
      list: (path: string) => (own.test(path) ? null : systemFiles.list(path)),
      link: (path: string) => (own.test(path) ? null : systemFiles.link(path)),
    };
    const gathered = await gatheredBy(gatherProcess(process.pid, files));
    assert.equal(
      gathered.failed.process,
      `process ${process.pid}: its environment and open files are not ours to read; run as its user`,
    );
    assert.ok((gathered.facts.process?.views.length ?? 0) >= 2);
    const { findings } = advise({ target: 'x', gathered });
    assert.deepEqual(
      findings.filter(({ status }) => status === 'error'),
      [],
    );
    assert.equal(
      findings.find(({ id, confidence }) => id === 'K03' && confidence === 'observed')?.status,
      'inconclusive',
    );
  });
});
