/**
 * What the rules about GOMAXPROCS say in each combination of Go's version, a pin, the quota and the CPUs there are, and
 * that what they tell to do, done, leaves nothing to mend.
 */
import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import type { Finding } from '../../core/index.js';
import type { Facts } from '../facts.js';
import { artifactOf } from '../gather/files/files.test.kit.js';
import { judgeAudit } from '../judge.js';
import { fileAudits } from './files/index.js';
import { audits } from './index.js';
import { level, metricsOf, processOf } from './live.test.kit.js';

/** A Go program as it is started, and where. */
interface Start {
  readonly version: '1.24' | '1.26' | null;
  readonly pin: number | null;
  /** CPUs of the quota of its own group, and of the one above. */
  readonly own: number | null;
  readonly above: number | null;
  readonly cpus: number;
  /** `containermaxprocs=0`, by GODEBUG or by an old line in go.mod. */
  readonly off: 'env' | 'go.mod' | null;
}

/** https://go.dev/doc/go1.25#container-aware-gomaxprocs */
function procsOf({ version, pin, own, cpus, off }: Start): number {
  if (pin !== null) return pin;
  const follows = version !== '1.24' && off === null;
  return follows && own !== null ? Math.min(cpus, Math.max(2, Math.ceil(own))) : cpus;
}

const EVENTS = 'go_godebug_non_default_behavior_containermaxprocs_events_total';

function factsOf(start: Start): Partial<Facts> {
  const { version, pin, own, above, cpus, off } = start;
  const quota = (path: string, of: number | null) =>
    level({ path, cpuQuotaUs: of === null ? null : of * 100_000 });
  const environment = {
    ...(pin === null ? {} : { GOMAXPROCS: String(pin) }),
    ...(off === 'env' ? { GODEBUG: 'containermaxprocs=0' } : {}),
  };
  const differs = own !== null && Math.max(2, Math.ceil(own)) < cpus;
  const events = version === '1.26' ? { [EVENTS]: off !== null && differs ? 1 : 0 } : {};
  const gauges = { go_sched_gomaxprocs_threads: procsOf(start), ...events };
  return {
    process: processOf({ cgroups: [quota('/pod/app', own), quota('/pod', above)] }, undefined, {
      environment,
      allowedCpus: cpus,
      hostCpus: cpus,
    }),
    metrics: metricsOf(gauges, gauges, version === null ? null : `go${version}.1`),
  };
}

const about = ['CPU01', 'CPU02', 'CPU03', 'CPU04', 'CPU05'] as const;
const rules = audits.filter(
  ({ id, confidence }) => confidence === 'observed' && (about as readonly string[]).includes(id),
);

function judge(start: Start): readonly Finding[] {
  return rules.flatMap((rule) => judgeAudit(rule, { facts: factsOf(start), failed: {} }));
}

const failures = (start: Start) => judge(start).filter(({ status }) => status === 'fail');

type Word = 'fail' | 'pass' | 'notApplicable' | 'inconclusive';
const [F, P, n, i]: readonly Word[] = ['fail', 'pass', 'notApplicable', 'inconclusive'];
const base: Start = { version: '1.26', pin: null, own: null, above: null, cpus: 64, off: null };

