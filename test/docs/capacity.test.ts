import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { CapacityLimit, CapacityResult } from '#zipfire/core/index.js';
import { startGrpcTarget, startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

const page = await readFile(new URL('../../../docs/capacity.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);

/** The same search, over before long: so much of each value. */
const short: Readonly<Record<string, string>> = {
  '--from': '50',
  '--to': '50',
  '--at-least': '50',
  '--step': '100ms',
  '-c': '1,2',
  '--max-time': '20s',
};
const always = ['--repeat', '1', '--warmup', '0s'];

let target: Awaited<ReturnType<typeof startTarget>>;
let calls: Awaited<ReturnType<typeof startGrpcTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  calls = await startGrpcTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-docs-capacity-'));
  await writeFile(
    join(folder, 'hot.yaml'),
    `{ version: 1, target: "${target.url}", operations: { read: { get: /kv/a } }, load: { connections: 4 } }`,
  );
});

after(async () => {
  await Promise.all([target.close(), calls.close()]);
  await rm(folder, { recursive: true });
});

function adapted(command: string): string[] {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)]
    .map(([, quoted, bare]) => quoted ?? bare ?? '')
    .slice(1);
  const args = words.map((word, i) => {
    if (/\.(yaml|json|html)$/.test(word)) return join(folder, word);
    if (words[i - 1] === '--pid-of-port') return new URL(target.url).port;
    return (
      short[words[i - 1] ?? ''] ??
      word.replace('http://127.0.0.1:8080', target.url).replace('grpc://127.0.0.1:50051', calls.url)
    );
  });
  const missing = words.includes('--sweep') ? ['--step'] : ['--from', '--to', '--step'];
  return [
    ...args,
    ...missing.flatMap((name) => (words.includes(name) ? [] : [name, short[name] ?? ''])),
    ...always,
  ];
}

describe('docs/capacity.md', () => {
  it('has examples', () => assert.equal(commands.length, 6));

  for (const command of commands) {
    const skip = command.includes('--pid') && process.platform !== 'linux' && 'only Linux has procfs';
    it(command, { skip }, async () => {
      const { code, stderr } = await zipfire(adapted(command));
      // 3 and 5: a machine that is too busy for 50 requests a second in time.
      assert.ok(code === 0 || code === 3 || code === 5, `exit ${code}: ${stderr}`);
    });
  }

  it('names all fields of the document', async () => {
    const result = JSON.parse(await readFile(join(folder, 'sweep.json'), 'utf8')) as CapacityResult;
    const own = new Set(['schema', 'tool', 'startedAt', 'name', 'plan', 'varied']);
    const limit: Record<keyof Required<CapacityLimit>, true> = {
      at: true,
      runs: true,
      seconds: true,
      patterns: true,
      unproven: true,
      summary: true,
      why: true,
      target: true,
    };
    const fields = [
      limit,
      { signals: true, limit: true },
      result,
      result.steps[0] ?? {},
      result.usl ?? {},
      result.knee ?? {},
    ].flatMap(Object.keys);
    for (const field of fields) if (!own.has(field)) assert.match(page, new RegExp(`\`${field}\``), field);
  });
});
