import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import type { Slices } from '../core/index.js';
import { strangers, unseenPauses } from './doubts.js';
import { filesOf } from './files.test.kit.js';
import { sampleProcess } from './process-sampler.js';
import { ProcessTree } from './process-tree.js';
import { Quotas } from './quotas.js';
import { type SystemFiles, systemFiles } from './system-files.js';
import { Threads } from './threads.js';
import { Tracks } from './tracks.js';

describe('threads', () => {
  it('are counted together, those that have ended, too', () => {
    const table: Record<string, string> = {
      '/proc/7/task/7/schedstat': '1000000000 500000000 3\n',
      '/proc/7/task/8/schedstat': '2000000000 0 3\n',
      '/proc/7/task/7/status': 'voluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n',
      '/proc/7/task/8/status': 'voluntary_ctxt_switches:\t10\nnonvoluntary_ctxt_switches:\t0\n',
    };
    const threads = new Threads(7, filesOf(table));
    assert.ok(threads.list());
    assert.deepEqual(threads.times(), { cpuSec: 3, waitSec: 0.5 });
    assert.deepEqual(threads.switches(), { voluntary: 15, involuntary: 2 });
    assert.equal(threads.busiest(), null, 'since when?');
    delete table['/proc/7/task/8/schedstat'];
    delete table['/proc/7/task/8/status'];
    table['/proc/7/task/7/schedstat'] = '1800000000 600000000 4\n';
    assert.ok(threads.list());
    assert.deepEqual(threads.times(), { cpuSec: 3.8, waitSec: 0.6 });
    assert.deepEqual(threads.busiest(), { ranSec: 0.8, wantedSec: 0.9 });
  });

  it('of a JVM tell of pauses: the busiest of those that run in one', () => {
    const table: Record<string, string> = {};
    const used = (allMs: Record<string, number>) => {
      for (const [id, ms] of Object.entries(allMs))
        table[`/proc/7/task/${id}/schedstat`] = `${0.8 * ms * 1e6} ${0.2 * ms * 1e6} 1\n`;
    };
    const names = { 7: 'java', 8: 'GC Thread#0', 9: 'GC Thread#1', 10: 'VM Thread', 11: 'G1 Conc#0' };
    for (const [id, name] of Object.entries(names)) table[`/proc/7/task/${id}/comm`] = `${name}\n`;
    used({ 7: 5000, 8: 900, 9: 900, 10: 30, 11: 400 });
    const threads = new Threads(7, filesOf(table), true);
    assert.equal(threads.pausedSec, null, 'nobody was looked at');
    assert.ok(threads.list());
    threads.times();
    assert.equal(threads.pausedSec, 0, 'what was before is none of this run');
    used({ 7: 6000, 8: 950, 9: 980, 10: 32, 11: 700 });
    threads.times();
    used({ 7: 6100, 8: 960, 9: 980, 10: 32, 11: 900 });
    threads.times();
    assert.ok(Math.abs((threads.pausedSec ?? 0) - 0.09) < 1e-9, 'ran, or wanted to');
    const other = new Threads(7, filesOf(table));
    assert.ok(other.list());
    other.times();
    assert.equal(other.pausedSec, null, 'names of threads mean that in a JVM only');
  });

  it('are not there when the process is not', () => {
    assert.equal(new Threads(7, filesOf({})).list(), false);
  });
});

