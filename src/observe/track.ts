/** A longer look on keeps its first hours. */
const MOST_SAMPLES = 200_000;

/** A figure over time, sample by sample. Times are milliseconds of one clock, and rise. */
export class Track {
  readonly atMs: number[] = [];
  readonly values: number[] = [];

  add(atMs: number, value: number): void {
    if (this.atMs.length >= MOST_SAMPLES || !Number.isFinite(value)) return;
    if (atMs <= (this.atMs.at(-1) ?? Number.NEGATIVE_INFINITY)) return;
    this.atMs.push(atMs);
    this.values.push(value);
  }

  /**
   * How much a cumulative figure grew from one moment to another, samples joined by straight lines; null where the
   * samples do not reach, or where there is a hole of more than `mostGapMs` at either end.
   *
   * @param slackMs what the first and the last sample may miss: the last may be taken just before a window ends
   */
  grown(fromMs: number, toMs: number, mostGapMs: number, slackMs = mostGapMs / 10): number | null {
    const from = this.#at(fromMs, mostGapMs, slackMs);
    const to = this.#at(toMs, mostGapMs, slackMs);
    return from === null || to === null ? null : Math.max(0, to - from);
  }

  /** The mean of the samples of a stretch; null where there is none. */
  mean(fromMs: number, toMs: number): number | null {
    let sum = 0;
    let count = 0;
    for (let i = this.#after(fromMs); i < this.atMs.length && (this.atMs[i] as number) < toMs; i++) {
      sum += this.values[i] as number;
      count++;
    }
    return count === 0 ? null : sum / count;
  }

  #at(ms: number, mostGapMs: number, slackMs: number): number | null {
    const next = this.#after(ms);
    const [leftMs, rightMs] = [this.atMs[next - 1], this.atMs[next]];
    const [left, right] = [this.values[next - 1], this.values[next]];
    if (leftMs === undefined || left === undefined)
      return rightMs !== undefined && rightMs - ms <= slackMs ? (right ?? null) : null;
    if (rightMs === undefined || right === undefined) return ms - leftMs <= slackMs ? left : null;
    if (rightMs - leftMs > mostGapMs) return null;
    return left + ((right - left) * (ms - leftMs)) / (rightMs - leftMs);
  }

  /** Index of the first sample at or after a moment. */
  #after(ms: number): number {
    let low = 0;
    let high = this.atMs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.atMs[middle] as number) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
