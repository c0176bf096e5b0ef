import type { MeasuredSecond } from '../../core/index.js';
import { InFlight, type WatchedRun, Window } from './window.js';

/**
 * Cuts each repeat into windows of one length, one after the other, and hands on each when it is whole. So two
 * windows are held at most, however long the run.
 *
 * Every request is in one window, and in one only: a rest of at least half a length is a window of its own, a shorter
 * one belongs to the window before it, and what came in after the end to the last one.
 */
export class TumblingWindows {
  readonly #run: WatchedRun;
  readonly #operation: string | null;
  readonly #lengthSec: number;
  readonly #short: boolean;
  readonly #take: (window: Window) => void;
  /** Whole; it waits for a rest that may belong to it. */
  #last: Window | null = null;
  #open: Window;
  #drain: MeasuredSecond[] = [];
  readonly #inFlight: InFlight;

  /** @param short whether a repeat shorter than a window is one */
  constructor(
    run: WatchedRun,
    operation: string | null,
    lengthSec: number,
    short: boolean,
    take: (window: Window) => void,
  ) {
    this.#run = run;
    this.#operation = operation;
    this.#lengthSec = lengthSec;
    this.#short = short;
    this.#take = take;
    this.#inFlight = new InFlight(run, operation);
    this.#open = this.#next(0);
  }

  second(second: MeasuredSecond): void {
    if (second.point === null) {
      this.#drain.push(second);
      return;
    }
    if (this.#open.lengthSec >= this.#lengthSec) {
      if (this.#last !== null) this.#take(this.#last);
      this.#last = this.#open;
      this.#open = this.#next(second.second);
    }
    this.#open.add(second);
    this.#inFlight.add(second);
  }

  repeatEnds(): void {
    let open = this.#open;
    const last = this.#last;
    if (last !== null && open.lengthSec < this.#lengthSec / 2) {
      last.append(open);
      open = last;
    } else if (last !== null) {
      this.#take(last);
    }
    for (const second of this.#drain) open.add(second);
    const whole = open.lengthSec >= this.#lengthSec || last !== null;
    if (whole || (this.#short && open.lengthSec > 0)) this.#take(open);
    this.#drain = [];
    this.#last = null;
    this.#inFlight.reset();
    this.#open = this.#next(0);
  }

  #next(fromSec: number): Window {
    return new Window(this.#run, this.#operation, fromSec, this.#inFlight.count);
  }
}
