/** Ten million calls: what the process holds at the end beside what it held after the first million. */
import { readFileSync } from 'node:fs';
import { requireSound } from '../lib/against.js';
import { zipfireCommand } from '../lib/clients.js';
import { runClient } from '../lib/command.js';
import { value } from '../lib/figures.js';
import { getCall } from '../lib/grpc-call.js';
import { startNghttpd } from '../lib/nghttpd.js';
import { processesBelow } from '../lib/processes.js';

const calls = 10_000_000;
const pollMs = 200;

export const row = {
  id: 'grpc-memory',
  title: '10,000,000 gRPC calls, and what they leave in memory',
  needs: ['nghttpd'],
  async measure({ cores, tick }) {
    const server = await startNghttpd({ core: cores?.server, grpc: true });
    const seen = [];
    let timer;
    try {
      const load = ['--connections', '8', '-c', '256', '-n', String(calls), '--out', '-'];
      const argv = [...zipfireCommand, ...getCall(new URL(server.origin).host), ...load];
      const done = await runClient(argv, {
        core: cores?.client,
        started: (pid) => {
          timer = setInterval(() => seen.push(Math.max(...processesBelow(pid).map(rssOf))), pollMs);
        },
      });
      if (done.code !== 0) throw new Error(`exit ${done.code}: ${done.stderr.slice(0, 500)}`);
      requireSound(JSON.parse(done.stdout));
      tick();
      // The calls come at an even pace, so a tenth of the time is about the first million.
      const firstMillion = Math.max(...seen.slice(0, Math.ceil(seen.length / 10)));
      const end = Math.max(...seen.slice(-Math.ceil(seen.length / 20)));
      return [
        value('RSS at the end ÷ after the first million', [end / firstMillion], {
          unit: '×',
          promise: { atMost: 1.2 },
        }),
        value('RSS at the end', [end / 1e6], { unit: 'MB' }),
      ];
    } finally {
      clearInterval(timer);
      await server.stop();
    }
  },
};

function rssOf(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
