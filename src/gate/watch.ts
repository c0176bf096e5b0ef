import type { GateResult, MeasuredSecond, Result, SecondsListener } from '../core/index.js';
import type { Baseline } from './baseline.js';
import type { Gate } from './gate.js';
import { judge, judgeScope, whyNoData } from './judge.js';
import { AbortWatch } from './windows/abort.js';
import { asAsked } from './windows/asked.js';
import { decide, type JudgedWindow } from './windows/decide.js';
import { TumblingWindows } from './windows/tumbling.js';
import type { WatchedRun, Window } from './windows/window.js';

/** What says what becomes of a gate. */
interface Judge {
  readonly result: (result: Result) => GateResult;
}

/**
 * Judges a run by its gates: those on windows and those that abort it second by second as it goes, the others by its
 * result.
 */
export class GateWatch implements SecondsListener {
  readonly #run: WatchedRun;
  readonly #baseline: Baseline | null;
  readonly #listeners: SecondsListener[] = [];
  /** Gates on the same windows share them. */
  readonly #windows = new Map<string, ((window: Window) => void)[]>();
  readonly #judges: readonly Judge[];
  /** Whether a gate is of the rate that random arrivals came to; all of them have to be walked for it. */
  readonly #asksRate: boolean;
  #repeat = 1;
  #offsetSec = 0;

  /** @param abort ends the run early; called for each gate that would */
  constructor(gates: readonly Gate[], run: WatchedRun, baseline: Baseline | null, abort: () => void) {
    this.#run = run;
    this.#baseline = baseline;
    this.#asksRate =
      run.random === true &&
      gates.some(({ limit, metric }) => limit.kind === 'share-of-rate' || metric.startsWith('jitter('));
    this.#judges = gates.map((gate) => this.#judgeOf(gate, abort));
  }

  /** Whether there is anything to watch for while the run goes on. */
  get watches(): boolean {
    return this.#listeners.length > 0;
  }

  second(second: MeasuredSecond): void {
    this.#repeat = second.repeat;
    for (const listener of this.#listeners) listener.second(second);
  }

  repeatEnds(durationSec: number): void {
    for (const listener of this.#listeners) listener.repeatEnds(durationSec);
    this.#offsetSec += durationSec;
  }

  /** What every gate says, in their order. @param result of the whole run, its gates left open */
  results(result: Result): GateResult[] {
    const asked = this.#asksRate ? asAsked(result, this.#run) : result;
    return this.#judges.map((each) => each.result(asked));
  }

  #judgeOf(gate: Gate, abort: () => void): Judge {
    const { when } = gate;
    switch (when.kind) {
      case 'whole':
        return { result: (result) => judge(gate, result, this.#baseline) };
      case 'abort': {
        const watch = new AbortWatch(gate, when.lengthSec, this.#run, this.#baseline, abort);
        this.#listeners.push(watch);
        return watch;
      }
      case 'windows': {
        const judged: JudgedWindow[] = [];
        this.#onWindows(gate.operation, when.lengthSec, when.short, (window) => {
          judged.push(this.#judgeWindow(gate, window));
        });
        return {
          result: () => {
            const said = decide(gate, when.need, judged);
            return said.verdict === 'no-data' ? { ...whyNoData(gate, this.#baseline), ...said } : said;
          },
        };
      }
    }
  }

  #onWindows(
    operation: string | null,
    lengthSec: number,
    short: boolean,
    take: (window: Window) => void,
  ): void {
    const key = JSON.stringify([operation, lengthSec, short]);
    const known = this.#windows.get(key);
    if (known !== undefined) {
      known.push(take);
      return;
    }
    const takers = [take];
    this.#windows.set(key, takers);
    const tell = (window: Window) => {
      for (const each of takers) each(window);
    };
    this.#listeners.push(new TumblingWindows(this.#run, operation, lengthSec, short, tell));
  }

  #judgeWindow(gate: Gate, window: Window): JudgedWindow {
    return {
      ...judgeScope(gate, window.scope(), window.evidence(), this.#baseline),
      run: this.#repeat,
      fromSec: this.#offsetSec + window.fromSec,
      toSec: this.#offsetSec + window.toSec,
    };
  }
}
