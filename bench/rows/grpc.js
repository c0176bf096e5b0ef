/** gRPC beside h2load, which posts the same bytes each time; ours makes a keyed message for each call. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireSound } from '../lib/against.js';
import { h2load, zipfireTwice } from '../lib/clients.js';
import { microseconds, perSecond, ratio } from '../lib/figures.js';
import { getCall } from '../lib/grpc-call.js';
import { startNghttpd } from '../lib/nghttpd.js';
import { inTurns } from '../lib/pairs.js';

const connections = 8;
const streams = 32;

export const row = {
  id: 'grpc-h2load',
  title: 'gRPC unary calls, 8 × 32, against h2load with a fixed message, at nghttpd',
  needs: ['nghttpd', 'h2load'],
  async measure({ pairs, seconds, cores, tick }) {
    const server = await startNghttpd({ core: cores?.server, grpc: true });
    const core = cores?.client ?? null;
    const folder = mkdtempSync(join(tmpdir(), 'zipfire-bench-'));
    const data = join(folder, 'message');
    writeFileSync(data, fixedMessage('user_123456'));
    try {
      const load = ['--connections', String(connections), '-c', String(connections * streams)];
      const argv = [...getCall(new URL(server.origin).host), ...load];
      const turns = await inTurns({
        pairs,
        tick,
        a: () => zipfireTwice({ argv, seconds, core, duration: '-z' }),
        b: () => h2load({ server, connections, streams, seconds, core, data }),
      });
      for (const { a } of turns) requireSound(a.result);
      const of = (field) => turns.map(({ a, b }) => ({ a: a[field], b: b[field] }));
      return [
        ratio('calls/s ÷ h2load', of('perSec'), { show: perSecond, promise: { atLeast: 0.9 } }),
        ratio('CPU a call ÷ h2load', of('cpuUs'), { show: microseconds, promise: { atMost: 1 } }),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await server.stop();
    }
  },
};

/** `GetRequest { key }` with its length-prefix. */
function fixedMessage(key) {
  const message = Buffer.concat([Buffer.from([0x0a, key.length]), Buffer.from(key)]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