describe('a service of several processes', () => {
  /** A master that has used 10 ms, and its workers; thread numbers are those of the processes. */
  const service = (workers: Record<number, number>, extra: Record<string, string> = {}) => ({
    '/proc/7/task/7/children': `${Object.keys(workers).join(' ')} `,
    '/proc/7/task/7/schedstat': '10000000 0 1\n',
    ...Object.fromEntries(
      Object.entries(workers).flatMap(([pid, ms]) => [
        [`/proc/${pid}/task/${pid}/schedstat`, `${ms * 1e6} ${1e6} 1\n`],
        [`/proc/${pid}/task/${pid}/children`, ''],
        [`/proc/${pid}/task/${pid}/status`, 'voluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n'],
      ]),
    ),
    ...extra,
  });
  const links = { '/proc/7/exe': '/bin/sh', '/proc/8/exe': '/usr/bin/node', '/proc/9/exe': '/usr/bin/node' };

  it('is all of them, those that have ended, too', () => {
    let table: Record<string, string> = service({ 8: 1000, 9: 2000 });
    const files: SystemFiles = {
      read: (path) => filesOf(table, links).read(path),
      list: (path) => filesOf(table, links).list(path),
      link: (path) => filesOf(table, links).link(path),
    };
    const tree = new ProcessTree([7], files, 99);
    assert.ok(tree.list());
    assert.deepEqual(tree.pids, [7, 8, 9]);
    assert.deepEqual(tree.times(), { cpuSec: 3.01, waitSec: 0.002 });
    assert.deepEqual(tree.switches(), { voluntary: 10, involuntary: 4 });
    assert.equal(tree.busiest(), null, 'since when?');
    table = service({ 8: 1000, 10: 700 });
    table['/proc/8/task/8/schedstat'] = '1400000000 1000000 1\n';
    assert.ok(tree.list());
    assert.ok(Math.abs((tree.times()?.cpuSec ?? 0) - 4.11) < 1e-9);
    assert.ok(Math.abs((tree.busiest()?.ranSec ?? 0) - 0.4) < 1e-9);
    assert.equal(tree.program, 'node', 'who used the most CPU is what runs');
    assert.deepEqual([tree.most, tree.left, tree.blind], [3, 0, false]);
  });

  it('is none of this program and what that started', () => {
    const tree = new ProcessTree([7], filesOf(service({ 8: 1000, 9: 2000 }), links), 9);
    assert.ok(tree.list());
    assert.deepEqual(tree.pids, [7, 8]);
  });

  it('says that the kernel does not tell of children, and when there are too many', () => {
    const blind = new ProcessTree([8], filesOf({ '/proc/8/task/8/schedstat': '1 0 1\n' }), 99);
    assert.ok(blind.list());
    assert.equal(blind.blind, true);
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [100 + i, 1]));
    const tree = new ProcessTree([7], filesOf(service(many)), 99);
    assert.ok(tree.list());
    assert.deepEqual([tree.pids.length, tree.left], [128, 73]);
  });

  it('goes around in no circle', () => {
    const table = service({ 8: 1 }, { '/proc/8/task/8/children': '7 8 ' });
    const tree = new ProcessTree([7], filesOf(table), 99);
    assert.ok(tree.list());
    assert.deepEqual(tree.pids, [7, 8]);
  });

  it('has CPUs and quotas of all', () => {
    const stat = `7 (sh) S ${Array(10).fill(0).join(' ')} 100 50 0 0 0 0 1 0 1000 0 0\n`;
    const status = (cpus: string) => `Cpus_allowed_list:\t${cpus}\nVmRSS:\t  2048 kB\n`;
    const table = service(
      { 8: 1, 9: 1 },
      {
        '/proc/7/stat': stat,
        '/proc/7/status': status('0'),
        '/proc/8/status': status('0-1'),
        '/proc/9/status': status('2,4'),
      },
    );
    const tracks = new Tracks();
    const seen = sampleProcess([7], tracks, 8, filesOf(table, links));
    seen.start?.();
    assert.equal(seen.cpuLimit(), 4);
    assert.deepEqual(tracks.residentBytes.values, [3 * 2048 * 1024]);
    assert.equal(seen.processes(), 3);
  });

  const linux = process.platform === 'linux' ? false : 'only Linux has procfs';
  it('is a command that a shell started', { skip: linux }, async () => {
    const inner = "process.stdout.write(String(process.pid)); process.stdin.on('end', () => {}).resume()";
    // Two commands: a shell replaces itself by the last one.
    const script = `"$0" -e "$1"; true`;
    const shell = spawn('sh', ['-c', script, process.execPath, inner], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const [said] = await once(shell.stdout, 'data');
      const tree = new ProcessTree([shell.pid ?? 0], systemFiles, -1);
      assert.ok(tree.list());
      assert.deepEqual(tree.pids, [shell.pid, Number(said)]);
      assert.ok((tree.times()?.cpuSec ?? 0) > 0);
      const own = new ProcessTree([process.pid], systemFiles);
      assert.equal(own.list(), false, 'the one that looks on is nobody’s service');
    } finally {
      shell.stdin.end();
      await once(shell, 'close');
    }
  });
});

