/**
 * A small service that ails on purpose: `node [--expose-gc] pattern-server.js PATTERN [host] [period, ms]`. Prints its
 * URL.
 *
 * - `calm` answers at once
 * - `lock` holds a lock that every request takes for 800 ms, every ten seconds; nothing runs meanwhile
 * - `gc` keeps some 400 MB of small objects, and collects all of it every ten seconds, which stops the loop
 * - `busy` computes for 2 ms a request
 *
 * `/metrics` has the pauses of the collector and the CPU time, by the names that prom-client gives them.
 */
import { createServer } from 'node:http';
import { PerformanceObserver } from 'node:perf_hooks';

const [pattern = 'calm', host = '127.0.0.1', period = '10000'] = process.argv.slice(2);
const PERIOD_MS = Number(period);
const HELD_MS = 800;
const WORK_MS = 2;
const OBJECTS = 6_000_000;
const body = Buffer.alloc(pattern === 'network' ? 4096 : 64, 'x');

let gcSec = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) gcSec += duration / 1000;
}).observe({ entryTypes: ['gc'] });

let unlocked = Promise.resolve();
const kept = [];
// Of use to nobody, and still reachable.
globalThis.kept = kept;
if (pattern === 'lock')
  setInterval(() => {
    unlocked = new Promise((resolve) => setTimeout(resolve, HELD_MS));
  }, PERIOD_MS);
if (pattern === 'gc') {
  for (let i = 0; i < OBJECTS; i++) kept.push({ i, next: kept[i >> 1] });
  setInterval(() => globalThis.gc(), PERIOD_MS);
}

function work() {
  const endMs = performance.now() + WORK_MS;
  while (performance.now() < endMs);
}

const server = createServer(async (request, response) => {
  if (request.url === '/metrics') {
    // Observers are told of a collection a turn later.
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.cpuUsage();
    response.end(
      `nodejs_gc_duration_seconds_sum{kind="major"} ${gcSec}\nprocess_cpu_seconds_total ${(user + system) / 1e6}\n`,
    );
    return;
  }
  if (pattern === 'busy') work();
  if (pattern === 'lock') await unlocked;
  response.end(body);
});
server.listen(0, host, () => {
  const address = server.address();
  if (typeof address === 'object') console.log(`http://${host}:${address?.port}`);
});
