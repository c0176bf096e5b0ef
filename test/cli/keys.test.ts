import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createKeyGenerator, parseKeyFlag } from '#zipfire/keys/index.js';
import { assertGolden } from '../fixtures/golden.js';
import { start, zipfire } from './zipfire.js';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-keys-'));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** A combined log whose paths follow a distribution. */
function accessLog(keys: string, requests: number): string {
  const generator = createKeyGenerator(parseKeyFlag(keys), 2, 'log');
  let text = '';
  for (let hit = 0; hit < requests; hit++) {
    text += `10.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET /kv/user_${generator.at(hit)}?v=${hit % 3} HTTP/1.1" 200 32 "-" "curl/8.5"\n`;
  }
  return text;
}

/** The tests' folder has another name each time. */
const settled = (text: string) => text.replaceAll(`${folder}/`, '');

describe('zipfire keys preview', () => {
  it('shows what is drawn, the verdict first', async () => {
    const { code, stdout, stderr } = await zipfire([
      'keys',
      'preview',
      'zipf:n=1e5,alpha=1.2',
      '--draws',
      '200k',
      '--cache',
      '100,1%',
    ]);
    assert.deepEqual([code, stderr], [0, '']);
    assertGolden('keys/preview.golden.txt', stdout);
  });

  it('is ASCII on a terminal that has no more', async () => {
    const { stdout } = await zipfire(
      ['keys', 'preview', 'hotspot:n=1000,hot=10,share=0.9', '--draws', '10k'],
      { LANG: 'C' },
    );
    assert.match(stdout, /^[\x20-\x7e\n]+$/);
    assertGolden('keys/preview-ascii.golden.txt', stdout);
  });

  it('writes JSON alone on stdout with --out -', async () => {
    const { code, stdout } = await zipfire([
      'keys',
      'preview',
      'uniform:n=100',
      '--draws',
      '5000',
      '--out',
      '-',
      '--seed',
      '7',
    ]);
    const document = JSON.parse(stdout);
    assert.equal(code, 0);
    assert.equal(document.schema, 'zipfire.preview/1');
    assert.equal(document.seed, 7);
    assert.deepEqual(document.distinct.drawn, 100);
    assert.ok(document.chiSquare.p > 0.001);
  });

  it('looks at the keys of a profile', async () => {
    const profile = await file(
      'two.yaml',
      'version: 1\ntarget: http://127.0.0.1:1\nseed: 3\nkeys:\n  user: { uniform: { n: 50 } }\n  hot: { shift: { n: 90, every: 10, by: 1, of: zipf } }\noperations:\n  read: { get: "/{{user}}/{{hot}}" }\n',
    );
    const { code, stdout } = await zipfire([
      'keys',
      'preview',
      profile,
      '--key',
      'user',
      '--draws',
      '1000',
      '--out',
      '-',
    ]);
    assert.equal(code, 0);
    const { name, seed, keys } = JSON.parse(stdout);
    assert.deepEqual([name, seed, keys.distribution, keys.n], ['user', 3, 'uniform', 50]);
    assert.match(
      (await zipfire(['keys', 'preview', profile])).stderr,
      /which keys.*\n.*--key user, --key hot/,
    );
    assert.match((await zipfire(['keys', 'preview', profile, '--key', 'usr'])).stderr, /did you mean "user"/);
    const shifted = await zipfire(['keys', 'preview', profile, '--key', 'hot', '--draws', '10k']);
    assert.match(
      shifted.stdout,
      /^\? shift n=90 every=10 by=1 of zipf alpha=0.99: 10,000 keys drawn, popularity/,
    );
  });
});

