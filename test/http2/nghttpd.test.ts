import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodeStateless } from '#zipfire/wire/hpack/index.js';
import type { SessionOptions } from '#zipfire/wire/http2/index.js';
import { accepting, findProgram, freePort } from '../support/programs.js';
import { Link } from './link.js';

/** nghttp2's server, which enforces the rules of RFC 9113 and 7541 to the letter. */
const nghttpd = findProgram('nghttpd');
const skip = nghttpd === null ? 'nghttpd is not installed' : false;
const content = 'x'.repeat(100);

async function withNghttpd(
  flags: readonly string[],
  options: Partial<SessionOptions>,
  body: (link: Link) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'zipfire-nghttpd-'));
  writeFileSync(join(folder, 'k'), content);
  const port = await freePort();
  const command = ['--no-tls', '-a', '127.0.0.1', '-d', folder, ...flags, String(port)];
  const child = spawn(nghttpd ?? '', command, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  try {
    await accepting(port, child);
    const link = new Link(port, options);
    try {
      await body(link);
    } finally {
      await link.close();
    }
  } finally {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

function blockOf(method: string, path: string): string {
  const fields = [
    [':method', method],
    [':scheme', 'http'],
    [':authority', 'test.local'],
    [':path', path],
  ];
  return fields.map(([name = '', value = '']) => encodeStateless({ name, value }, true)).join('');
}

/** Sends `count` requests, and returns how many ended well with this status. */
async function run(
  link: Link,
  count: number,
  status: number,
  block: string,
  body: string | null,
): Promise<number> {
  let sent = 0;
  let good = 0;
  let ended = 0;
  const start = (slot: number) => {
    if (sent++ < count) link.session.request(slot, block, body, true);
  };
  link.log.react = (line) => {
    if (new RegExp(`^head \\d+ ${status}`).test(line)) good++;
    if (!/^(end|reset) /.test(line)) return;
    ended++;
    start(Number(line.split(' ')[1]));
  };
  for (let slot = 0; slot < 16; slot++) start(slot);
  await link.until(() => ended === count);
  assert.equal(link.log.lines.filter((line) => /^(reset|error)/.test(line)).length, 0);
  return good;
}

describe('against nghttpd', { skip }, () => {
  const table: [what: string, flags: string[], options: Partial<SessionOptions>][] = [
    ['as it is', [], {}],
    ['with padding', ['-b', '255'], {}],
    ['with three streams at most', ['-m', '3'], {}],
    ['whose decoder has no table', ['-c', '0'], {}],
    ['with our table of 4096', [], { headerTableSize: 4096 }],
    ['with trailers', ['--trailer', 'grpc-status: 0'], {}],
    ['with small windows of ours', ['-b', '50'], { streamWindow: 64, connectionWindow: 65_535 }],
  ];
  for (const [what, flags, options] of table) {
    test(`300 GETs, ${what}`, async () => {
      await withNghttpd(flags, options, async (link) => {
        assert.equal(await run(link, 300, 200, blockOf('GET', '/k'), null), 300);
        // Pieces of different responses may alternate, so all that is sure is the sum.
        const pieces = link.log.lines.filter((line) => line.startsWith('data'));
        assert.equal(pieces.map((line) => line.replace(/^data \d+ /, '')).join(''), content.repeat(300));
        const trailers = link.log.lines.filter((line) => line.startsWith('trailers')).length;
        assert.equal(trailers, flags.includes('--trailer') ? 300 : 0);
      });
    });
  }

  test('uploads that come back, through small windows of its own', async () => {
    const body = 'upload '.repeat(20_000);
    await withNghttpd(['--echo-upload', '-w', '12', '-W', '16'], {}, async (link) => {
      let bytes = 0;
      link.log.onData = (_slot, _bytes, from, to) => {
        bytes += to - from;
      };
      assert.equal(await run(link, 20, 200, blockOf('POST', '/echo'), body), 20);
      assert.equal(bytes, 20 * body.length);
    });
  });
});