describe('cgroups of a service', () => {
  const v2 = {
    '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n',
    '/proc/7/cgroup': '0::/a\n',
    '/proc/8/cgroup': '0::/b\n',
    '/sys/fs/cgroup/a/cpu.max': '50000 100000\n',
    '/sys/fs/cgroup/a/cpu.stat': 'usage_usec 1\nnr_periods 10\nnr_throttled 4\nthrottled_usec 200000\n',
    '/sys/fs/cgroup/b/cpu.max': '100000 100000\n',
    '/sys/fs/cgroup/b/cpu.stat': 'usage_usec 1\nnr_periods 30\nnr_throttled 1\nthrottled_usec 10000\n',
  };

  it('are read of version 2, each once', () => {
    const quotas = new Quotas(filesOf({ ...v2, '/proc/9/cgroup': '0::/a\n' }));
    quotas.find([7, 8, 9]);
    assert.equal(quotas.cpus, 1.5);
    assert.deepEqual(quotas.read(), { throttledMs: 210, periods: 40, throttledPeriods: 5 });
  });

  it('are read of version 1', () => {
    const folder = '/sys/fs/cgroup/cpu,cpuacct/docker/a';
    const quotas = new Quotas(
      filesOf({
        '/proc/self/mountinfo':
          '33 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct\n',
        '/proc/7/cgroup': '4:cpu,cpuacct:/docker/a\n3:pids:/docker/a\n',
        [`${folder}/cpu.cfs_quota_us`]: '20000\n',
        [`${folder}/cpu.cfs_period_us`]: '100000\n',
        [`${folder}/cpu.stat`]: 'nr_periods 50\nnr_throttled 7\nthrottled_time 350000000\n',
      }),
    );
    quotas.find([7]);
    assert.equal(quotas.cpus, 0.2);
    assert.deepEqual(quotas.read(), { throttledMs: 350, periods: 50, throttledPeriods: 7 });
  });

  it('limit nothing where one of the processes is free', () => {
    const quotas = new Quotas(filesOf({ ...v2, '/proc/8/cgroup': '0::/\n' }));
    quotas.find([7, 8]);
    assert.equal(quotas.cpus, null);
    assert.equal(quotas.limited, true, 'and still hold the other one back');
  });

  it('are none', () => {
    const quotas = new Quotas(filesOf({}));
    quotas.find([7]);
    assert.deepEqual([quotas.cpus, quotas.limited, quotas.read()], [null, false, null]);
  });
});

describe('doubts', () => {
  const slices = (answered: number, cpuMs: number | null): Slices => {
    const of = (value: number | null) => new Array<number | null>(20).fill(value);
    return {
      answered: of(answered),
      cpuMs: of(cpuMs),
      generatorStillMs: of(0),
      quietMs: of(0),
      runQueueMs: of(0),
      throttledMs: of(0),
      gcMs: of(0),
    };
  };

  it('are said of a process that does nothing while somebody answers', () => {
    assert.match(
      strangers(slices(500, 0.01), 1)?.why ?? '',
      /^the process used next to no CPU.*10000 responses/,
    );
    assert.match(strangers(slices(500, 0), 3)?.why ?? '', /^the 3 processes/);
    assert.equal(strangers(slices(500, 2), 1), null, '4 µs a response');
    assert.equal(strangers(slices(5, 0), 1), null, 'too few to tell');
    assert.equal(strangers(slices(500, null), 1), null, 'nothing known');
  });

  it('tell where pauses could be known from', () => {
    assert.match(unseenPauses('node')?.why ?? '', /--scrape \(prom-client/);
    assert.match(unseenPauses(null)?.why ?? '', /client_golang/);
    assert.equal(unseenPauses('nginx'), null);
  });
});

describe('a process', () => {
  const stat = (start: number) =>
    `7 (a (b) c) S ${Array(10).fill(0).join(' ')} 100 50 0 0 0 0 1 0 ${start} 0 0\n`;

  it('is not another one that took its number', () => {
    const table: Record<string, string> = {
      '/proc/7/stat': stat(1000),
      '/proc/7/status': 'Cpus_allowed_list:\t0-1\nVmRSS:\t  2048 kB\n',
      '/proc/7/task/7/schedstat': '1000000000 0 3\n',
    };
    const tracks = new Tracks();
    const seen = sampleProcess([7], tracks, 8, filesOf(table, { '/proc/7/exe': '/usr/bin/node' }));
    seen.start?.();
    assert.deepEqual([seen.cpuLimit(), seen.runtime()], [2, 'node']);
    assert.deepEqual(tracks.residentBytes.values, [2048 * 1024]);
    table['/proc/7/stat'] = stat(2000);
    seen.everySecond?.(performance.now() + 1000);
    assert.equal(tracks.residentBytes.values.length, 1);
    assert.match(seen.missing().find(({ signal }) => signal === 'process')?.why ?? '', /another one/);
  });

  it('says that it is not there', () => {
    const seen = sampleProcess([7], new Tracks(), 8, filesOf({}));
    seen.start?.();
    assert.match(seen.missing()[0]?.why ?? '', /not there/);
  });
});