describe('zipfire keys fit', () => {
  it('finds the distribution of an access log and writes a profile that draws it', async () => {
    const log = await file('access.log', accessLog('zipf:n=20000,alpha=0.99', 60_000));
    const profile = join(folder, 'fitted.yaml');
    const out = join(folder, 'fit.json');
    const { code, stdout, stderr } = await zipfire(['keys', 'fit', log, '--write', profile, '--out', out]);
    assert.deepEqual([code, stderr], [0, '']);
    assertGolden('keys/fit.golden.txt', settled(stdout));
    assertGolden('keys/fitted.golden.yaml', settled(await readFile(profile, 'utf8')));

    const fit = JSON.parse(await readFile(out, 'utf8'));
    assert.deepEqual(Object.keys(fit).slice(0, 11), [
      'schema',
      'model',
      'alpha',
      'n',
      'hot',
      'share',
      'requests',
      'distinct',
      'ks',
      'p',
      'drift',
    ]);
    assert.deepEqual([fit.schema, fit.model, fit.requests], ['zipfire.fit/1', 'zipf', 60_000]);
    assert.ok(Math.abs(fit.alpha - 0.99) < 0.02 && Math.abs(fit.n / 20_000 - 1) < 0.05);

    const preview = await zipfire(['keys', 'preview', profile, '--out', '-', '--draws', '60k']);
    const { keys, topShares } = JSON.parse(preview.stdout);
    assert.deepEqual([keys.distribution, keys.n], ['zipf', fit.n]);
    // As skewed as the log: the share of the ten most frequent keys.
    assert.ok(Math.abs(topShares[1].drawn - fit.topShares.top10) < 0.02);
  });

  it('writes a table of a log that no model fits, and the table says the same', async () => {
    const log = await file('odd.log', accessLog('exponential:n=5000', 60_000));
    const profile = join(folder, 'table.yaml');
    const { code, stdout } = await zipfire(['keys', 'fit', log, '--write', profile]);
    assert.equal(code, 0);
    assert.match(stdout, /^! empirical {2}[\d,]+ keys as counted\n {2}no model fits/);
    const drawn = join(folder, 'drawn.json');
    assert.equal((await zipfire(['keys', 'preview', profile, '--draws', '60k', '--out', drawn])).code, 0);
    const { keys, topShares } = JSON.parse(await readFile(drawn, 'utf8'));
    assert.equal(keys.distribution, 'zoned');
    const [, , top100] = topShares;
    const { topShares: inLog } = JSON.parse((await zipfire(['keys', 'fit', log, '--out', '-'])).stdout);
    assert.ok(Math.abs(top100.exact - inLog.top100) < 1e-3, `${top100.exact} is not ${inLog.top100}`);
  });

  it('lists the few keys of a small table', async () => {
    // Two levels and no model: 100 once, 1 each of many.
    const log = await file(
      'few.txt',
      [30, 29, 28, 2, 1, 900].flatMap((count, i) => new Array<string>(count).fill(`page-${i}`)).join('\n'),
    );
    const profile = join(folder, 'few.yaml');
    const { stdout } = await zipfire(['keys', 'fit', log, '--write', profile]);
    assert.match(stdout, /log +few\.txt: keys, one a line|keys, one a line/);
    assert.equal((await zipfire(['keys', 'preview', profile, '--draws', '1000'])).code, 0);
  });

  it('reads stdin', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `{"key":"user_${i % 10}"}\n`).join('');
    const { code, stdout, stderr } = await start(['keys', 'fit', '-', '--out', '-'], {}, lines).finished;
    assert.equal(code, 0, stderr);
    const { input, n, alpha } = JSON.parse(stdout);
    assert.deepEqual([input.name, input.about, n], ['stdin', 'JSON lines, key: key', 10]);
    assert.ok(alpha < 0.02);
  });

  it('passes over a line of 100 MB', async () => {
    const keys = Array.from({ length: 2000 }, (_, i) => `user_${i % 20}\n`).join('');
    const log = await file(
      'long.log',
      Buffer.concat([Buffer.from(keys), Buffer.alloc(1e8, 'x'), Buffer.from(`\n${keys}`)]),
    );
    const { code, stdout } = await zipfire(['keys', 'fit', log]);
    assert.equal(code, 0);
    assert.match(stdout, /4,000 requests/);
    assert.match(stdout, /1 line too long to read/);
  });

  it('escapes what keys and names of files hold', async () => {
    const keys = Array.from({ length: 3000 }, (_, i) => `\x1b[31m\u202eevil${i % 5}\n`).join('');
    const { code, stdout } = await zipfire([
      'keys',
      'fit',
      await file('e\x1bvil.log', keys),
      '--write',
      join(folder, 'evil.yaml'),
    ]);
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /[\x00-\x09\x0b-\x1f\u202e]/);
    assert.match(stdout, /\\e\[31m\\u\{202e\}evil0/);
    assert.equal((await zipfire(['keys', 'preview', join(folder, 'evil.yaml'), '--draws', '100'])).code, 0);
  });
});

