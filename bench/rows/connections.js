/** Ten thousand connections, and what they take in memory. */
import { requireSound } from '../lib/against.js';
import { zipfireCommand } from '../lib/clients.js';
import { runClient } from '../lib/command.js';
import { value } from '../lib/figures.js';
import { peakRssOf } from '../lib/machine.js';
import { startNginx } from '../lib/nginx.js';
import { processesBelow } from '../lib/processes.js';

const connections = 10_000;
/** The kernel's count of the process grows to its peak; reading it now and then cannot miss it by much. */
const pollMs = 100;

export const row = {
  id: 'connections',
  title: '10,000 connections',
  needs: ['nginx'],
  async measure({ seconds, cores, tick }) {
    const server = await startNginx({ core: cores?.server });
    let peak = 0;
    let timer;
    try {
      const flags = ['-c', connections, '-t', 1, '-d', `${seconds}s`, '--warmup', '1s', '--out', '-'];
      const argv = [...zipfireCommand, 'run', server.url, ...flags.map(String)];
      const done = await runClient(argv, {
        core: cores?.client,
        openFiles: connections + 1000,
        started: (pid) => {
          timer = setInterval(() => {
            peak = Math.max(peak, ...processesBelow(pid).map((id) => peakRssOf(id) ?? 0));
          }, pollMs);
        },
      });
      if (done.code !== 0) throw new Error(`exit ${done.code}: ${done.stderr.trim().slice(0, 500)}`);
      const result = JSON.parse(done.stdout);
      requireSound(result);
      tick();
      return [
        value('peak memory (RSS)', [peak / 1e6], { unit: 'MB', promise: { atMost: 600 } }),
        value('requests/s', [result.summary.qps], { unit: '/s' }),
        value('connections that failed', [result.connections.failed], { unit: '', promise: { atMost: 0 } }),
      ];
    } finally {
      clearInterval(timer);
      await server.stop();
    }
  },
};
