import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import yargs from 'yargs';
import { type ExitCode, ZipfireError } from '../core/index.js';
import { targetOptionTable } from '../target/index.js';
import { serve } from './serve.js';

/** Only what this command needs of the command line around it. */
const program = `
  import yargs from 'yargs';
  import { serve } from ${JSON.stringify(new URL('./serve.js', import.meta.url).href)};
  process.exitCode = await serve.run(serve.builder(yargs()).parseSync(process.argv.slice(1)));`;

function runServe(...args: string[]): Promise<ExitCode> {
  return serve.run(serve.builder(yargs()).parseSync(args));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`serves, says where in one line, and ends with 0 at ${signal}`, async () => {
    const args = ['--input-type=module', '-e', program, '--', '--port', '0', '--value-bytes', '5'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const lines: string[] = [];
      const output = createInterface(child.stdout);
      output.on('line', (line) => lines.push(line));
      // `close` comes without a line when the child could not serve; its reason is on stderr.
      await Promise.race([once(output, 'line'), once(output, 'close')]);
      const url = /^serving (http:\/\/127\.0\.0\.1:\d+) .*Ctrl-C/.exec(lines[0] ?? '')?.[1];
      assert.ok(url, lines[0]);
      assert.equal(await bodyOf(`${url}/kv/abcdefg`), 'abcde');
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [0, null]);
      assert.equal(lines.length, 1);
    } finally {
      child.kill('SIGKILL');
    }
  });
}

test('says where it serves gRPC as well, when it is asked to', async () => {
  const args = ['--input-type=module', '-e', program, '--', '--port', '0', '--grpc-port', '0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const output = createInterface(child.stdout);
    const line = new Promise((resolve) => output.once('line', resolve).once('close', () => resolve('')));
    assert.match(String(await line), /^serving http:\/\/127\.0\.0\.1:\d+ and grpc:\/\/127\.0\.0\.1:\d+ \(/);
    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  } finally {
    child.kill('SIGKILL');
  }
});

test('a wrong flag is a usage error that names it', async () => {
  const table: [args: string[], message: RegExp][] = [
    [['--port', '70000'], /--port/],
    [['--latency', 'soon'], /--latency/],
    [['--rate', '1', '--rate', '2'], /--rate is given more than once/],
    [['--tls-cert', '/nowhere/cert.pem', '--tls-key', '/nowhere/key.pem'], /--tls-cert.*no such file/],
    [['--stall-every', '5s'], /--stall-for/],
  ];
  for (const [args, message] of table) {
    await assert.rejects(runServe(...args), (error) => {
      assert.ok(error instanceof ZipfireError, String(error));
      assert.equal(error.exitCode, 2);
      assert.match(error.message, message);
      return true;
    });
  }
});

test('a file that is no PEM is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zipfire-serve-'));
  try {
    const path = join(folder, 'cert.pem');
    await writeFile(path, 'hello');
    await assert.rejects(runServe('--port', '0', '--tls-cert', path, '--tls-key', path), /--tls-cert/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('every option of the target has its flag in the help', async () => {
  const help = await serve.builder(yargs()).getHelp();
  for (const { flag, description } of targetOptionTable) {
    assert.ok(help.includes(`--${flag} `), flag);
    assert.ok(description.length <= 60, `${flag}: a line of help is short`);
  }
});

async function bodyOf(url: string): Promise<string> {
  const [response] = await once(get(url, { agent: false }), 'response');
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return body;
}
