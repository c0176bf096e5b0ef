/** A service of Go in groups of this kernel with limits of CPU and memory: with one fault each, and the same mended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { describe, it } from 'node:test';
import type { RunFlags } from '#zipfire/profile/index.js';
import { type Limits, makeCgroup, noCgroups } from '../../support/cgroup.js';
import { buildGoTarget } from '../../support/go-target.js';
import { adviseOn, assertFaults, assertMended } from './advised.js';

const built = await buildGoTarget();

interface Start {
  readonly limits: Limits;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Something else in the group takes all of its memory, and is ended for it. */
  readonly glutton?: boolean;
}

interface Case {
  readonly name: string;
  readonly ids: readonly string[];
  readonly broken: Start;
  readonly mended: Start;
  readonly load?: RunFlags;
}

const some: RunFlags = { connections: '2', duration: '1s' };
const MIB = 2 ** 20;

const cases: readonly Case[] = [
  {
    name: 'GOMAXPROCS of 16 under a quota of 1.5 CPUs',
    ids: ['CPU01', 'CPU04'],
    broken: { limits: { cpus: 1.5 }, env: { GOMAXPROCS: '16' } },
    mended: { limits: { cpus: 1.5 }, env: { GOMAXPROCS: '1' } },
  },
  {
    name: 'two threads under a quota of 1.5 CPUs',
    ids: ['CPU03'],
    broken: { limits: { cpus: 1.5 } },
    mended: { limits: { cpus: 2 } },
  },
  {
    name: 'a quota that is spent early in each period',
    ids: ['CPU06'],
    broken: { limits: { cpus: 0.2 }, env: { GOMAXPROCS: '1' }, flags: ['-work', '1ms'] },
    mended: { limits: { cpus: 2 }, flags: ['-work', '1ms'] },
    load: { connections: '2', rate: '300', duration: '6500ms' },
  },
  {
    name: 'a memory limit that Go is not told',
    ids: ['MEM01'],
    broken: { limits: { memoryBytes: 256 * MIB } },
    mended: { limits: { memoryBytes: 256 * MIB }, env: { GOMEMLIMIT: '230MiB' } },
  },
  {
    name: 'GOMEMLIMIT at the limit',
    ids: ['MEM02'],
    broken: { limits: { memoryBytes: 256 * MIB }, env: { GOMEMLIMIT: '256MiB' } },
    mended: { limits: { memoryBytes: 256 * MIB }, env: { GOMEMLIMIT: '230MiB' } },
  },
  {
    name: 'a process that the kernel ends for want of memory',
    ids: ['MEM05'],
    broken: { limits: { memoryBytes: 128 * MIB }, env: { GOMEMLIMIT: '64MiB' }, glutton: true },
    mended: { limits: { memoryBytes: 128 * MIB }, env: { GOMEMLIMIT: '64MiB' } },
    load: { connections: '2', rate: '100', duration: '4s' },
  },
];

async function advised({ limits, env = {}, flags = [], glutton = false }: Start, load: RunFlags) {
  if (built.skip !== false) throw new Error(built.skip);
  const group = makeCgroup(limits);
  try {
    const target = await built.startIn(group.enter, env, ...flags);
    try {
      const url = `http://${target.http}/kv/a`;
      const metrics = `http://${target.http}/metrics`;
      const [advice] = await Promise.all([
        adviseOn({ url, pid: target.pid, metrics }, load),
        glutton ? devour(group.enter) : null,
      ]);
      return advice;
    } finally {
      await target.stop();
    }
  } finally {
    await group.remove();
  }
}

/** 400 MB, after the first look at the service, which is before the load. */
async function devour([program = '', ...before]: readonly string[]): Promise<void> {
  const script =
    'setTimeout(() => { const all = []; for (let i = 0; i < 400; i++) all.push(Buffer.alloc(1e6, 1)); }, 1500)';
  const child = spawn(program, [...before, process.execPath, '-e', script], { stdio: 'ignore' });
  await once(child, 'exit');
}

describe('the catalogue of faults in services that have limits', { concurrency: 2 }, () => {
  const tooFew = os.availableParallelism() < 2 && 'needs 2 CPUs';
  const skip = built.skip === false ? noCgroups() || tooFew : built.skip;
  for (const { name, ids, broken, mended, load = some } of cases) {
    it(`finds ${ids.join(', ')}: ${name}`, { skip }, async () => {
      assertFaults(await advised(broken, load), ids);
    });
    it(`finds nothing when it is mended: ${name}`, { skip }, async () => {
      assertMended(await advised(mended, load), ids);
    });
  }
});
