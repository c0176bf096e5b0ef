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
