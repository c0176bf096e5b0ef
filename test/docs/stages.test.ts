import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { planFromFlags, planFromProfile } from '#zipfire/profile/index.js';

const page = await readFile(new URL('../../../docs/stages.md', import.meta.url), 'utf8');
const profiles = new Map(
  [...page.matchAll(/^```yaml (\S+)\n(.*?)^```/gms)].map(([, name = '', text = '']) => [name, text]),
);
const context = {
  env: {},
  cores: 4,
  readFile: (path: string) => Buffer.from(profiles.get(path) ?? ''),
  readStdin: () => Buffer.of(),
};
const url = 'http://h/';

describe('docs/stages.md', () => {
  for (const name of profiles.keys()) {
    it(`shows a profile that loads: ${name}`, async () => {
      const { load, phases } = await planFromProfile(name, {}, context);
      assert.ok(load.stages ?? load.connectionStages ?? load.concurrencyStages);
      assert.ok((phases.measure.durationMs ?? 0) > 30_000);
    });
  }

  const rows = [...page.matchAll(/^\| [^|]+ \| `(\{.*\})` \| `(.*)` \|$/gm)];

  it('has a row for each shape', () => assert.equal(rows.length, 5));

  for (const [, item = '', stages = ''] of rows) {
    it(`says the same in a profile and in a flag: ${stages}`, async () => {
      const text = `{ version: 1, target: "${url}", operations: { read: { get: / } }, load: { stages: [ ${item} ] } }`;
      profiles.set('row.yaml', text);
      const fromProfile = await planFromProfile('row.yaml', {}, context);
      const fromFlag = await planFromFlags(url, { stages }, context);
      assert.deepEqual(fromProfile.load.stages, fromFlag.load.stages);
      profiles.delete('row.yaml');
    });
  }

  const flags = [...page.matchAll(/--((?:connection-|concurrency-)?stages) '(.*)'$/gm)];

  it('has commands', () => assert.equal(flags.length, 3));

  for (const [, flag = '', text = ''] of flags) {
    it(`shows --${flag} that is understood`, async () => {
      const name = flag.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase());
      const { load } = await planFromFlags(url, { [name]: text }, context);
      assert.ok(Object.hasOwn(load, name));
    });
  }
});
