/**
 * How work is shared out over workers without their talking to each other. The same arithmetic would share it
 * over machines.
 */

/** Connections of worker `worker`: the difference of floors, so that the shares add up to `total` exactly. */
export function connectionShare(total: number, worker: number, workers: number): number {
  return Math.floor((total * (worker + 1)) / workers) - Math.floor((total * worker) / workers);
}

/** How many of the hits 0 … total − 1 are `worker`, `worker + workers`, … */
export function hitShare(total: number, worker: number, workers: number): number {
  return Math.max(0, Math.ceil((total - worker) / workers));
}

/**
 * Of a level that changes, such as the connections in use, the share of `worker`. They are handed out in turns, one
 * to each worker that has room: so the shares add up to the level, no worker's falls when the level rises, and each
 * has one where the level is the workers or more.
 *
 * @param rooms what each worker has in all
 */
export function levelShare(level: number, worker: number, rooms: readonly number[]): number {
  const within = (rounds: number) => rooms.reduce((sum, room) => sum + Math.min(room, rounds), 0);
  const own = rooms[worker] ?? 0;
  // The last whole round.
  let rounds = 0;
  let beyond = Math.max(...rooms) + 1;
  while (beyond - rounds > 1) {
    const middle = Math.floor((rounds + beyond) / 2);
    if (within(middle) <= level) rounds = middle;
    else beyond = middle;
  }
  if (own <= rounds) return own;
  const ahead = rooms.slice(0, worker).filter((room) => room > rounds).length;
  return rounds + (ahead < level - within(rounds) ? 1 : 0);
}
