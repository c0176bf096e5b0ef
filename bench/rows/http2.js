/** HTTP/2 beside h2load, which is the fastest there is: a keyed path and everything recorded, against a fixed one. */
import { requireSound } from '../lib/against.js';
import { h2load, zipfireTwice } from '../lib/clients.js';
import { microseconds, perSecond, ratio } from '../lib/figures.js';
import { startNghttpd } from '../lib/nghttpd.js';
import { inTurns } from '../lib/pairs.js';

/** @type {readonly {connections: number, streams: number, perSec: object, cpu?: object}[]} */
const shapes = [
  { connections: 8, streams: 32, perSec: { atLeast: 1 }, cpu: { atMost: 0.75 } },
  { connections: 64, streams: 1, perSec: { atLeast: 0.95 } },
  { connections: 1, streams: 100, perSec: { atLeast: 1.2 } },
];

export const row = {
  id: 'http2',
  title: 'HTTP/2 against h2load, at nghttpd',
  needs: ['nghttpd', 'h2load'],
  async measure({ pairs, seconds, cores, tick }) {
    const server = await startNghttpd({ core: cores?.server });
    const core = cores?.client ?? null;
    const figures = [];
    try {
      for (const { connections, streams, perSec, cpu } of shapes) {
        const argv = ['run', `${server.url}?key={{key}}`, '--http2', '--keys', 'zipf:n=1e6,alpha=1.2'];
        const load = ['-c', String(connections), '--streams', String(streams)];
        const turns = await inTurns({
          pairs,
          tick,
          a: () => zipfireTwice({ argv: [...argv, ...load], seconds, core }),
          b: () => h2load({ server, connections, streams, seconds, core }),
        });
        for (const { a } of turns) requireSound(a.result);
        const of = (field) => turns.map(({ a, b }) => ({ a: a[field], b: b[field] }));
        const shape = `${connections} × ${streams}`;
        figures.push(
          ratio(`${shape}: requests/s ÷ h2load`, of('perSec'), { show: perSecond, promise: perSec }),
          ratio(`${shape}: CPU a request ÷ h2load`, of('cpuUs'), { show: microseconds, promise: cpu }),
        );
      }
      return figures;
    } finally {
      await server.stop();
    }
  },
};
