/** Server streaming: how many messages a second one core takes in. */
import { requireSound } from '../lib/against.js';
import { zipfireCommand } from '../lib/clients.js';
import { runClient } from '../lib/command.js';
import { value } from '../lib/figures.js';
import { provideGoTarget, startGoTarget } from '../lib/go-target.js';
import { protoFile } from '../lib/grpc-call.js';
import { repeatedly } from '../lib/pairs.js';

const messagesACall = 5000;

export const row = {
  id: 'grpc-stream',
  title: `gRPC server streaming, ${messagesACall} messages a call, from a Go service`,
  needs: [],
  provide: provideGoTarget,
  async measure({ pairs, seconds, cores, tick }) {
    const server = await startGoTarget({ core: cores?.server });
    try {
      const call = ['--call', 'kv.v1.KV/Watch', '--proto', protoFile];
      const data = ['-d', `{"key":"user_{{key}}","count":"${messagesACall}"}`, '--keys', 'uniform:n=1000'];
      const load = [
        '--connections',
        '4',
        '-c',
        '8',
        '-t',
        '30s',
        '-z',
        `${seconds}s`,
        '--warmup',
        '1s',
        '--out',
        '-',
      ];
      const argv = [...zipfireCommand, 'grpc', server.grpc, ...call, ...data, ...load];
      const runs = await repeatedly({
        times: pairs,
        tick,
        run: async () => {
          const done = await runClient(argv, { core: cores?.client });
          if (done.code !== 0) throw new Error(`exit ${done.code}: ${done.stderr.slice(0, 500)}`);
          const result = JSON.parse(done.stdout);
          requireSound(result);
          return result;
        },
      });
      return [
        value(
          'messages/s received',
          runs.map(({ summary }) => summary.messages.receivedPerSec),
          {
            unit: '/s',
            promise: { atLeast: 1e6 },
          },
        ),
        value(
          'event loop of the client',
          runs.map(({ generator }) => 100 * generator.eventLoopUtilization),
          {
            unit: '%',
          },
        ),
      ];
    } finally {
      await server.stop();
    }
  },
};
