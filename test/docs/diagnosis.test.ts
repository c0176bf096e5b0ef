import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Result, signalNames } from '#zipfire/core/index.js';
import { startGrpcTarget, startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

const page = await readFile(new URL('../../../docs/diagnosis.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);
const linux = process.platform === 'linux' ? false : 'only Linux has procfs';

let target: Awaited<ReturnType<typeof startTarget>>;
let grpc: Awaited<ReturnType<typeof startGrpcTarget>>;
let folder: string;

before(async () => {
  target = await startTarget({ port: 0 });
  grpc = await startGrpcTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-docs-diagnosis-'));
});

after(async () => {
  await target.close();
  await grpc.close();
  await rm(folder, { recursive: true });
});

/** For two seconds, against a service that is a part of this process. */
function adapted(command: string): string[] {
  const port = new URL(target.url).port;
  return command
    .replace('$(pgrep -n server)', String(process.pid))
    .replaceAll('http://127.0.0.1:8080', target.url)
    .replace('--pid-of-port 8080', `--pid-of-port ${port}`)
    .replace(/-(d|z) \d+s/, '-$1 2s')
    .replace('127.0.0.1:50051', grpc.url)
    .replace('--pid-of-port 50051', `--pid-of-port ${grpc.url.split(':').at(-1)}`)
    .replace('-R 2k -c 50', '-R 50 -c 2')
    .split(' ')
    .slice(1)
    .map((word) => word.replace(/^'(.*)'$/, '$1'))
    .map((word) => (word.endsWith('.json') ? join(folder, word) : word));
}

describe('docs/diagnosis.md', { skip: linux }, () => {
  it('has examples', () => assert.equal(commands.length, 3));

  for (const command of commands)
    it(command, async () => {
      const { code, stdout, stderr } = await zipfire(adapted(command));
      assert.equal(code, 0, stderr);
      assert.match(stdout, /diagnosis {2}not judged: \d whole second/);
    });

  it('names all patterns, signals and fields', async () => {
    const result = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')) as Result;
    assert.ok(result.signals !== undefined && result.diagnosis !== undefined);
    assert.equal(result.signals.pid, process.pid);
    // The last stretch may be a short one, at whose end nobody looked any more.
    assert.ok(result.signals.seconds.length > 0, 'nothing was seen');
    assert.ok((result.signals.seconds[0]?.cpuCores ?? 0) > 0, 'the service did nothing');
    const fields = [...signalNames, ...Object.keys(result.signals), ...Object.keys(result.diagnosis)];
    for (const field of fields)
      if (!['pid', 'page', 'seconds'].includes(field)) assert.match(page, new RegExp(`\`${field}\``), field);
  });
});