/** Status of CPU01 to CPU05, and what CPU01, or the one that fails, tells to do. */
const table: readonly (readonly [
  what: string,
  Partial<Start>,
  readonly (Word | undefined)[],
  fix?: RegExp,
])[] = [
  ['new, left alone, no quota', {}, [n, n, n, P, n]],
  ['new, left alone, a quota', { own: 4 }, [P, P, P, P, P]],
  ['new, left alone, a quota below 2', { own: 1.5 }, [P, P, F, P, P], /^GOMAXPROCS=1 /],
  ['new, left alone, a quota that is wider than the machine', { own: 8, cpus: 4 }, [P, P, P, P, P]],
  ['new, told not to follow, a quota', { own: 4, off: 'env' }, [F, F, P, P, P], /^go 1\.25 /],
  ['new, of an old module, a quota', { own: 4, off: 'go.mod' }, [F, F, P, P, P], /^go 1\.25 /],
  ['new, told not to follow, a quota that binds nothing', { own: 8, cpus: 4, off: 'env' }, [P, P, P, P, P]],
  ['new, left alone, a quota of the group above', { above: 4 }, [n, P, P, P, F], /^GOMAXPROCS=4$/],
  ['new, pinned as CPU05 asks for', { above: 4, pin: 4 }, [P, n, P, n, P]],
  [
    'new, pinned above the quota of the group above',
    { above: 4, pin: 64 },
    [F, n, P, n, n],
    /^GOMAXPROCS=4$/,
  ],
  ['new, pinned to what it would be', { own: 4, pin: 4 }, [P, n, P, F, P], /^unset GOMAXPROCS/],
  ['new, pinned above the quota', { own: 4, pin: 64 }, [F, n, P, F, P], /^unset GOMAXPROCS/],
  ['new, pinned, no quota', { pin: 8 }, [n, n, n, F, n], /^unset GOMAXPROCS/],
  ['new, pinned to 1 below a quota of 2, as CPU03 asks for', { own: 1.5, pin: 1 }, [P, n, P, P, P]],
  ['old, left alone, no quota', { version: '1.24' }, [n, n, n, n, n]],
  ['old, left alone, a quota', { version: '1.24', own: 4 }, [F, n, P, n, n], /^GOMAXPROCS=4 .*Go 1\.25/],
  ['old, pinned to the quota', { version: '1.24', own: 4, pin: 4 }, [P, n, P, n, n]],
  ['old, pinned to all CPUs', { version: '1.24', own: 4, pin: 64 }, [F, n, P, n, n], /^GOMAXPROCS=4 /],
  [
    'old, left alone, a quota of the group above',
    { version: '1.24', above: 4 },
    [F, n, P, n, n],
    /^GOMAXPROCS=4$/,
  ],
  ['unknown, a quota', { version: null, own: 4, cpus: 4 }, [P, P, P, P, P]],
  ['unknown, pinned above the quota', { version: null, own: 4, pin: 64 }, [F, n, P, i, P], /^GOMAXPROCS=4 /],
  [
    'unknown, above the quota of the group above',
    { version: null, above: 4 },
    [F, i, P, P, i],
    /^GOMAXPROCS=4$/,
  ],
];

describe('GOMAXPROCS', () => {
  for (const [what, changes, statuses, fix] of table)
    it(what, () => {
      const found = judge({ ...base, ...changes });
      assert.deepEqual(
        found.map(({ id, status }) => `${id} ${status}`),
        about.map((id, at) => `${id} ${statuses[at]}`),
      );
      const [first] = found.filter(({ status }) => status === 'fail');
      assert.equal(first === undefined, fix === undefined);
      if (fix !== undefined) assert.match(first?.fix ?? '', fix);
    });
});

/** The start after what a fix says is done; null: it says nothing that can be done. */
function follow(start: Start, fix: string): Start | null {
  const set = /^GOMAXPROCS=(\d+)/.exec(fix)?.[1];
  if (set !== undefined) return { ...start, pin: Number(set) };
  if (fix.startsWith('unset GOMAXPROCS')) return { ...start, pin: null };
  return /^go 1\.25|^GODEBUG=containermaxprocs=1/.test(fix) ? { ...start, off: null } : null;
}

function* everyStart(): Generator<Start> {
  for (const version of ['1.24', '1.26', null] as const)
    for (const pin of [null, 1, 2, 4, 64])
      for (const own of [null, 0.5, 1.5, 2, 2.5, 4, 100])
        for (const above of [null, 1.5, 3])
          for (const cpus of [1, 2, 8, 64])
            for (const off of version === '1.26' ? ([null, 'env', 'go.mod'] as const) : [null])
              yield { version, pin, own, above, cpus, off };
}

test('too many threads are told of once, and a fix that is done leaves nothing to mend', () => {
  let told = 0;
  for (const start of everyStart()) {
    const shown = JSON.stringify(start);
    const found = failures(start);
    const tightest = Math.min(start.own ?? 1e9, start.above ?? 1e9);
    const tooMany = tightest < 1e9 && procsOf(start) > Math.max(2, Math.ceil(tightest));
    const by = found.filter(({ id }) => id === 'CPU01' || id === 'CPU05');
    assert.equal(by.length, tooMany ? 1 : 0, shown);
    for (const { id } of found) {
      let state = start;
      // The one under test first, then whatever is left of it.
      for (let steps = 0, next: string | undefined = id; next !== undefined; steps++) {
        assert.ok(steps < 4, `${shown}: ${id} leads in circles`);
        const { fix = '' } = failures(state).find((each) => each.id === next) ?? {};
        const done = follow(state, fix);
        assert.ok(done !== null, `${shown}: ${next} says ${fix}`);
        state = done;
        next = failures(state)[0]?.id;
        told++;
      }
    }
  }
  assert.ok(told > 500);
});

