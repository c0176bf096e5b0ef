/** nghttpd with one thread on one core: the server of h2load's own figures. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findProgram } from './machine.js';
import { freePort } from './nginx.js';
import { untilAccepting } from './server.js';

/** What every path of the bench answers; a query is not part of a file's name, so that keys can stand there. */
const body = '0123456789abcdef0123456789abcdef';

/**
 * @param {{core?: number|null, grpc?: boolean}} [options] `grpc`: answers every call of `kv.v1.KV/Get` with one
 *   message and a `grpc-status` of 0, without reading the request
 * @returns {Promise<{origin: string, url: string, stop: () => Promise<void>}>}
 */
export async function startNghttpd({ core = null, grpc = false } = {}) {
  const nghttpd = findProgram('nghttpd');
  if (!nghttpd) throw new Error('nghttpd is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'zipfire-bench-'));
  const path = grpc ? 'kv.v1.KV/Get' : 'kv';
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), grpc ? getResponse() : body);
  const port = await freePort();
  const flags = ['--no-tls', '-a', '127.0.0.1', '-d', folder];
  const trailer = grpc ? ['--trailer=grpc-status: 0'] : [];
  const argv = [nghttpd, ...flags, ...trailer, String(port)];
  const pinned = core === null ? argv : ['taskset', '-c', String(core), ...argv];
  const child = spawn(pinned[0], pinned.slice(1), { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const end = () => {
    child.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', end);
  const stop = async () => {
    process.off('exit', end);
    end();
    await ended;
  };
  if (!(await untilAccepting(port, child))) {
    await stop();
    throw new Error('nghttpd did not start');
  }
  const origin = `http://127.0.0.1:${port}`;
  return { origin, url: `${origin}/${path}`, stop };
}

/** `GetResponse { value: 32 bytes }` with the prefix of its length. */
function getResponse() {
  const value = Buffer.from(body);
  const message = Buffer.concat([Buffer.from([0x0a, value.length]), value]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
