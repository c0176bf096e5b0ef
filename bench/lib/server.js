/** Servers that are not nginx: zipfire's own target, and a listener that only notes when it was spoken to. */
import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { zipfireCommand } from './clients.js';
import { freePort } from './nginx.js';

/**
 * `zipfire serve`, with whatever flags.
 * @returns {Promise<{origin: string, stop: () => Promise<void>}>}
 */
export async function startTarget({ core = null, flags = [] }) {
  const port = await freePort();
  const argv = [...zipfireCommand, 'serve', '--port', String(port), ...flags];
  const pinned = core === null ? argv : ['taskset', '-c', String(core), ...argv];
  const child = spawn(pinned[0], pinned.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    complaint += text;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  const stop = async () => {
    process.off('exit', end);
    end();
    await ended;
  };
  const origin = `http://127.0.0.1:${port}`;
  if (!(await untilAccepting(port, child))) {
    await stop();
    throw new Error(`zipfire serve did not start: ${complaint.trim().slice(0, 300)}`);
  }
  return { origin, stop };
}

/**
 * Waits until something listens. A plain connection, not a request: the target's stall is counted from its first.
 * @returns {Promise<boolean>} false when the process ended, or three seconds were not enough
 */
export async function untilAccepting(port, child) {
  for (let attempt = 0; attempt < 150 && child.exitCode === null; attempt++) {
    if (await accepts(port)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/**
 * Listens, answers every request with 204, and notes the instant of the first byte it reads.
 * @returns {Promise<{origin: string, firstByteMs: Promise<number>, stop: () => Promise<void>}>} on `performance.now()`
 */
export function startDoorbell() {
  const sockets = new Set();
  return new Promise((resolve) => {
    /** @type {(atMs: number) => void} */
    let ring;
    const firstByteMs = new Promise((settle) => {
      ring = settle;
    });
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once('data', () => ring(performance.now()));
      socket.on('data', () => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1', () => {
      const stop = () =>
        new Promise((done) => {
          for (const socket of sockets) socket.destroy();
          server.close(done);
        });
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      resolve({ origin: `http://127.0.0.1:${port}`, firstByteMs, stop });
    });
  });
}
