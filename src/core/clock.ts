/**
 * The monotonic clock of a run, in nanoseconds as a double (exact to 2^53 ns, 104 days of uptime).
 *
 * `performance.now()` is the cheapest reading Node has (about 30 ns) but counts from each thread's own
 * start. So each thread measures its distance to `process.hrtime`, which all threads of a machine share,
 * and readings of different workers can be compared.
 */
const offsetNs = measureOffsetNs();

/** Nanoseconds on the machine's monotonic clock. */
export function nowNs(): number {
  return performance.now() * 1e6 + offsetNs;
}

/** The tightest of a few bracketed readings: the first ones run cold and are late by microseconds. */
function measureOffsetNs(): number {
  let best = Number.POSITIVE_INFINITY;
  let offset = 0;
  for (let i = 0; i < 16; i++) {
    const before = performance.now();
    const shared = process.hrtime();
    const after = performance.now();
    if (after - before < best) {
      best = after - before;
      offset = shared[0] * 1e9 + shared[1] - ((before + after) / 2) * 1e6;
    }
  }
  return offset;
}
