import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ZipfireError } from '../../core/index.js';
import { parseCommandLine, shellLine } from './command-line.js';
import { isGroupAlive } from './group.js';
import type { Guard } from './guard.js';
import { isTaken, waitUntilFree } from './ready.js';
import { type ServiceSpec, Starter } from './service.js';

describe('parseCommandLine', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['./server --port 8080', ['./server', '--port', '8080']],
    [`a 'b c' "d e"`, ['a', 'b c', 'd e']],
    [`a --x='b c'"d" e\\ f`, ['a', '--x=b cd', 'e f']],
    [`a '' ""`, ['a', '', '']],
    [`a "say \\"hi\\" \\\\ \\n"`, ['a', 'say "hi" \\ \\n']],
    ['  a\t\nb  ', ['a', 'b']],
    ["a '|' '$HOME' *", ['a', '|', '$HOME', '*']],
  ];
  for (const [text, words] of cases) it(text, () => assert.deepEqual(parseCommandLine(text), words));
  for (const text of ['', '  ', `a 'b`, 'a "b', 'a \\', 'a | b', 'a && b', 'a > log', 'A=1 ./server', "''"])
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseCommandLine(text), { code: 'usage' }));
  it('quotes what follows a line for a shell', () => {
    assert.deepEqual(shellLine('a | b', ["it's"]), ['/bin/sh', '-c', `a | b 'it'\\''s'`]);
  });
});

/** Servers as programs of node: `PORT` says where, and each prints what it does. */
const listen = `require('node:http').createServer((q, r) => r.end(process.env.SAYS ?? 'ok')).listen(process.env.PORT, '127.0.0.1')`;
const programs = {
  plain: listen,
  forks: `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(listen)}], { stdio: 'inherit' });
    process.on('SIGTERM', () => process.exit(0))`,
  stubborn: `process.on('SIGTERM', () => console.log('no')); ${listen}`,
  silent: `setInterval(() => {}, 1000); console.log('thinking')`,
  dies: `console.error('cannot open the database'); process.exit(3)`,
  failing: `require('node:http').createServer((q, r) => { r.statusCode = 503; r.end() }).listen(process.env.PORT, '127.0.0.1')`,
  // Leaves its process group with the port.
  daemon: `const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(listen)}], { detached: true, stdio: 'ignore' });
    console.log('daemon ' + child.pid); setInterval(() => {}, 1000)`,
};

let folder: string;
let port: number;
const guard: Guard = { watch: async () => {}, release: () => {}, close: () => {}, closed: Promise.resolve() };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zipfire-service-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as { port: number }).port;
  server.close();
  await once(server, 'close');
});
after(() => rm(folder, { recursive: true }));

function starterOf(
  program: keyof typeof programs,
  more: Partial<ServiceSpec> = {},
  by: Guard = guard,
): Starter {
  const place = { host: '127.0.0.1', port, socketPath: null };
  return new Starter(
    {
      words: (args) => [process.execPath, '-e', programs[program], ...args],
      env: { PATH: process.env['PATH'], PORT: String(port) },
      readiness: { url: `http://127.0.0.1:${port}/` },
      places: [place],
      readyMs: 60_000,
      graceMs: 60_000,
      logFolder: join(folder, program),
      ...more,
    },
    by,
  );
}
const start = (starter: Starter, env: Readonly<Record<string, string>> = {}) =>
  starter.start('A=1', env, [], () => false);
const here = () => isTaken({ host: '127.0.0.1', port, socketPath: null });

