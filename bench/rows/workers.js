/**
 * What sharing the work between two workers costs. The server is slowed down until it is the bottleneck, so both
 * arms send the same rate; an open loop at one rate is reported beside it, where spinning is part of the cost.
 */
import { requireSound } from '../lib/against.js';
import { zipfire } from '../lib/clients.js';
import { microseconds, perSecond, ratio } from '../lib/figures.js';
import { startNginx } from '../lib/nginx.js';
import { inTurns } from '../lib/pairs.js';

const openRate = 20_000;

export const row = {
  id: 'workers',
  title: 'two workers against one, 64 connections, the server the bottleneck',
  needs: ['nginx'],
  async measure({ pairs, seconds, cores, tick }) {
    const server = await startNginx({ core: cores?.server, burn: 150 });
    try {
      const load = { server, connections: 64, seconds, core: cores?.client };
      const both = async (more) => {
        const turns = await inTurns({
          pairs,
          tick,
          a: () => zipfire({ ...load, ...more, workers: 2 }),
          b: () => zipfire({ ...load, ...more, workers: 1 }),
        });
        for (const { result } of turns.flatMap(({ a, b }) => [a, b])) requireSound(result);
        return (field) => turns.map(({ a, b }) => ({ a: a[field], b: b[field] }));
      };
      const closed = await both({});
      const open = await both({ rate: openRate });
      return [
        ratio('CPU a request, two ÷ one', closed('cpuUs'), { show: microseconds, promise: { atMost: 1.1 } }),
        ratio('requests/s, two ÷ one', closed('perSec'), { show: perSecond }),
        ratio(`CPU a request at ${openRate / 1000} k/s, two ÷ one`, open('cpuUs'), { show: microseconds }),
      ];
    } finally {
      await server.stop();
    }
  },
};
