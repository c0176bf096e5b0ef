/**
 * A service that stops for one second in ten, at 1,000 requests/s. A tenth of the requests was due in that
 * second and waited 500 ms in the mean: the response time has to say so, and the service time must not.
 */
import { zipfire } from '../lib/clients.js';
import { value } from '../lib/figures.js';
import { repeatedly } from '../lib/pairs.js';
import { startTarget } from '../lib/server.js';

export const row = {
  id: 'stall',
  title: 'a stall of 1 s in a run of 10 s at 1,000/s',
  needs: [],
  async measure({ cores, tick }) {
    const run = async () => {
      const target = await startTarget({
        core: cores?.server,
        flags: ['--stall-at', '6s', '--stall-for', '1s'],
      });
      try {
        const load = { server: { ...target, requests: countless() }, connections: 50, core: cores?.client };
        return await zipfire({ ...load, seconds: 10, warmupSec: 1, rate: 1000 });
      } finally {
        await target.stop();
      }
    };
    const runs = await repeatedly({ times: 1, tick, run });
    const p99Ms = (kind) => runs.map(({ result }) => result.summary.latencyUs[kind].p99 / 1000);
    return [
      value('response p99', p99Ms('response'), { unit: 'ms', promise: { atLeast: 850, atMost: 1000 } }),
      value('service p99', p99Ms('service'), { unit: 'ms', promise: { atMost: 50 } }),
    ];
  },
};

/** The target's own count would begin its clock; nothing here is divided by it. */
function countless() {
  let asked = 0;
  return async () => asked++;
}
