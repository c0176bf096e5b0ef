import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Advice } from '#zipfire/core/index.js';
import { startTarget } from '#zipfire/target/index.js';
import { zipfire } from '../cli/zipfire.js';

const page = await readFile(new URL('../../../docs/experiments.md', import.meta.url), 'utf8');
const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);
const bin = fileURLToPath(new URL('../../../bin/zipfire.js', import.meta.url));
/** The same, over before long. */
const short = [
  '-c',
  '2',
  '-t',
  '1',
  '-d',
  '100ms',
  '--warmup',
  '10ms',
  '--arm-duration',
  '100ms',
  '--repeats',
  '1',
  '-q',
];

let target: Awaited<ReturnType<typeof startTarget>>;
let folder: string;
let port: number;

before(async () => {
  target = await startTarget({ port: 0 });
  folder = await mkdtemp(join(tmpdir(), 'zipfire-docs-experiments-'));
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  port = (free.address() as { port: number }).port;
  free.close();
  await once(free, 'close');
  await writeFile(
    join(folder, 'server.cjs'),
    `require('node:http').createServer((_, r) => r.end('ok')).listen(${port}, '127.0.0.1')`,
  );
});

after(async () => {
  await target.close();
  await rm(folder, { recursive: true });
});

/** Words as a shell takes them, against a service of the test's. */
function adapted(command: string): string[] {
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)]
    .map(([, quoted, bare]) => quoted ?? bare ?? '')
    .slice(1);
  const calls = words.includes('--call');
  const url = words.includes('--exec') ? `http://127.0.0.1:${port}` : target.url;
  const grpc = `'${process.execPath}' '${bin}' serve --port 0 --grpc-port ${port}`;
  return words.map((word) => {
    if (word.startsWith('grpc://')) return `grpc://127.0.0.1:${port}`;
    if (word.startsWith('./server') && calls) return grpc;
    if (word.startsWith('./server')) return `'${process.execPath}' '${join(folder, 'server.cjs')}'`;
    return word.replace('http://127.0.0.1:8080', url);
  });
}

describe('docs/experiments.md', () => {
  it('has examples', () => assert.equal(commands.length, 4));

  for (const command of commands)
    it(command, async () => {
      const out = join(folder, 'advice.json');
      const { code, stderr } = await zipfire([...adapted(command), ...short, '--out', out]);
      assert.equal(code, 0, stderr);
      const { experiments } = JSON.parse(await readFile(out, 'utf8')) as Advice;
      assert.ok(experiments.length > 0);
      const named = [
        ...experiments,
        ...experiments.flatMap(({ arms, comparisons }) => [...arms, ...comparisons]),
      ];
      for (const field of named.flatMap(Object.keys)) assert.match(page, new RegExp(`\`${field}\``), field);
    });
});
