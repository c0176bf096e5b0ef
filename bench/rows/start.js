/** From the command to the first byte of the first request. */
import { spawn } from 'node:child_process';
import { zipfireCommand } from '../lib/clients.js';
import { value } from '../lib/figures.js';
import { repeatedly } from '../lib/pairs.js';
import { startDoorbell } from '../lib/server.js';

const times = 10;

export const row = {
  id: 'start',
  title: 'start to first request',
  needs: [],
  async measure({ tick }) {
    const run = async () => {
      const server = await startDoorbell();
      try {
        const [node, script] = zipfireCommand;
        const flags = ['-c', '1', '-t', '1', '-n', '1', '--keys', 'zipf:n=1e6,alpha=1.2'];
        const beganMs = performance.now();
        const child = spawn(node, [script, 'run', `${server.origin}/kv/{{key}}`, ...flags], {
          stdio: 'ignore',
        });
        const ended = new Promise((resolve) => child.once('close', resolve));
        const silent = ended.then((code) => {
          throw new Error(`zipfire ended with ${code} and had sent nothing`);
        });
        silent.catch(() => {});
        const tookMs = (await Promise.race([server.firstByteMs, silent])) - beganMs;
        await ended;
        return tookMs;
      } finally {
        await server.stop();
      }
    };
    return [
      value('first byte after', await repeatedly({ times, tick, run }), {
        unit: 'ms',
        promise: { atMost: 400 },
      }),
    ];
  },
};
