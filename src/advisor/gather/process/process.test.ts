import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCgroups, tightestCpu, tightestMemory } from '../../../observe/cgroup.js';
import { filesOf as tableOf } from '../../../observe/files.test.kit.js';
import type { SystemFiles } from '../../../observe/system-files.js';
import { parseMemLimit } from '../../derive/go.js';
import { readExpvar } from '../expvar.js';
import { readEnvironment } from './environment.js';
import { addressOf } from './network.js';
import { readCpuList, readCpuWait, readView } from './read.js';

const filesOf = (table: Readonly<Record<string, string>>): SystemFiles => ({
  read: (path) => table[path] ?? null,
  list: () => null,
  link: () => null,
});

test('cgroup v2: every ancestor counts, and the tightest limit is found', () => {
  const levels = readCgroups(
    7,
    filesOf({
      '/proc/self/mountinfo': '30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n',
      '/proc/7/cgroup': '0::/pod/app\n',
      '/sys/fs/cgroup/pod/app/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/pod/cpu.max': '150000 100000\n',
      '/sys/fs/cgroup/pod/app/memory.max': '1024\n',
      '/sys/fs/cgroup/pod/app/cpu.stat': 'nr_periods 5\nnr_throttled 2\n',
    }),
  );
  assert.deepEqual(
    levels.map(({ path }) => path),
    ['/pod/app', '/pod', '/'],
  );
  assert.deepEqual([tightestCpu(levels)?.cpus, tightestCpu(levels)?.level.path], [1.5, '/pod']);
  assert.equal(tightestMemory(levels)?.bytes, 1024);
  assert.equal(levels[0]?.throttled, 2);
});

test('cgroup v1: −1 is no limit, and neither is the largest number', () => {
  const levels = readCgroups(
    7,
    filesOf({
      '/proc/self/mountinfo':
        '32 31 0:29 / /c/cpu rw - cgroup cgroup rw,cpu,cpuacct\n35 31 0:32 / /c/mem rw - cgroup cgroup rw,memory\n',
      '/proc/7/cgroup': '4:memory:/a\n1:cpu,cpuacct:/a\n',
      '/c/cpu/a/cpu.cfs_quota_us': '50000\n',
      '/c/cpu/a/cpu.cfs_period_us': '100000\n',
      '/c/cpu/cpu.cfs_quota_us': '-1\n',
      '/c/mem/a/memory.limit_in_bytes': '9223372036854771712\n',
    }),
  );
  assert.equal(tightestCpu(levels)?.cpus, 0.5);
  assert.equal(tightestMemory(levels), null);
});

test('of the environment only what tunes a runtime is kept', () => {
  const environment = 'TOKEN=x\0GOGC=50\0JAVA_TOOL_OPTIONS=-Xmx1g -Dpassword=y\0';
  assert.deepEqual(readEnvironment(environment), { GOGC: '50', JAVA_TOOL_OPTIONS: '-Xmx1g' });
});

test('the texts of the kernel and of Go', () => {
  assert.equal(addressOf('0100007F:1F90'), '127.0.0.1:8080');
  assert.equal(addressOf('0000000000000000FFFF00000100007F:0050'), '127.0.0.1:80');
  assert.deepEqual(
    ['0-3,8', 'x', '0-'].map((text) => readCpuList(text)),
    [[0, 1, 2, 3, 8], null, null],
  );
  assert.deepEqual([parseMemLimit('512MiB'), parseMemLimit('1KB')], [2 ** 29, null]);
  assert.equal(readExpvar('{"memstats":{"GCCPUFraction":0.25}}')?.gcCpuFraction, 0.25);
  assert.equal(readExpvar('{}'), null);
});

test('the time on run queues is that of all threads, and of one that has just ended none', () => {
  const table: Readonly<Record<string, string>> = {
    '/proc/7/task/7/schedstat': '900 1500000000 4\n',
    '/proc/7/task/8/schedstat': '100 500000000 4\n',
  };
  const listing = (threads: readonly string[]): SystemFiles => ({
    ...filesOf(table),
    list: () => threads,
  });
  assert.equal(readCpuWait(7, listing(['7', '8', '9'])), 2);
  assert.equal(readCpuWait(7, filesOf(table)), null, 'no list of threads');
  assert.equal(readCpuWait(7, listing(Array.from({ length: 513 }, () => '7'))), null, 'too many');
});

test('whose connections to a destination are there now is known of the process and its children', () => {
  const socket = (remote: string, state: string, inode: number) =>
    `0: 0100007F:9000 ${remote} ${state} 0:0 00:0 0 0 0 ${inode} 1`;
  const REDIS = '0100000A:18EB';
  const OTHER = '0200000A:1538';
  const sockets = [
    'header',
    socket(REDIS, '06', 0),
    socket(REDIS, '06', 0),
    socket(REDIS, '01', 11),
    socket(OTHER, '06', 0),
    socket(OTHER, '01', 99),
  ].join('\n');
  const table: Record<string, string> = {
    '/proc/7/stat': `7 (app) S ${'1 '.repeat(30)}`,
    '/proc/7/net/tcp': sockets,
    '/proc/7/task/7/children': '8 ',
    '/proc/8/task/8/children': '',
    '/proc/7/fd/0': '',
    '/proc/8/fd/3': '',
  };
  const most = () =>
    readView(7, 0, true, tableOf(table, { '/proc/8/fd/3': 'socket:[11]' }))?.tcp.timeWaitMost;
  assert.deepEqual(most(), [
    { destination: '10.0.0.1:6379', count: 2, own: 1 },
    { destination: '10.0.0.2:5432', count: 1, own: 0 },
  ]);
  delete table['/proc/8/task/8/children'];
  assert.deepEqual(
    most()?.map(({ own }) => own),
    [null, null],
    'a child is not ours to look at',
  );
});
