/** Measuring two things in turns, so that whatever the machine does in the meantime does it to both. */

/** Pause between two runs: sockets close, the processor's boost comes back. */
const restMs = 300;

/**
 * Runs A B A B …, `pairs` times.
 * @template A, B
 * @param {{pairs: number, a: () => Promise<A>, b: () => Promise<B>, tick: () => void}} turns
 * @returns {Promise<readonly {a: A, b: B}[]>}
 */
export async function inTurns({ pairs, a, b, tick }) {
  const results = [];
  for (let i = 0; i < pairs; i++) {
    const first = await a();
    await rest();
    const second = await b();
    await rest();
    results.push({ a: first, b: second });
    tick();
  }
  return results;
}

/** The same for one thing alone. */
export async function repeatedly({ times, run, tick }) {
  const results = [];
  for (let i = 0; i < times; i++) {
    results.push(await run());
    await rest();
    tick();
  }
  return results;
}

function rest(ms = restMs) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {readonly number[]} values at least one */
export function median(values) {
  const sorted = [...values].sort((x, y) => x - y);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median, least and greatest. */
export function spread(values) {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values), n: values.length };
}
