/** HAProxy and nghttpd, with one fault each, and the same with the fault mended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { RunFlags } from '#zipfire/profile/index.js';
import { accepting, findProgram, freePort } from '../../support/programs.js';
import { startWithStdin } from '../../support/stdio-child.js';
import { adviseOn, assertFaults, assertMended } from './advised.js';

const some: RunFlags = { connections: '2', requests: '50' };
const briefly = { idleLimit: '500ms', probeRequests: '120', probeTime: '300ms' };

interface Case<Settings> {
  readonly name: string;
  readonly ids: readonly string[];
  /** Those that look at the mended one; default: all of them. */
  readonly judged?: readonly string[];
  readonly broken: Settings;
  readonly mended: Settings;
  readonly load: RunFlags;
  readonly probe: Readonly<Record<string, string>>;
}

/** @param use of the folder and the port; what it starts is ended by it, and the folder is gone afterwards */
async function inFolder<T>(use: (folder: string, port: number) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(os.tmpdir(), 'zipfire-live-'));
  try {
    return await use(folder, await freePort());
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function whileRunning<T>(
  child: ChildProcess,
  port: number,
  use: (pid: number) => Promise<T>,
): Promise<T> {
  const ended = once(child, 'exit');
  try {
    await accepting(port, child);
    return await use(child.pid ?? 0);
  } finally {
    child.kill();
    await ended;
  }
}

const haproxy = findProgram('haproxy');
const script = fileURLToPath(new URL('node-target.js', import.meta.url));

/** Lines of its `defaults`. */
const haproxyCases: readonly Case<string>[] = [
  {
    name: 'option httpclose',
    ids: ['KA01', 'KA08'],
    broken: 'option httpclose\n  timeout http-keep-alive 75s',
    mended: 'option http-keep-alive\n  timeout http-keep-alive 75s',
    load: some,
    probe: briefly,
  },
  {
    name: 'timeout http-keep-alive 1s behind a load balancer of 4 s',
    // It hands on what the server behind it promises, and does not keep it.
    ids: ['KA02', 'KA07'],
    // Connections that are open in the end do not tell how they would have ended.
    judged: ['KA02'],
    broken: 'timeout http-keep-alive 1s',
    mended: 'timeout http-keep-alive 75s',
    load: some,
    probe: { ...briefly, lbIdle: '4s', idleLimit: '4500ms' },
  },
];

async function throughHaproxy(lines: string, { load, probe }: Case<string>) {
  const upstream = await startWithStdin(process.execPath, [script, '{}']);
  try {
    return await inFolder(async (folder, port) => {
      const file = join(folder, 'haproxy.cfg');
      writeFileSync(
        file,
        `global\n  maxconn 256\ndefaults\n  mode http\n  timeout connect 2s\n  timeout client 75s\n  timeout server 75s\n  ${lines}\nfrontend edge\n  bind 127.0.0.1:${port}\n  default_backend app\nbackend app\n  server one 127.0.0.1:${upstream.line}\n`,
      );
      const child = spawn(haproxy ?? '', ['-db', '-f', file], { stdio: 'ignore' });
      const live = { url: `http://127.0.0.1:${port}/`, files: [file] };
      return whileRunning(child, port, (pid) => adviseOn({ ...live, pid }, load, { probe: true, ...probe }));
    });
  } finally {
    await upstream.stop();
  }
}

const nghttpd = findProgram('nghttpd');

/** Its flags. */
const nghttpdCases: readonly Case<readonly string[]>[] = [
  {
    name: 'one stream on a connection',
    ids: ['H201'],
    broken: ['-m', '1'],
    mended: ['-m', '100'],
    load: { connections: '1', streams: '8', requests: '100', http2: true },
    probe: briefly,
  },
  {
    name: 'a window of 1 KiB for bodies of 100 kB',
    ids: ['H203'],
    broken: ['-w', '10'],
    mended: ['-w', '20'],
    load: { ...some, http2: true, method: 'POST', body: 'x'.repeat(100_000) },
    probe: briefly,
  },
];

async function onNghttpd(flags: readonly string[], { load, probe }: Case<readonly string[]>) {
  return inFolder(async (folder, port) => {
    writeFileSync(join(folder, 'index.html'), 'hello\n');
    const args = ['--no-tls', '-a', '127.0.0.1', '-d', folder, ...flags, String(port)];
    const child = spawn(nghttpd ?? '', args, { stdio: 'ignore' });
    return whileRunning(child, port, (pid) =>
      adviseOn({ url: `h2c://127.0.0.1:${port}/`, pid }, load, { probe: true, ...probe }),
    );
  });
}

function pairs<Settings>(
  cases: readonly Case<Settings>[],
  skip: string | false,
  advised: (settings: Settings, each: Case<Settings>) => ReturnType<typeof adviseOn>,
): void {
  for (const each of cases) {
    it(`finds ${each.ids.join(', ')}: ${each.name}`, { skip }, async () => {
      assertFaults(await advised(each.broken, each), each.ids);
    });
    it(`finds nothing when it is mended: ${each.name}`, { skip }, async () => {
      assertMended(await advised(each.mended, each), each.judged ?? each.ids);
    });
  }
}

describe('the catalogue of faults in HAProxy that runs', { concurrency: 4 }, () =>
  pairs(haproxyCases, haproxy === null && 'haproxy is not installed', throughHaproxy),
);

describe('the catalogue of faults in nghttpd that runs', { concurrency: 4 }, () =>
  pairs(nghttpdCases, nghttpd === null && 'nghttpd is not installed', onNghttpd),
);
