/**
 * Places that make a service ail, where the machine allows them: a cgroup with a CPU quota, and a network namespace
 * behind a line that is slow now and then. Each says why not, where it does not.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

const NAME = `zipfire-bench-${process.pid}`;
const PERIOD_US = 100_000;
const ADDRESSES = { host: '10.213.77.1', service: '10.213.77.2' };
const SLOW_EVERY_MS = 6000;
const SLOW_FOR_MS = 1200;

function reason(error) {
  return (
    String(error.stderr ?? error.message)
      .trim()
      .split('\n')[0] || error.message
  );
}

/**
 * A cgroup (v2, or the cpu controller of v1) that gets so much of a CPU.
 * @returns {{ why: string } | { add: (pid: number) => void, close: () => void, what: string }}
 */
export function quotaPlace(cpus) {
  const quota = String(Math.round(cpus * PERIOD_US));
  const v1 = existsSync('/sys/fs/cgroup/cpu/cpu.cfs_quota_us');
  const folder = `/sys/fs/cgroup/${v1 ? 'cpu/' : ''}${NAME}`;
  try {
    if (!v1 && !readFileSync('/sys/fs/cgroup/cgroup.subtree_control', 'utf8').includes('cpu'))
      return { why: 'cgroup v2 does not hand its cpu controller down here' };
    mkdirSync(folder);
    if (v1) {
      writeFileSync(`${folder}/cpu.cfs_period_us`, String(PERIOD_US));
      writeFileSync(`${folder}/cpu.cfs_quota_us`, quota);
    } else writeFileSync(`${folder}/cpu.max`, `${quota} ${PERIOD_US}`);
    return {
      what: `cgroup v${v1 ? 1 : 2}, ${cpus} CPUs`,
      add: (pid) => writeFileSync(`${folder}/cgroup.procs`, String(pid)),
      close: () => rmdirSync(folder),
    };
  } catch (error) {
    return { why: `no cgroup with a quota: ${reason(error)}` };
  }
}

/**
 * A network namespace behind a pair of virtual cards, whose line is slow for a second in every six: by netem, 150 ms
 * give or take 30; where the kernel has none, by a token bucket that lets 1 Mbit/s through, in which packets queue.
 * @returns {{ why: string } | { wrap: (command: string[]) => string[], address: string, slow: () => () => void, close: () => void, what: string }}
 */
export function slowNetworkPlace() {
  const run = (...words) => execFileSync(words[0], words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  const inside = (...words) => run('ip', 'netns', 'exec', NAME, ...words);
  const card = `zf${process.pid % 100_000}`;
  const peer = `${card}p`;
  const close = () => {
    for (const words of [
      ['ip', 'link', 'del', card],
      ['ip', 'netns', 'del', NAME],
    ])
      try {
        run(...words);
      } catch {
        // It was not made.
      }
  };
  try {
    run('ip', 'netns', 'add', NAME);
    run('ip', 'link', 'add', card, 'type', 'veth', 'peer', 'name', peer);
    run('ip', 'link', 'set', peer, 'netns', NAME);
    run('ip', 'addr', 'add', `${ADDRESSES.host}/30`, 'dev', card);
    run('ip', 'link', 'set', card, 'up');
    inside('ip', 'addr', 'add', `${ADDRESSES.service}/30`, 'dev', peer);
    inside('ip', 'link', 'set', peer, 'up');
    inside('ip', 'link', 'set', 'lo', 'up');
    const kinds = [
      ['netem', 'delay', '150ms', '30ms'],
      ['tbf', 'rate', '1mbit', 'burst', '8kb', 'limit', '1mb'],
    ];
    const works = kinds.find((kind) => {
      try {
        inside('tc', 'qdisc', 'replace', 'dev', peer, 'root', ...kind);
        inside('tc', 'qdisc', 'del', 'dev', peer, 'root');
        return true;
      } catch {
        return false;
      }
    });
    if (works === undefined) throw new Error('tc has neither netem nor tbf here');
    return {
      what: `namespace, ${works[0]}`,
      address: ADDRESSES.service,
      wrap: (command) => ['ip', 'netns', 'exec', NAME, ...command],
      slow: () => {
        const timers = new Set();
        const tc = (...words) =>
          spawn('ip', ['netns', 'exec', NAME, 'tc', 'qdisc', ...words], { stdio: 'ignore' });
        const every = setInterval(() => {
          tc('replace', 'dev', peer, 'root', ...works);
          timers.add(setTimeout(() => tc('del', 'dev', peer, 'root'), SLOW_FOR_MS));
        }, SLOW_EVERY_MS);
        return () => {
          clearInterval(every);
          for (const timer of timers) clearTimeout(timer);
        };
      },
      close,
    };
  } catch (error) {
    close();
    return { why: `no slow network: ${reason(error)}` };
  }
}
