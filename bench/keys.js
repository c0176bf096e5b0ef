/**
 * Nanoseconds per key of each distribution, with and without scatter. `node bench/keys.js`
 *
 * One core, no sockets. Each figure is the best of many short rounds: what disturbs a round only adds to it.
 */
import { pathToFileURL } from 'node:url';
import { createKeyGenerator, formatKey, resolveKeySpec } from '../dist/keys/index.js';

const ROUNDS = 60;
const KEYS_A_ROUND = 50_000;
const PROMISE_NS = 120;

/** @type {[string, string, Record<string, unknown>, { scatter?: boolean, format?: string, promise?: number }][]} */
const cases = [
  ['zipf n=1e9 alpha=0.99', 'zipf', { n: 1e9, alpha: 0.99 }, { promise: PROMISE_NS }],
  ['zipf n=1e6 alpha=1.2', 'zipf', { n: 1e6, alpha: 1.2 }, { promise: PROMISE_NS }],
  ['zipf n=1e6 alpha=1.2, not scattered', 'zipf', { n: 1e6, alpha: 1.2 }, { scatter: false }],
  ['zipf n=1e6 alpha=1.2, written user_{}', 'zipf', { n: 1e6, alpha: 1.2 }, { format: 'user_{}' }],
  ['zipf n=1e6 alpha=1', 'zipf', { n: 1e6, alpha: 1 }, {}],
  ['zipf n=1e6 alpha=0.5', 'zipf', { n: 1e6, alpha: 0.5 }, {}],
  ['zipf n=2^20+1 alpha=0.99, scatter at its worst', 'zipf', { n: 2 ** 20 + 1 }, {}],
  ['zipf n=1e15 alpha=0.99', 'zipf', { n: 1e15 }, {}],
  ['uniform n=1e6', 'uniform', { n: 1e6 }, {}],
  ['uniform n=1e9', 'uniform', { n: 1e9 }, {}],
  ['hotspot n=1e6 hot=50 share=0.7', 'hotspot', { n: 1e6, hot: 50, share: 0.7 }, {}],
  ['sequential n=1e6', 'sequential', { n: 1e6 }, {}],
  ['latest n=1e9, growing', 'latest', { n: 1e9, start: 1e6, growth: 0.05 }, {}],
  ['exponential n=1e6', 'exponential', { n: 1e6 }, {}],
  ['selfsimilar n=1e6 h=0.2', 'selfsimilar', { n: 1e6 }, {}],
  ['zoned n=1e6, three zones', 'zoned', { n: 1e6, hits: [60, 30, 10], keys: [10, 20, 70] }, {}],
  [
    'empirical, 1e5 weights',
    'empirical',
    { weights: Array.from({ length: 1e5 }, (_, i) => 1 / (i + 1)) },
    {},
  ],
  ['mixture of zipf and uniform, n=1e6', 'mixture', { n: 1e6, of: ['zipf', 'uniform'] }, {}],
  ['shift of zipf n=1e6', 'shift', { n: 1e6, every: 1e5, by: 1000, of: 'zipf' }, {}],
];

/** @returns {Promise<{ what: string, figure: number, unit: string, promise?: string }[]>} */
export async function run() {
  return cases.map(([what, distribution, params, { promise, ...options }]) => {
    const spec = resolveKeySpec(distribution, params, options);
    const figure = Number(nsAKey(spec, options.format === undefined).toFixed(1));
    return { what, figure, unit: 'ns/key', ...(promise && { promise: `≤ ${promise}` }) };
  });
}

function nsAKey(spec, asNumbers) {
  const generator = createKeyGenerator(spec, 1, 'bench');
  const format = formatKey(spec.format);
  const draw = asNumbers ? sumOfKeys : sumOfLengths;
  let best = Number.POSITIVE_INFINITY;
  let check = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    check += draw(generator, format, round * KEYS_A_ROUND);
    best = Math.min(best, ((performance.now() - start) * 1e6) / KEYS_A_ROUND);
  }
  if (!(check > 0)) throw new Error('no keys were drawn');
  return best;
}

function sumOfKeys(generator, _format, first) {
  let sum = 0;
  for (let hit = first; hit < first + KEYS_A_ROUND; hit++) sum += generator.at(hit);
  return sum;
}

function sumOfLengths(generator, format, first) {
  let sum = 0;
  for (let hit = first; hit < first + KEYS_A_ROUND; hit++) sum += format(generator.at(hit)).length;
  return sum;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { what, figure, unit, promise = '' } of await run())
    console.log(`${what.padEnd(50)}${String(figure).padStart(8)} ${unit}  ${promise}`);
}
