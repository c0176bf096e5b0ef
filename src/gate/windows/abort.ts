import type { GateResult, MeasuredSecond } from '../../core/index.js';
import type { Baseline } from '../baseline.js';
import type { Gate } from '../gate.js';
import { judgeScope, marginOf } from '../judge.js';
import { countWindows, type JudgedWindow } from './decide.js';
import { InFlight, type WatchedRun, Window } from './window.js';

/**
 * Watches for a condition that ends the run. It is judged at the end of each second: of the last so many of them,
 * or of all so far. A run that is over before it could be is judged as a whole.
 */
export class AbortWatch {
  readonly #gate: Gate;
  readonly #lengthSec: number | null;
  readonly #run: WatchedRun;
  readonly #baseline: Baseline | null;
  readonly #abort: () => void;
  /** The last seconds; of a watch without a length they are merged into one window instead. */
  #ring: MeasuredSecond[] = [];
  #all: Window | null = null;
  /** When the first of the last seconds began. */
  readonly #inFlight: InFlight;
  /** What came after the last whole second. */
  #rest: MeasuredSecond[] = [];
  #repeat = 1;
  #offsetSec = 0;
  #worst: JudgedWindow | null = null;
  #total = 0;
  /** Of those, in the repeat that goes on. */
  #inRepeat = 0;
  #met: JudgedWindow | null = null;
  #abortedAtSec: number | null = null;

  /** @param abort ends the run; called once at most */
  constructor(
    gate: Gate,
    lengthSec: number | null,
    run: WatchedRun,
    baseline: Baseline | null,
    abort: () => void,
  ) {
    this.#gate = gate;
    this.#lengthSec = lengthSec;
    this.#run = run;
    this.#baseline = baseline;
    this.#abort = abort;
    this.#inFlight = new InFlight(run, gate.operation);
  }

  second(second: MeasuredSecond): void {
    this.#repeat = second.repeat;
    if (second.lengthSec < 1) {
      this.#rest.push(second);
      return;
    }
    if (this.#lengthSec === null) {
      this.#all ??= this.#window(second.second);
      this.#all.add(second);
      if (this.#met === null && this.#judge(this.#all)) this.#end(this.#all);
      return;
    }
    this.#ring.push(second);
    if (this.#ring.length > this.#lengthSec) this.#inFlight.add(this.#ring.shift() as MeasuredSecond); // there is one
    if (this.#met !== null || this.#ring.length < this.#lengthSec) return;
    const window = this.#merged();
    if (this.#judge(window)) this.#end(window);
  }

  repeatEnds(durationSec: number): void {
    if (this.#met === null && (this.#rest.length > 0 || this.#inRepeat === 0)) {
      const window = this.#all ?? this.#merged();
      for (const second of this.#rest) window.add(second);
      this.#judge(window);
    }
    this.#offsetSec += durationSec;
    this.#ring = [];
    this.#inFlight.reset();
    this.#all = null;
    this.#rest = [];
    this.#inRepeat = 0;
  }

  result(): GateResult {
    const { source, unit } = this.#gate;
    const shown = this.#met ?? this.#worst;
    const verdict = this.#met !== null ? 'fail' : shown === null || shown.met === null ? 'no-data' : 'pass';
    const broken = this.#met === null ? [] : countWindows([{ ...this.#met, met: false }]).broken;
    return {
      source,
      actual: shown?.actual ?? null,
      limit: shown?.limit ?? null,
      unit,
      verdict,
      ...(this.#lengthSec === null
        ? {}
        : { windows: { total: this.#total, held: this.#total - broken.length, broken } }),
      ...(this.#abortedAtSec === null ? {} : { abortedAtSec: this.#abortedAtSec }),
    };
  }

  #window(fromSec: number): Window {
    return new Window(this.#run, this.#gate.operation, fromSec, this.#inFlight.count);
  }

  #merged(): Window {
    const window = this.#window(this.#ring[0]?.second ?? 0);
    for (const second of this.#ring) window.add(second);
    return window;
  }

  /** @returns whether the condition is met */
  #judge(window: Window): boolean {
    const judgment = judgeScope(this.#gate, window.scope(), window.evidence(), this.#baseline);
    const judged: JudgedWindow = {
      ...judgment,
      run: this.#repeat,
      fromSec: this.#offsetSec + window.fromSec,
      toSec: this.#offsetSec + window.toSec,
    };
    this.#total++;
    this.#inRepeat++;
    if (judged.met === true) this.#met = judged;
    const { comparison } = this.#gate;
    // The nearest to what would end the run.
    if (this.#worst === null || marginOf(comparison, judged) > marginOf(comparison, this.#worst))
      this.#worst = judged;
    return judged.met === true;
  }

  #end(window: Window): void {
    this.#abortedAtSec = this.#offsetSec + window.toSec;
    this.#abort();
  }
}
