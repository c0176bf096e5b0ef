import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readFileBounded } from './files.js';

describe('readFileBounded', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'zipfire-files-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const write = (size: number) => {
    const path = join(folder, `${size}.bin`);
    const content = Buffer.alloc(size, 'abc');
    writeFileSync(path, content);
    return { path, content };
  };

  for (const size of [0, 1, 65_536, 65_537, 200_000]) {
    it(`reads ${size} bytes`, () => {
      const { path, content } = write(size);
      assert.ok(content.equals(readFileBounded(path, size)));
    });
  }

  it('refuses a file that is one byte too large', () => {
    const { path } = write(1025);
    assert.throws(() => readFileBounded(path, 1024), /is larger than 1\.00 KiB$/);
  });

  it('refuses a file without an end', { skip: process.platform === 'win32' }, () => {
    assert.throws(() => readFileBounded('/dev/zero', 100_000), /\/dev\/zero is larger than/);
  });

  it('says why it cannot read', () => {
    assert.throws(
      () => readFileBounded(join(folder, 'gone'), 1),
      /cannot read .*gone: there is no such file$/,
    );
    assert.throws(() => readFileBounded(folder, 1), /: it is a folder$/);
    assert.throws(() => readFileBounded('\0', 1), /^ZipfireError: cannot read \\u\{0\}: /);
  });
});