test('what Go takes for no number is no pin, and another runtime may inherit the variables', () => {
  const facts = factsOf({ ...base, own: 4 });
  const withEnvironment = (environment: Record<string, string>, runtime: 'nginx' | null) => {
    const process = { ...(facts.process ?? processOf()), environment, runtime };
    const given = runtime === null ? { ...facts, process } : { process };
    return rules.flatMap((rule) => judgeAudit(rule, { facts: given, failed: {} }));
  };
  for (const GOMAXPROCS of ['0', '1.5', '500m', '-1', ''])
    assert.ok(
      withEnvironment({ GOMAXPROCS }, null).every(({ status }) => status === 'pass'),
      GOMAXPROCS,
    );
  for (const { id, status } of withEnvironment({ GOMAXPROCS: '64', GODEBUG: 'containermaxprocs=0' }, 'nginx'))
    assert.equal(status, 'notApplicable', id);
});

/** By files: the go line (or the image alone), a pin, the limit. */
interface Written {
  readonly go: '1.24' | '1.26' | null;
  readonly image?: string;
  readonly pin?: string;
  readonly limit?: string;
}

function textsOf({ go, image, pin, limit }: Written): Readonly<Record<string, string>> {
  const env = pin === undefined ? '[]' : `[ { name: GOMAXPROCS, value: "${pin}" } ]`;
  const resources = limit === undefined ? '' : `, resources: { limits: { cpu: ${limit} } }`;
  return {
    ...(go === null ? {} : { 'go.mod': `module example.com/app\ngo ${go}\n` }),
    ...(image === undefined ? {} : { Dockerfile: `FROM golang:${image}\n` }),
    'p.yaml': `apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec: { containers: [ { name: app, image: app, env: ${env}${resources} } ] }`,
  };
}

/** Failing rules of CPU02, CPU03, CPU04 and CPU10. */
const written: readonly (readonly [what: string, Written, ids: readonly string[]])[] = [
  ['new, left alone', { go: '1.26' }, []],
  ['new, a limit', { go: '1.26', limit: '2' }, []],
  ['new, a limit below 2', { go: '1.26', limit: '1500m' }, ['CPU03', 'CPU10']],
  ['new, a limit with a fraction', { go: '1.26', limit: '3500m' }, ['CPU10']],
  ['new, pinned', { go: '1.26', pin: '2', limit: '2' }, ['CPU04']],
  ['new, pinned above the limit', { go: '1.26', pin: '64', limit: '2' }, ['CPU04', 'CPU10']],
  ['new, a chosen 1', { go: '1.26', pin: '1', limit: '1500m' }, []],
  ['old, no limit', { go: '1.24' }, []],
  ['old, a limit', { go: '1.24', limit: '2' }, ['CPU02']],
  ['old, pinned', { go: '1.24', pin: '2', limit: '2' }, []],
  ['old, pinned above the limit', { go: '1.24', pin: '64', limit: '2' }, ['CPU10']],
  ['an old image', { go: null, image: '1.22', limit: '2' }, ['CPU10']],
  ['an old image, pinned above the limit', { go: null, image: '1.22', pin: '64', limit: '2' }, ['CPU10']],
  ['an old module in a new image', { go: '1.24', image: '1.26', limit: '2' }, ['CPU02']],
  ['unknown, pinned above the limit', { go: null, pin: '64', limit: '2' }, ['CPU10']],
];

describe('GOMAXPROCS by files', () => {
  const ids = ['CPU02', 'CPU03', 'CPU04', 'CPU10'];
  for (const [what, start, expected] of written)
    it(what, () => {
      const facts = { files: artifactOf(textsOf(start)) };
      const found = fileAudits
        .filter(({ id }) => ids.includes(id))
        .flatMap((rule) => judgeAudit(rule, { facts, failed: {} }));
      assert.deepEqual(found.flatMap(({ id, status }) => (status === 'fail' ? [id] : [])).sort(), expected);
      // A pin that does not fit is nothing to pass, whoever tells of it.
      const passes = found.some(({ id, status }) => id === 'CPU04' && status === 'pass');
      if (start.pin === '64') assert.ok(!passes);
    });
});
