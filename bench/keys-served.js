/**
 * The keys that a server saw, against the exact probabilities: runs of the program, and the target's own log.
 * `node bench/keys-served.js [requests]` prints a table of p values.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chiSquareTail } from '../dist/keys/fit/special.js';
import { createPopularityOrder, parseKeyFlag } from '../dist/keys/index.js';
import { startTarget } from '../dist/target/index.js';

const N = 1000;
const requests = Number(process.argv[2] ?? 50_000);
const program = fileURLToPath(new URL('../bin/zipfire.js', import.meta.url));

const zipf = (alpha) => {
  const masses = Array.from({ length: N }, (_, i) => (i + 1) ** -alpha);
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return (place) => masses[place] / total;
};
const arms = [
  ...[0, 0.5, 0.99, 1, 1.2, 2].map((alpha) => [`zipf:n=${N},alpha=${alpha}`, zipf(alpha)]),
  [`hotspot:n=${N},hot=50,share=0.7`, (place) => (place < 50 ? 0.7 / 50 : 0.3 / (N - 50))],
];

const target = await startTarget({ port: 0, recordKeys: true });
console.log('| keys | 1 worker | 2 workers | 4 workers |\n| --- | --- | --- | --- |');
for (const [flag, pmf] of arms) {
  const ps = [];
  for (const workers of [1, 2, 4]) ps.push((await pOf(flag, pmf, workers)).toFixed(3));
  console.log(`| \`${flag}\` | ${ps.join(' | ')} |`);
}
await target.close();

/** One run, its seed its number of workers: each arm is a draw of its own. */
async function pOf(flag, pmf, workers) {
  await fetch(`${target.url}/log`, { method: 'DELETE' });
  const argv = ['run', `${target.url}/kv/{{key}}`, '--keys', flag, '-n', requests, '-t', workers];
  const child = spawn(process.execPath, [program, ...argv, '--seed', workers, '-q'].map(String), {
    stdio: 'ignore',
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${flag}: exit ${code}`);
  const log = await (await fetch(`${target.url}/log`)).json();
  const counts = new Map(log.keys);
  const order = createPopularityOrder(parseKeyFlag(flag), workers, 'key');
  const seen = Array.from({ length: N }, (_, place) => counts.get(String(order.at(place))) ?? 0);
  return chiSquareP(seen, pmf);
}

/** Pearson's chi-square; places are joined until each cell expects 10. */
function chiSquareP(seen, pmf) {
  const cells = [];
  let open = { seen: 0, expected: 0 };
  for (const [place, count] of seen.entries()) {
    open.seen += count;
    open.expected += pmf(place) * requests;
    if (open.expected < 10) continue;
    cells.push(open);
    open = { seen: 0, expected: 0 };
  }
  cells.at(-1).seen += open.seen;
  cells.at(-1).expected += open.expected;
  const statistic = cells.reduce((sum, cell) => sum + (cell.seen - cell.expected) ** 2 / cell.expected, 0);
  return chiSquareTail(statistic, cells.length - 1);
}
