/**
 * Whether the probes of `zipfire advise --probe` see what is there: the idle time-out within 0.3 s, the requests that a
 * connection carries exactly, and a real Nagle × delayed ACK. `node bench/probes.js`, after `npm test`, which compiles
 * the servers; it takes about 20 s.
 *
 * The servers with an idle time-out are probed side by side, each by its two dozen connections.
 */
import { once } from 'node:events';
import http from 'node:http';
import { connect, createServer } from 'node:net';
import { pathToFileURL } from 'node:url';
import { listenOdd } from '../build/test/support/odd-servers.js';
import { advise, defaultProbeLimits, probeTarget } from '../dist/advisor/index.js';

const WITHIN_SEC = 0.3;
const IDLE_LIMIT_MS = 7000;

/** How long, and how it ends. */
const idles = [
  [1000, 'fin'],
  [2000, 'fin'],
  [3300, 'fin'],
  [5000, 'fin'],
  [1700, 'rst'],
  [4000, 'rst'],
  [2200, 'silence'],
  [3700, 'silence'],
  [2900, 'reset-on-use'],
];
const requests = [1, 7, 100, 1000];

/** @returns {Promise<{ what: string, figure: string, promise: string, kept: boolean }[]>} */
export async function run() {
  const counted = [];
  for (const most of requests) counted.push(await countRequests(most));
  const held = [await holdBack(false), await holdBack(true)];
  const timed = await Promise.all([...idles.map(([ms, by]) => timeIdleness(ms, by)), timeNode()]);
  return [...timed, ...counted, ...held];
}

async function timeIdleness(idleMs, idleBy) {
  const server = await listenOdd({ idleMs, idleBy });
  const { facts } = await probe(server.port, { requests: 1 });
  await server.close();
  return timed(`idle ${idleMs / 1000} s, then ${idleBy}`, idleMs, idleBy, facts.idle);
}

/** A server of Node, which adds what it likes to its time: what it really does is what a raw socket sees. */
async function timeNode() {
  const server = http.createServer((_, response) => response.end('ok'));
  server.keepAliveTimeout = 3000;
  const port = await listen(server);
  const [{ facts }, ownMs] = await Promise.all([probe(port, { requests: 1 }), watchOne(port)]);
  server.closeAllConnections();
  server.close();
  return timed(`node:http, 3 s and its buffer (${(ownMs / 1000).toFixed(2)} s)`, ownMs, 'fin', facts.idle);
}

async function watchOne(port) {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await once(socket, 'data');
  const startMs = performance.now();
  await once(socket, 'end');
  return performance.now() - startMs;
}

function timed(what, wantedMs, endsBy, idle) {
  const seenMs = idle?.timeoutMs ?? Number.NaN;
  const off = Math.abs(seenMs - wantedMs) / 1000;
  return {
    what,
    figure: `${(seenMs / 1000).toFixed(3)} s ± ${((idle?.withinMs ?? Number.NaN) / 1000).toFixed(3)}, ${idle?.endsBy}, off by ${off.toFixed(3)}`,
    promise: `within ${WITHIN_SEC} s`,
    kept: off <= WITHIN_SEC && idle?.endsBy === endsBy,
  };
}

async function countRequests(most) {
  const server = await listenOdd({ requests: most });
  const { facts } = await probe(server.port, { idleLimitMs: 1 });
  await server.close();
  const seen = facts.keepAlive?.honoured ? facts.requests?.answered : 1;
  return {
    what: `${most} requests a connection`,
    figure: `${seen}`,
    promise: 'exactly',
    kept: seen === most,
  };
}

/** Head and body in two writes: the second waits for the ACK of the first, where nothing tells the kernel not to. */
async function holdBack(noDelay) {
  const server = createServer({ noDelay }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n');
      socket.write('ok');
    });
  });
  const port = await listen(server);
  const gathered = await probe(port, { idleLimitMs: 1, requests: 1 });
  server.close();
  const { findings } = advise({ target: '', gathered });
  const { status, evidence } = findings.find(({ id }) => id === 'KA11') ?? {};
  const wanted = noDelay ? 'pass' : 'fail';
  return {
    what: `two writes, TCP_NODELAY ${noDelay ? 'on' : 'off'}`,
    figure: `first ${evidence?.firstMs} ms, reused ${evidence?.reusedMs} ms: KA11 ${status}`,
    promise: wanted,
    kept: status === wanted,
  };
}

function probe(port, changes) {
  const authority = `127.0.0.1:${port}`;
  return probeTarget({
    ...defaultProbeLimits,
    idleLimitMs: IDLE_LIMIT_MS,
    target: {
      url: `http://${authority}/`,
      tls: null,
      host: '127.0.0.1',
      port,
      socketPath: null,
      authority,
      path: '/',
    },
    request: { headers: [], body: null },
    lbIdleMs: null,
    http2: false,
    grpc: false,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...changes,
  });
}

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const figures = await run();
  for (const { what, figure, promise, kept } of figures)
    console.log(`${what.padEnd(46)}${figure.padEnd(56)}${promise}  ${kept ? 'kept' : 'MISSED'}`);
  if (!figures.every(({ kept }) => kept)) process.exitCode = 1;
}
