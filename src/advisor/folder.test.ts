import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeFolder } from './folder.js';

const folder = mkdtempSync(join(tmpdir(), 'zipfire-folder-'));
after(() => rmSync(folder, { recursive: true }));

describe('makeFolder', () => {
  it('makes those that it is in, and minds none that is there', () => {
    const path = join(folder, 'a', 'b', 'c');
    makeFolder(path);
    makeFolder(path);
    assert.ok(statSync(path).isDirectory());
  });

  it('throws under a file', () => {
    writeFileSync(join(folder, 'file'), '');
    assert.throws(() => makeFolder(join(folder, 'file', 'a')), { code: 'ENOTDIR' });
  });

  it('throws where none can be, and does not try without end', {
    skip: process.platform === 'linux' ? false : 'needs /proc',
  }, () => {
    assert.throws(() => makeFolder('/proc/zipfire/a'), { code: 'ENOENT' });
  });
});