describe('zipfire keys, wrong input', () => {
  const wrong: [what: string, args: string[], message: RegExp, content?: string | Buffer][] = [
    ['no action', ['keys'], /something is missing: zipfire keys <action> \[input\]/],
    ['an unknown action', ['keys', 'prevew', 'x'], /no action "prevew"\n.*did you mean preview/],
    ['nothing to preview', ['keys', 'preview'], /preview of what/],
    ['no distribution', ['keys', 'preview', 'zpif:n=10'], /did you mean "zipf"/],
    [
      'a parameter out of range',
      ['keys', 'preview', 'zipf:n=10,alpha=-1'],
      /alpha must be a finite number ≥ 0/,
    ],
    [
      'too many draws',
      ['keys', 'preview', 'zipf:n=10', '--draws', '11M'],
      /--draws must be a whole number in \[1, 10000000\]; read "11M"/,
    ],
    ['no draws', ['keys', 'preview', 'zipf:n=10', '--draws', '0'], /--draws must be/],
    [
      'a seed that is none',
      ['keys', 'preview', 'zipf:n=10', '--seed', 'x'],
      /--seed must be a whole number in \[0, 4294967295\]/,
    ],
    [
      'a cache of nothing',
      ['keys', 'preview', 'zipf:n=10', '--cache', '0'],
      /--cache must be a number of keys ≥ 1/,
    ],
    [
      'a share of more than all',
      ['keys', 'preview', 'zipf:n=10', '--cache', '101%'],
      /in \[0%, 100%\]; read "101%"/,
    ],
    ['a flag of fit', ['keys', 'preview', 'zipf:n=10', '--regex', '(a)'], /keys preview has no --regex/],
    ['a flag of preview', ['keys', 'fit', 'LOG', '--draws', '5'], /keys fit has no --draws/, 'a\n'],
    [
      'a flag twice',
      ['keys', 'fit', 'LOG', '--regex', '(a)', '--regex', '(b)'],
      /--regex is given more than once/,
      'a\n',
    ],
    ['a missing profile', ['keys', 'preview', 'gone.yaml'], /gone\.yaml: there is no such file/],
    ['a missing log', ['keys', 'fit', 'gone.log'], /cannot read gone\.log: there is no such file/],
    ['a folder', ['keys', 'fit', '.'], /cannot read \.: it is a folder/],
    ['an empty log', ['keys', 'fit', 'LOG'], /no line to read: it is empty/, ''],
    ['a log of blank lines', ['keys', 'fit', 'LOG'], /no line to read/, '\n\n\r\n'],
    ['one line that is too long', ['keys', 'fit', 'LOG'], /all too long/, Buffer.alloc(100_000, 'x')],
    [
      'a regex that matches no line',
      ['keys', 'fit', 'LOG', '--regex', 'user=(\\d+)'],
      /none of the 2 lines has a key.*user=\(\\d\+\)/,
      'a\nb\n',
    ],
    [
      'a field that no line has',
      ['keys', 'fit', 'LOG', '--field', 'a.b'],
      /none of the 1 lines has a key/,
      '{"a":1}\n',
    ],
    [
      'binary garbage',
      ['keys', 'fit', 'LOG'],
      /holds NUL bytes\n.*gzip is read/,
      Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)),
    ],
    ['prose', ['keys', 'fit', 'LOG'], /format of the log is not known/, 'all is well\n'],
    [
      'two outputs on stdout',
      ['keys', 'fit', 'LOG', '--out', '-', '--write', '-'],
      /both want stdout/,
      'a\n',
    ],
    [
      'a path that cannot be written',
      ['keys', 'fit', 'LOG', '--write', 'no/such/folder.yaml'],
      /--write: ENOENT/,
      'a\na\n',
    ],
  ];
  for (const [index, [what, args, message, content]] of wrong.entries()) {
    it(`2 for ${what}`, async () => {
      const log = content === undefined ? '' : await file(`wrong-${index}.log`, content);
      const { code, stderr } = await zipfire(args.map((arg) => (arg === 'LOG' ? log : arg)));
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    });
  }

  it('has a help that fits 100 columns', async () => {
    const { code, stdout } = await zipfire(['keys', '--help']);
    assert.equal(code, 0);
    for (const line of stdout.split('\n')) assert.ok(line.length <= 100, line);
  });
});
