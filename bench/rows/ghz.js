/** gRPC beside ghz, at a Go service: the calls people make with it today. */
import { requireSound } from '../lib/against.js';
import { ghz, provideGhz, zipfireCalls } from '../lib/clients.js';
import { microseconds, perSecond, ratio } from '../lib/figures.js';
import { provideGoTarget, startGoTarget } from '../lib/go-target.js';
import { inTurns } from '../lib/pairs.js';

const concurrencies = [1, 10, 50, 256];
/** Enough that every concurrency keeps all of them busy; both clients have the same. */
const connectionsFor = (concurrency) => Math.min(concurrency, 8);

export const row = {
  id: 'grpc-ghz',
  title: 'gRPC unary calls against ghz, at a Go service',
  needs: [],
  provide: () => provideGoTarget() ?? provideGhz(),
  async measure({ pairs, seconds, cores, tick }) {
    const server = await startGoTarget({ core: cores?.server });
    const core = cores?.client ?? null;
    const figures = [];
    try {
      for (const concurrency of concurrencies) {
        const load = { server, concurrency, connections: connectionsFor(concurrency), seconds, core };
        const turns = await inTurns({
          pairs,
          tick,
          a: () => zipfireCalls(load),
          b: () => ghz(load),
        });
        for (const { a } of turns) requireSound(a.result);
        const of = (field) => turns.map(({ a, b }) => ({ a: a[field], b: b[field] }));
        const what = `${concurrency} at once`;
        figures.push(
          ratio(`${what}: calls/s ÷ ghz`, of('perSec'), { show: perSecond, promise: { atLeast: 1 } }),
          ratio(`${what}: CPU a call ÷ ghz`, of('cpuUs'), { show: microseconds, promise: { atMost: 0.15 } }),
        );
      }
      return figures;
    } finally {
      await server.stop();
    }
  },
};
