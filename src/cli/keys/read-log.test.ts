import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readLog } from './read-log.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-log-'));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const options = { seed: 1, showProgress: false };

describe('readLog', () => {
  it('ends a regex that takes too long on a line, and says where', async () => {
    const path = await file('slow.log', `ok a\nok a\n${'a'.repeat(5000)}!\n`);
    await assert.rejects(
      readLog(path, {
        ...options,
        regex: '^(?:ok )?((?:a+)+)$',
        patternTimeoutMs: 100,
      }),
      { code: 'usage', message: /the regex takes more than 0\.1 s/ },
    );
  });

  it('reads a log of several chunks, gzipped or not, alike', async () => {
    const text = Array.from({ length: 300_000 }, (_, i) => `user_${i % 1000}\n`).join('');
    const plain = await readLog(await file('keys.txt', text), options);
    const packed = await readLog(await file('keys.gz', gzipSync(text)), options);
    assert.equal(plain.bytes, text.length);
    for (const log of [plain, packed]) {
      assert.equal(log.lines, 300_000);
      assert.deepEqual([...log.counter.keysByCount()], [[300, 1000]]);
    }
  });

  it('refuses a gzip that is damaged, or cut', async () => {
    const packed = gzipSync(Array.from({ length: 20_000 }, (_, i) => `user_${i}\n`).join(''));
    const cut = await file('cut.gz', packed.subarray(0, packed.length - 100));
    await assert.rejects(readLog(cut, options), { code: 'usage', message: /its gzip data ends too soon/ });
    packed.fill(0x55, 500, 700);
    await assert.rejects(readLog(await file('damaged.gz', packed), options), {
      code: 'usage',
      message: /its gzip data is damaged/,
    });
  });
});
