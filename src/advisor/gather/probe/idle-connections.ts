import type { Close, Conversation } from './conversation.js';
import { converse, type Prober } from './prober.js';

/** What became of a request on a connection that had idled. */
export type IdleEnd = 'answered' | 'silence' | 'reset';

export interface IdleResults {
  readonly closes: readonly { readonly afterMs: number; readonly by: Close['by'] }[];
  readonly asked: readonly { readonly afterMs: number; readonly end: IdleEnd }[];
}

/** A request after this many lost ones in a row would be lost, too. */
const LOST_ENOUGH = 3;

/** Connections that idle side by side, each after one request. */
export class IdleConnections {
  readonly #prober: Prober;
  readonly #limitMs: number;
  readonly #signal: AbortSignal;
  readonly #talks = new Set<Conversation>();
  /** Enough is known: what is left is closed, and counts for nothing. */
  #over = false;
  readonly #closes: { afterMs: number; by: Close['by'] }[] = [];
  readonly #asked: { afterMs: number; end: IdleEnd }[] = [];

  /** @param limitMs how long those idle that are only watched */
  constructor(prober: Prober, limitMs: number, signal: AbortSignal) {
    this.#prober = prober;
    this.#limitMs = limitMs;
    this.#signal = signal;
  }

  /**
   * @param watched connections that get no second request
   * @param askAfterMs after how long each of the others gets one
   * @throws Error when no connection comes about at all
   */
  async run(watched: number, askAfterMs: readonly number[]): Promise<IdleResults> {
    const watching = Array.from({ length: watched }, () => this.#idle(null));
    const asking = askAfterMs.map((ms) => this.#idle(ms));
    const settled = await Promise.allSettled([...watching, ...asking]);
    const failure = settled.find((each) => each.status === 'rejected');
    if (failure !== undefined && settled.every(({ status }) => status === 'rejected')) throw failure.reason;
    return { closes: this.#closes, asked: this.#asked };
  }

  async #idle(askAfterMs: number | null): Promise<void> {
    const { request, timeoutMs } = this.#prober;
    const { talk } = await converse(this.#prober);
    this.#talks.add(talk);
    try {
      const first = await talk.ask(request, timeoutMs);
      if (first.kind !== 'answered' || !first.keepAlive) throw new Error('it got no response to idle after');
      const idleMs = Math.max(0, (askAfterMs ?? this.#limitMs) - (performance.now() - first.atMs));
      const close = await talk.untilClosed(idleMs);
      if (this.#isOver()) return;
      if (close !== null) this.#closed(close.by, close.atMs - first.atMs);
      else if (askAfterMs !== null) {
        const afterMs = performance.now() - first.atMs;
        const { kind } = await talk.ask(request, timeoutMs);
        if (!this.#isOver()) this.#answered(afterMs, kind);
      }
    } finally {
      this.#talks.delete(talk);
      talk.destroy();
    }
  }

  #isOver(): boolean {
    return this.#over || this.#signal.aborted;
  }

  #closed(by: Close['by'], afterMs: number): void {
    this.#closes.push({ by, afterMs });
  }

  #answered(afterMs: number, kind: string): void {
    const end = kind === 'answered' ? 'answered' : kind === 'closed' ? 'reset' : 'silence';
    this.#asked.push({ afterMs, end });
    const lost = this.#asked.filter((each) => each.end !== 'answered').length;
    // Those that are watched would tell of nothing else: they are open, and of no use.
    if (lost < LOST_ENOUGH || this.#closes.length > 0) return;
    this.#over = true;
    for (const talk of this.#talks) talk.destroy();
  }
}
