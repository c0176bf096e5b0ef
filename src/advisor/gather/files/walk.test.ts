import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gatherFiles } from './index.js';
import { findFiles, MOST_BYTES } from './walk.js';

describe('findFiles', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'zipfire-files-'));
    const write = (name: string, text: string | Buffer) => {
      mkdirSync(dirname(join(folder, 'tree', name)), { recursive: true });
      writeFileSync(join(folder, 'tree', name), text);
    };
    write('go.mod', 'module m\n\ngo 1.25 // zipfire-ignore CPU02: built elsewhere\n');
    write('main.go', 'package main\n');
    write('sub/Dockerfile', 'FROM scratch\n');
    write('node_modules/x/package.json', '{}');
    write('vendor/y/y.go', 'package y\n');
    write('.git/config.yaml', 'a: b');
    write('deploy/nginx/site', 'server { listen 80; }\n');
    write('deploy/nginx/check.sh', 'server { listen 80; }\n');
    write('picture.png', Buffer.from([0, 1, 2]));
    write('large.yaml', `a: ${'x'.repeat(MOST_BYTES)}`);
    mkdirSync(join(folder, 'outside'));
    writeFileSync(join(folder, 'outside', 'secret.go'), 'package secret\n');
    symlinkSync(join(folder, 'outside'), join(folder, 'tree', 'link'));
    symlinkSync(join(folder, 'outside', 'secret.go'), join(folder, 'tree', 'link.go'));
    symlinkSync(folder, join(folder, 'tree', 'loop'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('finds what may be of interest, and follows no link out of the folder', async () => {
    const { files, unread } = await findFiles([join(folder, 'tree')]);
    assert.deepEqual(
      files.map(({ within }) => within),
      ['deploy/nginx/site', 'go.mod', 'main.go', 'sub/Dockerfile'],
    );
    assert.deepEqual(
      unread.map(({ file, reason }) => [file.split('/').at(-1), reason]),
      [['large.yaml', 'larger than 1 MiB']],
    );
  });

  it('tells of what is named and cannot be read', async () => {
    const names = ['picture.png', 'nowhere.yaml', 'large.yaml'].map((name) => join(folder, 'tree', name));
    const { files, unread } = await findFiles(names);
    assert.deepEqual(files, []);
    assert.deepEqual(
      unread.map(({ reason }) => reason),
      ['not a text file', 'no such file or folder', 'larger than 1 MiB'],
    );
  });

  it('reads UTF-16, and tells of what its name makes a text and is none', async () => {
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    const text = 'a: 1 # ä\n';
    writeFileSync(join(odd, 'le.yaml'), Buffer.from(`\uFEFF${text}`, 'utf16le'));
    writeFileSync(join(odd, 'be.yaml'), Buffer.from(`\uFEFF${text}`, 'utf16le').swap16());
    for (const name of ['Dockerfile', 'film.ts', 'picture.png'])
      writeFileSync(join(odd, name), Buffer.from([0x47, 0, 1]));
    const { files, unread } = await findFiles([odd]);
    assert.deepEqual(
      files.map((each) => [each.within, each.text]),
      [
        ['be.yaml', text],
        ['le.yaml', text],
      ],
    );
    assert.deepEqual(
      unread.map(({ file, reason }) => [file.split('/').at(-1), reason]),
      [['Dockerfile', 'not a text file']],
    );
  });

  it('reads a file once, and a link that is named', async () => {
    const tree = join(folder, 'tree');
    const { files } = await findFiles([join(tree, 'link.go'), tree, join(tree, 'main.go')]);
    assert.equal(files.length, 5);
  });

  it('knows what nginx has enabled, and what Kubernetes mounts, by the link to it', async () => {
    const linked = join(folder, 'linked');
    for (const name of ['nginx/sites-available', 'nginx/sites-enabled', 'mounted/..2026'])
      mkdirSync(join(linked, name), { recursive: true });
    writeFileSync(
      join(linked, 'nginx', 'nginx.conf'),
      'events {}\nhttp { include /etc/nginx/sites-enabled/*; }\n',
    );
    writeFileSync(
      join(linked, 'nginx', 'sites-available', 'shop'),
      'server { listen 80; keepalive_timeout 0; }\n',
    );
    symlinkSync('../sites-available/shop', join(linked, 'nginx', 'sites-enabled', 'shop'));
    symlinkSync('../sites-available/gone', join(linked, 'nginx', 'sites-enabled', 'gone'));
    writeFileSync(join(linked, 'mounted', '..2026', 'app.yaml'), 'a: b\n');
    symlinkSync('..2026', join(linked, 'mounted', '..data'));
    symlinkSync('..data/app.yaml', join(linked, 'mounted', 'app.yaml'));
    const { files, unread } = await findFiles([linked]);
    assert.deepEqual(
      files.map(({ within }) => within),
      ['mounted/app.yaml', 'nginx/nginx.conf', 'nginx/sites-enabled/shop'],
    );
    assert.deepEqual(
      unread.map(({ file, reason }) => [file.split('/').at(-1), reason]),
      [['gone', 'a link: no such file or folder']],
    );
    const { facts } = await gatherFiles([join(linked, 'nginx')]);
    assert.deepEqual(
      facts.files?.nginx.map(({ file, missing }) => [file.split('/').at(-1), missing.length]),
      [['nginx.conf', 0]],
    );
  });

  it('gathers what its comments want ignored', async () => {
    const { facts } = await gatherFiles([join(folder, 'tree', 'go.mod')]);
    assert.deepEqual(
      facts.suppressions?.map(({ id, reason }) => [id, reason]),
      [['CPU02', 'built elsewhere']],
    );
    assert.equal(facts.files?.goModules[0]?.module, 'm');
  });
});
