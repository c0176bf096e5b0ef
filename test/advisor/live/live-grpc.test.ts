/** gRPC services of Go that treat their connections badly, probed beside a load of calls, and the same mended. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { compilePlan } from '#zipfire/cli/measure/compile-plan.js';
import { planContext } from '#zipfire/cli/plan-context.js';
import type { Advice } from '#zipfire/core/index.js';
import { planFromProfile } from '#zipfire/profile/index.js';
import { buildGoTarget } from '../../support/go-target.js';
import { adviseOnPlan, assertFaults, assertMended } from './advised.js';

const built = await buildGoTarget();
const folder = mkdtempSync(join(tmpdir(), 'zipfire-grpc-live-'));
after(() => rmSync(folder, { recursive: true }));

interface Case {
  readonly name: string;
  readonly ids: readonly string[];
  readonly broken: readonly string[];
  readonly mended: readonly string[];
  readonly probe: Readonly<Record<string, string>>;
}

const cases: readonly Case[] = [
  {
    name: 'clients ping more often than the server bears',
    ids: ['G01'],
    broken: [],
    mended: ['-permit-pings', '10ms'],
    probe: { probeTime: '300ms', probePings: '50ms' },
  },
  {
    name: 'connections end young, and their calls with them',
    ids: ['G03'],
    broken: ['-max-connection-age', '500ms', '-max-connection-age-grace', '1ms'],
    // With the tenth that grpc-go takes off or adds, so that clients do not come back all at once.
    mended: ['-max-connection-age', '12s', '-max-connection-age-grace', '10s'],
    probe: { probeTime: '30s' },
  },
];

async function advised(flags: readonly string[], { probe }: Case): Promise<Advice> {
  if (built.skip !== false) throw new Error(built.skip);
  const { grpc, pid, stop } = await built.start('-max-concurrent-streams', '100', ...flags);
  try {
    const profile = join(folder, `${pid}.yaml`);
    const call = 'get: { call: kv.v1.KV/Get, data: { key: a } }';
    const load = 'load: { connections: 2, workers: 1 }\nphases: { requests: 50 }';
    writeFileSync(profile, `version: 1\ntarget: grpc://${grpc}\n${load}\noperations: { ${call} }\n`);
    const given = await planFromProfile(profile, {}, planContext());
    if (given.grpc === undefined) throw new Error('not a plan of calls');
    const plan = await compilePlan(given, given.grpc, true);
    return await adviseOnPlan({ url: `grpc://${grpc}`, pid }, plan, { probe: true, ...probe });
  } finally {
    await stop();
  }
}

describe('the catalogue of faults in gRPC services of Go that run', { concurrency: true }, () => {
  const { skip } = built;
  for (const each of cases) {
    it(`finds ${each.ids.join(', ')}: ${each.name}`, { skip }, async () => {
      assertFaults(await advised(each.broken, each), each.ids);
    });
    it(`finds nothing when it is mended: ${each.name}`, { skip }, async () => {
      assertMended(await advised(each.mended, each), each.ids);
    });
  }
});
