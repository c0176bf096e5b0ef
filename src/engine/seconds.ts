import type { SecondsListener, Snapshot, TimelinePoint } from '../core/index.js';

/**
 * Tells a listener of a repeat's seconds, each when every worker that still runs has reported it, and so in order.
 * Once none of them sends any more, seconds are held back until the end: before, nobody knows where the window ended.
 */
export class Seconds {
  readonly #listener: SecondsListener;
  readonly #repeat: number;
  readonly #open = new Map<number, Snapshot[]>();
  #draining = false;

  constructor(listener: SecondsListener, repeat: number) {
    this.#listener = listener;
    this.#repeat = repeat;
  }

  add(snapshot: Snapshot): void {
    const snapshots = this.#open.get(snapshot.second);
    if (snapshots === undefined) this.#open.set(snapshot.second, [snapshot]);
    else snapshots.push(snapshot);
  }

  /** @param point of a second that is complete */
  close(point: TimelinePoint): void {
    const snapshots = this.#open.get(point.t);
    if (this.#draining || snapshots === undefined) return;
    this.#open.delete(point.t);
    this.#listener.second({ repeat: this.#repeat, second: point.t, lengthSec: 1, snapshots, point });
  }

  /** No worker sends any more. */
  drain(): void {
    this.#draining = true;
  }

  /** @param points of the whole window */
  finish(durationSec: number, points: readonly TimelinePoint[]): void {
    const rest = [...this.#open].sort(([a], [b]) => a - b);
    for (const [second, snapshots] of rest) {
      const point = points.find(({ t }) => t === second) ?? null;
      const lengthSec = Math.max(0, Math.min(1, durationSec - second));
      this.#listener.second({ repeat: this.#repeat, second, lengthSec, snapshots, point });
    }
    this.#open.clear();
    this.#listener.repeatEnds(durationSec);
  }
}
