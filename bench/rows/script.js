/** What a script costs a request: the same requests made by a script and by a template, in turns. */
import { fileURLToPath } from 'node:url';
import { requireSound } from '../lib/against.js';
import { zipfire } from '../lib/clients.js';
import { microseconds, perSecond, ratio, value } from '../lib/figures.js';
import { startNginx } from '../lib/nginx.js';
import { inTurns } from '../lib/pairs.js';

const script = fileURLToPath(new URL('../lib/key.script.mjs', import.meta.url));

export const row = {
  id: 'script',
  title: 'a script against a template of the same path, 64 connections',
  needs: ['nginx'],
  async measure({ pairs, seconds, cores, tick }) {
    const server = await startNginx({ core: cores?.server });
    try {
      const load = { server, connections: 64, seconds, core: cores?.client };
      const turns = await inTurns({
        pairs,
        tick,
        a: () => zipfire({ ...load, more: ['--script', script] }),
        b: () => zipfire(load),
      });
      for (const { result } of turns.flatMap(({ a, b }) => [a, b])) requireSound(result);
      const of = (field) => turns.map(({ a, b }) => ({ a: a[field], b: b[field] }));
      const shares = turns.map(({ a }) => a.result.generator.scriptShare * 100);
      return [
        ratio('CPU a request, script ÷ template', of('cpuUs'), { show: microseconds }),
        ratio('requests/s, script ÷ template', of('perSec'), { show: perSecond }),
        value("share of the worker's time, as the report says", shares, { unit: '%' }),
      ];
    } finally {
      await server.stop();
    }
  },
};