describe('a service', () => {
  it('is started under its setting, and its port is free when it was stopped', async () => {
    const starter = starterOf('plain');
    const service = await start(starter, { SAYS: 'hello' });
    assert.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'hello');
    service.check();
    await service.stop();
    assert.equal(await here(), false);
    assert.equal(isGroupAlive(service.pid), false);
  });

  it('is ended with what it started', async () => {
    const service = await start(starterOf('forks'));
    await service.stop();
    assert.equal(isGroupAlive(service.pid), false);
    assert.equal(await here(), false);
  });

  it('is killed when it ignores SIGTERM', async () => {
    const service = await start(starterOf('stubborn', { graceMs: 300 }));
    await service.stop();
    assert.equal(isGroupAlive(service.pid), false);
    assert.match(await readFile(join(folder, 'stubborn', '001.log'), 'utf8'), /^no$/m);
  });

  it('that never gets ready is ended, and what it said is told', async () => {
    const starter = starterOf('silent', { readyMs: 1500 });
    await assert.rejects(start(starter), (error: Error & { hint?: string; code?: string }) => {
      assert.equal(error.code, 'unreachable');
      assert.match(error.message, /the service with A=1 is not ready after 1\.5 s: .*\n {2}thinking$/s);
      assert.match(error.hint ?? '', /001\.log$/);
      return true;
    });
    await starter.stop();
  });

  it('that answers 503 is not ready', async () => {
    await assert.rejects(start(starterOf('failing', { readyMs: 1500 })), /it answered 503/);
    assert.equal(await here(), false);
  });

  it('that dies at once is told without waiting', async () => {
    await assert.rejects(
      start(starterOf('dies')),
      /ended by itself \(exit code 3\).*\n {2}cannot open the database$/s,
    );
  });

  it('that dies later is told when it is looked at', async () => {
    const service = await start(starterOf('plain'));
    process.kill(-service.pid, 'SIGKILL');
    let told: unknown = null;
    for (const untilMs = Date.now() + 60_000; told === null && Date.now() < untilMs; ) {
      await new Promise(setImmediate);
      try {
        service.check();
      } catch (error) {
        told = error;
      }
    }
    assert.match(String(told), /ended by itself \(signal SIGKILL\)/);
    await service.stop();
  });

  it('is not started where something else listens, which is left alone', async () => {
    const server = createServer((socket) => socket.end()).listen(port, '127.0.0.1');
    await once(server, 'listening');
    await assert.rejects(start(starterOf('plain')), /something else listens on 127\.0\.0\.1:\d+ already/);
    assert.ok(server.listening);
    server.close();
    await once(server, 'close');
  });

  it('that is no program is told', async () => {
    const starter = starterOf('plain', { words: () => ['./no-such-server'] });
    await assert.rejects(start(starter), {
      code: 'usage',
      message: '--exec ./no-such-server: there is no such program',
    });
    await starter.stop();
  });

  it('that is no file, or none that runs, is told', async () => {
    const notes = join(folder, 'notes.txt');
    await writeFile(notes, 'echo no');
    for (const program of [folder, notes]) {
      const starter = starterOf('plain', { words: () => [program] });
      await assert.rejects(start(starter), {
        code: 'usage',
        message: `--exec ${program}: it is not executable`,
      });
    }
  });

  it('whose interpreter is missing is told by what the system said', async () => {
    const script = join(folder, 'script');
    await writeFile(script, '#!/no/such/interpreter\n', { mode: 0o755 });
    const starter = starterOf('plain', { words: () => [script], logFolder: join(folder, 'interpreter') });
    await assert.rejects(start(starter), /ended by itself \(exit code 12[67]\).*\n {2}zipfire: .*script/s);
  });

  it('that is not guarded is not run', async () => {
    const refusing = { ...guard, watch: () => Promise.reject(new ZipfireError('internal', 'no guard')) };
    const logFolder = join(folder, 'unguarded');
    const starter = starterOf('dies', { logFolder }, refusing);
    await assert.rejects(start(starter), { code: 'internal', message: 'no guard' });
    assert.equal(await readFile(join(logFolder, '001.log'), 'utf8'), '');
  });

  it('has its environment as it was given, with names that no shell keeps', async () => {
    const environment = { 'server.name': "it's a = b", 'BASH_FUNC_x%%': '() {\n :\n}', EMPTY: '' };
    const logFolder = join(folder, 'environment');
    const program = `console.log(JSON.stringify(process.env)); ${listen}`;
    const starter = starterOf('plain', { words: () => [process.execPath, '-e', program], logFolder });
    const service = await start(starter, environment);
    await service.stop();
    const said = JSON.parse(await readFile(join(logFolder, '001.log'), 'utf8'));
    assert.deepEqual({ ...said, ...environment }, said);
  });

  it('is killed at once when we end', async () => {
    const starter = starterOf('stubborn');
    const service = await start(starter);
    starter.kill();
    await starter.stop();
    assert.equal(isGroupAlive(service.pid), false);
  });

  it('keeps a log a start', async () => {
    assert.deepEqual(await readdir(join(folder, 'plain')), ['001.log']);
  });
});

