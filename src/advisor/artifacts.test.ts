import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { advise } from './advise.js';
import { type Looked, loadArtifacts, saveArtifacts } from './artifacts.js';
import { generatorOf, loadOf, metricsOf, processOf } from './audits/live.test.kit.js';

const folder = mkdtempSync(join(tmpdir(), 'zipfire-artifacts-'));
after(() => rmSync(folder, { recursive: true }));

const looked: Looked = {
  target: 'http://x',
  gathered: {
    facts: {
      suppressions: [{ id: 'K03', reason: 'small', path: 'a.yaml', by: 'a.yaml:1' }],
      load: loadOf(),
      generator: generatorOf(),
      metrics: metricsOf({ system_cpu_count: 1 }),
      process: processOf({ openFiles: 900 }),
    },
    failed: { expvar: 'answered 404' },
  },
  suppressions: [
    { id: 'CPU11', reason: 'a batch job', path: null, by: 'advise.ignore.CPU11 of the profile' },
  ],
  notes: ['what the service said is in /tmp/logs'],
};

const read = (path: string) => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

let count = 0;
async function saved(what = looked): Promise<string> {
  const path = join(folder, `${count++}`);
  await saveArtifacts(path, what);
  return path;
}

describe('artifacts', () => {
  it('give the very same advice, with what the profile ignores and what was noted', async () => {
    const again = loadArtifacts(await saved(), read);
    assert.deepEqual(again, JSON.parse(JSON.stringify(looked)));
    const advice = advise(again);
    assert.deepEqual(advice, advise(looked));
    assert.equal(advice.findings.find(({ id }) => id === 'CPU11')?.suppressed?.reason, 'a batch job');
    assert.equal(advice.notes[0], looked.notes?.[0]);
  });

  it('of an earlier writing into the same folder are not read', async () => {
    const path = await saved();
    const { process: _, ...facts } = looked.gathered.facts;
    await saveArtifacts(path, { ...looked, gathered: { facts, failed: {} } });
    const again = loadArtifacts(path, read);
    assert.deepEqual(Object.keys(again.gathered.facts), ['suppressions', 'load', 'generator', 'metrics']);
    assert.deepEqual(again.gathered.failed, {});
  });

  it('are written into folders that are made for them', async () => {
    const path = join(folder, 'a', 'b', 'c');
    await saveArtifacts(path, looked);
    assert.equal(loadArtifacts(path, read).target, looked.target);
  });

  it(
    'are refused where no folder can be made',
    { skip: process.platform !== 'linux' && 'procfs is Linux’s' },
    () => assert.rejects(saveArtifacts('/proc/zipfire/seen', looked), /ENOENT|EACCES|EPERM/),
  );

  const broken: readonly (readonly [what: string, file: string, text: string | null, reason: RegExp])[] = [
    ['a folder of something else', 'artifacts.json', null, /holds no artifacts: there is no artifacts\.json/],
    [
      'a file of something else',
      'artifacts.json',
      '{"name":"app"}',
      /artifacts\.json is no zipfire\.artifacts\/1/,
    ],
    [
      'another version',
      'artifacts.json',
      '{"schema":"zipfire.artifacts/2"}',
      /is zipfire\.artifacts\/2, and this zipfire reads zipfire\.artifacts\/1/,
    ],
    [
      'a manifest that names what nobody knows',
      'artifacts.json',
      '{"schema":"zipfire.artifacts/1","target":"x","artifacts":["../../etc/passwd"],"failed":{},"suppressions":[],"notes":[]}',
      /artifacts\.json is not what --artifacts wrote/,
    ],
    ['a manifest that was cut short', 'artifacts.json', '{"schema":"zipf', /cut short after 15 characters/],
    ['an artifact that is gone', 'load.json', null, /load\.json is not there, and artifacts\.json names it/],
    [
      'an artifact that was cut short',
      'load.json',
      '{"target":"http',
      /load\.json is no JSON, or was cut short/,
    ],
    ['an artifact of something else', 'load.json', '{"port":80}', /load\.json is not .*: it has no target$/],
    ['a list in place of an artifact', 'process.json', '[]', /process\.json is not the artifact/],
    ['an object in place of a list', 'suppressions.json', '{}', /suppressions\.json is not the artifact/],
    ['no artifact at all', 'metrics.json', '7', /metrics\.json: expected an artifact/],
  ];
  for (const [what, file, text, reason] of broken)
    it(`are refused: ${what}`, async () => {
      const path = await saved();
      if (text === null) rmSync(join(path, file));
      else writeFileSync(join(path, file), text);
      assert.throws(() => loadArtifacts(path, read), reason);
    });
});
