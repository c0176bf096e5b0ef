/** The harness against itself: wrk against wrk has to come out at 1, or no other row means anything. */
import { wrk } from '../lib/clients.js';
import { microseconds, perSecond, ratio } from '../lib/figures.js';
import { startNginx } from '../lib/nginx.js';
import { inTurns } from '../lib/pairs.js';

export const row = {
  id: 'self',
  title: 'wrk against wrk: the harness itself',
  needs: ['nginx', 'wrk'],
  async measure({ pairs, seconds, cores, tick }) {
    const server = await startNginx({ core: cores?.server });
    try {
      const run = () => wrk({ server, connections: 64, seconds, core: cores?.client });
      const turns = await inTurns({ pairs, tick, a: run, b: run });
      const of = (field) => turns.map(({ a, b }) => ({ a: a[field], b: b[field] }));
      return [
        ratio('requests/s', of('perSec'), { show: perSecond, promise: { atLeast: 0.95, atMost: 1.05 } }),
        ratio('CPU a request', of('cpuUs'), { show: microseconds, promise: { atLeast: 0.95, atMost: 1.05 } }),
      ];
    } finally {
      await server.stop();
    }
  },
};
