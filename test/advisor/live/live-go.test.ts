/** Services of Go that run, with one fault each, and the same with the fault mended. */
import os from 'node:os';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunFlags } from '#zipfire/profile/index.js';
import { buildGoProgram } from '../../support/go-program.js';
import { buildGoTarget, type GoTarget } from '../../support/go-target.js';
import { startWithStdin } from '../../support/stdio-child.js';
import { adviseOn, assertFaults, assertMended, type Live } from './advised.js';

const built = await buildGoTarget();

interface Case {
  readonly name: string;
  readonly ids: readonly string[];
  readonly flags: readonly string[];
  readonly broken: Readonly<Record<string, string>>;
  readonly mended: Readonly<Record<string, string>>;
  readonly load: RunFlags;
  readonly cpus?: number;
}

const cases: readonly Case[] = [
  {
    name: 'GOMAXPROCS=1 where there are more CPUs',
    ids: ['CPU04', 'CPU07'],
    flags: ['-work', '2ms'],
    broken: { GOMAXPROCS: '1' },
    mended: {},
    load: { connections: '2', duration: '2s' },
    cpus: 2,
  },
];

async function startGo(env: Readonly<Record<string, string>>, flags: readonly string[]): Promise<GoTarget> {
  if (built.skip !== false) throw new Error(built.skip);
  return built.startWith(env, ...flags);
}

async function advised(env: Readonly<Record<string, string>>, { flags, load }: Case) {
  const { http, pid, stop } = await startGo(env, flags);
  try {
    const url = `http://${http}/kv/a`;
    return await adviseOn({ url, pid, metrics: `http://${http}/metrics` }, load);
  } finally {
    await stop();
  }
}

describe('the catalogue of faults in services of Go that run', () => {
  for (const each of cases) {
    const tooFew = (each.cpus ?? 1) > os.availableParallelism() && `needs ${each.cpus} CPUs`;
    const skip = built.skip === false ? tooFew : built.skip;
    it(`finds ${each.ids.join(', ')}: ${each.name}`, { skip }, async () => {
      assertFaults(await advised(each.broken, each), each.ids);
    });
    it(`finds nothing when it is mended: ${each.name}`, { skip }, async () => {
      assertMended(await advised(each.mended, each), each.ids);
    });
  }
});

const sources = fileURLToPath(new URL('../../../../test/advisor/live/go-proxy/', import.meta.url));

describe('a proxy in Go that keeps two idle connections', async () => {
  const proxies = {
    broken: await buildGoProgram(`${sources}broken`, 'go-proxy-broken'),
    mended: await buildGoProgram(`${sources}mended`, 'go-proxy-mended'),
  };

  async function throughProxy(which: 'broken' | 'mended') {
    const program = proxies[which];
    if (program.skip !== false) throw new Error(program.skip);
    const upstream = await startUpstream();
    try {
      const proxy = await startWithStdin(program.binary, [], { ...process.env, UPSTREAM: upstream.url });
      const live: Live = {
        url: `http://127.0.0.1:${proxy.line}/`,
        pid: proxy.pid,
        files: [`${sources}${which}`],
      };
      try {
        return {
          advice: await adviseOn(live, { connections: '32', duration: '1s' }),
          upstream: upstream.url,
        };
      } finally {
        await proxy.stop();
      }
    } finally {
      await upstream.stop();
    }
  }

  const { skip } = proxies.broken;
  it('finds KA09 and KA12 in its source, and by K04 what comes of it', { skip }, async () => {
    const { advice } = await throughProxy('broken');
    assertFaults(advice, ['K04', 'KA09', 'KA12']);
  });
  it('finds nothing when it is mended', { skip }, async () => {
    const { advice } = await throughProxy('mended');
    assertMended(advice, ['KA09', 'KA12']);
  });
});

async function startUpstream() {
  const script = fileURLToPath(new URL('node-target.js', import.meta.url));
  const { line, stop } = await startWithStdin(process.execPath, [script, '{}']);
  return { url: `http://127.0.0.1:${line}/`, stop };
}
