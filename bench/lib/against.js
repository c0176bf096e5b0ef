/** The shape most rows have: zipfire and a peer in turns, against nginx, with the same connections. */
import { zipfire } from './clients.js';
import { microseconds, perSecond, ratio, value } from './figures.js';
import { startNginx } from './nginx.js';
import { inTurns } from './pairs.js';

/**
 * @param {import('../rows/index.js').Bench} bench
 * @param {object} match
 * @param {string} match.peer name of the peer
 * @param {(load: object) => Promise<object>} match.run the peer, from ./clients.js
 * @param {boolean} [match.tls]
 * @param {object} [match.perSec] promise on the ratio of requests per second
 * @param {object} [match.cpu] promise on the ratio of CPU a request
 */
export async function against({ pairs, seconds, cores, tick }, { peer, run, tls = false, perSec, cpu }) {
  const server = await startNginx({ core: cores?.server, tls });
  try {
    const load = { server, connections: 64, seconds, core: cores?.client };
    const startUpMs = await startUpCpuMs(load);
    const turns = await inTurns({ pairs, tick, a: () => zipfire(load), b: () => run(load) });
    for (const { a } of turns) requireSound(a.result);
    const of = (field) => turns.map(({ a, b }) => ({ a: a[field], b: b[field] }));
    const running = turns.map(({ a, b }) => ({ a: a.cpuUs - (startUpMs * 1000) / a.requests, b: b.cpuUs }));
    return [
      ratio(`requests/s ÷ ${peer}`, of('perSec'), { show: perSecond, promise: perSec }),
      ratio(`CPU a request ÷ ${peer}`, of('cpuUs'), { show: microseconds, promise: cpu }),
      ratio('the same without start-up', running, { show: microseconds }),
      value('CPU to start', [startUpMs], { unit: 'ms' }),
    ];
  } finally {
    await server.stop();
  }
}

/** CPU of a run of one request: what starting costs, and is inside the CPU a request of a longer run. */
async function startUpCpuMs(load) {
  const { cpuSec } = await zipfire({ ...load, connections: 1, warmupSec: 0, seconds: 1, more: ['-n', '1'] });
  return cpuSec * 1000;
}

/** A ratio of a run with errors, or of one that lost requests, would be worth nothing. */
export function requireSound(result) {
  const { sent, ok, errors, planned, dropped, unsent } = result.summary;
  if (errors > 0 || ok !== sent) throw new Error(`zipfire reports ${errors} errors in ${sent} requests`);
  if (planned !== sent + dropped + unsent) {
    throw new Error(`planned ${planned} ≠ sent ${sent} + dropped ${dropped} + unsent ${unsent}`);
  }
}
