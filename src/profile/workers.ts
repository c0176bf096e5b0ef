/** Requests per second that one worker of an open loop is given before another is taken. */
const RATE_PER_WORKER = 50_000;

/**
 * Worker threads for `auto`.
 *
 * A closed loop takes every core: its workers sleep when there is nothing to do. A worker of an open loop
 * spins to meet its schedule and takes a core whole, so there are as few as the rate needs, and one core is
 * left to the target and the kernel.
 *
 * @param rate requests per second; null is a closed loop
 * @returns in [1, connections]
 */
export function autoWorkers(load: { connections: number; rate: number | null; cores: number }): number {
  const { connections, rate, cores } = load;
  const wanted = rate === null ? cores : Math.min(Math.ceil(rate / RATE_PER_WORKER), Math.max(1, cores - 1));
  return Math.max(1, Math.min(wanted, connections));
}