describe('a page that tells that a service is ready', () => {
  it('is asked on a connection that we end: a port in TIME_WAIT is not to be had again by all', async () => {
    const logFolder = join(folder, 'page');
    const program = `require('node:http').createServer((q, r) => { console.log(q.headers.connection); r.end() }).listen(process.env.PORT, '127.0.0.1')`;
    const service = await start(
      starterOf('plain', { words: () => [process.execPath, '-e', program], logFolder }),
    );
    await service.stop();
    assert.equal(await readFile(join(logFolder, '001.log'), 'utf8'), 'keep-alive\n');
  });
});

describe('a place that accepts connections', () => {
  it('is ready when it answers, too', async () => {
    let asked = 0;
    const answers = async () => (asked++ < 2 ? 'it answered 503' : null);
    const place = { host: '127.0.0.1', port, socketPath: null, answers };
    const service = await start(starterOf('plain', { readiness: place, logFolder: join(folder, 'answers') }));
    await service.stop();
    assert.equal(asked, 3);
  });
});

describe('a port that cannot be had yet', () => {
  /** Fails as often as this, as one does whose port is in TIME_WAIT. */
  const until = (starts: number, file: string) => `
    const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(file)}, '.');
    if (fs.readFileSync(${JSON.stringify(file)}).length < ${starts}) throw new Error('listen EADDRINUSE: address already in use');
    ${listen}`;

  it('is waited for, and that is told once', async () => {
    const said: string[] = [];
    const program = until(3, join(folder, 'starts'));
    const starter = starterOf('plain', {
      words: () => [process.execPath, '-e', program],
      logFolder: join(folder, 'lingers'),
      tell: (text) => void said.push(text),
    });
    const service = await start(starter);
    await service.stop();
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /TIME_WAIT/);
    assert.equal((await readdir(join(folder, 'lingers'))).length, 3);
  });

  it('is not waited for without end', async () => {
    const program = until(1000, join(folder, 'never'));
    const more = { words: () => [process.execPath, '-e', program], logFolder: join(folder, 'never-log') };
    await assert.rejects(start(starterOf('plain', { ...more, lingerMs: 1 })), /EADDRINUSE/);
  });
});

describe('a unix socket', () => {
  const socketPath = () => join(folder, 'service.sock');
  /** Leaves its socket, as it is ended by a signal. */
  const program = () =>
    `require('node:net').createServer((s) => s.end()).listen(${JSON.stringify(socketPath())})`;
  const starter = () => {
    const place = { host: '', port: 0, socketPath: socketPath() };
    return starterOf('plain', {
      words: () => [process.execPath, '-e', program()],
      readiness: place,
      places: [place],
      logFolder: join(folder, 'unix'),
    });
  };

  it('of its own that it left is removed, so that it can be started again', async () => {
    const own = starter();
    for (let i = 0; i < 2; i++) {
      const service = await start(own);
      await service.stop();
      assert.equal(existsSync(socketPath()), false);
    }
  });

  it('that was there before stays, and what to do is told', async () => {
    const other = spawn(process.execPath, [
      '-e',
      `${program()}.on('listening', () => process.kill(process.pid, 'SIGKILL'))`,
    ]);
    await once(other, 'close');
    assert.ok(existsSync(socketPath()));
    await assert.rejects(start(starter()), (error: Error & { hint?: string }) => {
      assert.match(error.hint ?? '', /nobody listens on it: rm .*service\.sock; all of it is in/);
      return true;
    });
    assert.ok(existsSync(socketPath()));
  });
});

describe('what leaves its process group', () => {
  it('and ends itself is told of', async () => {
    const starter = starterOf('plain', {
      words: () => [process.execPath, '-e', ''],
      logFolder: join(folder, 'background'),
    });
    await assert.rejects(start(starter), (error: Error & { hint?: string }) => {
      assert.match(error.hint ?? '', /goes into the background is not ours to end/);
      return true;
    });
  });

  it('keeps the port, and that is told; it is not ours to end', async () => {
    const starter = starterOf('daemon', { portsMs: 1000 });
    const service = await start(starter);
    const pid = Number(/daemon (\d+)/.exec(await readFile(join(folder, 'daemon', '001.log'), 'utf8'))?.[1]);
    try {
      await assert.rejects(service.stop(), /is still taken after the service was ended/);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
    assert.deepEqual(await waitUntilFree([{ host: '127.0.0.1', port, socketPath: null }], 60_000), []);
  });
});
