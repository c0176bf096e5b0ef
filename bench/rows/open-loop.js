/** Whether an open loop sends when it said it would, and what it adds to the latency it measures. */
import { requireSound } from '../lib/against.js';
import { zipfire } from '../lib/clients.js';
import { value } from '../lib/figures.js';
import { startNginx } from '../lib/nginx.js';
import { inTurns } from '../lib/pairs.js';

const rate = 20_000;

export const row = {
  id: 'open-loop',
  title: 'open loop, 20 k/s, 50 connections',
  needs: ['nginx'],
  async measure({ pairs, seconds, cores, tick }) {
    const server = await startNginx({ core: cores?.server });
    try {
      const load = { server, seconds, core: cores?.client, warmupSec: 2 };
      const turns = await inTurns({
        pairs,
        tick,
        a: () => zipfire({ ...load, connections: 50, rate }),
        b: () => zipfire({ ...load, connections: 1 }),
      });
      for (const { result } of turns.flatMap(({ a, b }) => [a, b])) requireSound(result);
      const summaries = turns.map(({ a, b }) => ({ open: a.result.summary, single: b.result.summary }));
      const lateness = (name) => summaries.map(({ open }) => open.latencyUs.lateness[name]);
      const added = summaries.map(
        ({ open, single }) => open.latencyUs.response.p50 - single.latencyUs.service.p50,
      );
      const missed = summaries.map(({ open }) => Math.abs(open.achievedRate / rate - 1) * 100);
      return [
        value('lateness p50', lateness('p50'), { unit: 'µs', promise: { atMost: 5 } }),
        value('lateness p99', lateness('p99'), { unit: 'µs', promise: { atMost: 200 } }),
        value('lateness p99.9', lateness('p99_9'), { unit: 'µs', promise: { atMost: 1500 } }),
        value('achieved rate off by', missed, { unit: '%', promise: { atMost: 0.1 } }),
        value("response p50 above one connection's service", added, {
          unit: 'µs',
          promise: { atMost: 30 },
        }),
      ];
    } finally {
      await server.stop();
    }
  },
};
