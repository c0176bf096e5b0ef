import { type KeySpec, streamOf } from '../../core/index.js';
import { bindShape } from '../generator.js';

/** What was drawn: memory goes with the draws, whatever the size of the key space. */
export interface Drawn {
  /** The key of each draw, as its place among `ranks`. */
  readonly ids: Int32Array;
  /** The rank of each key that was drawn, in the order in which they came first. */
  readonly ranks: Float64Array;
  /** How often each came. */
  readonly counts: Uint32Array;
}

/**
 * Draws the ranks of hits 0…draws − 1, those that a run of this seed and name draws. Which key stands at a rank
 * changes nothing of what a preview says, so they are not scattered.
 *
 * @param draws 1 to 2^24
 */
export function drawRanks(spec: KeySpec, seed: number, name: string, draws: number): Drawn {
  const rankOf = bindShape(spec).ranks(seed, streamOf(`keys:${name}`));
  const ids = new Int32Array(draws);
  const numbers = new RankNumbers();
  for (let hit = 0; hit < draws; hit++) ids[hit] = numbers.numberOf(rankOf(hit));
  return { ids, ...numbers.taken() };
}

/** Numbers ranks in the order of their first coming: an open-addressed table that grows. */
class RankNumbers {
  #slots = new Int32Array(2 ** 12).fill(-1);
  #ranks = new Float64Array(2 ** 11);
  #counts = new Uint32Array(2 ** 11);
  #used = 0;

  numberOf(rank: number): number {
    let slot = this.#slotOf(rank);
    let number = this.#slots[slot] as number;
    if (number === -1) {
      if (this.#used === this.#ranks.length) {
        this.#grow();
        slot = this.#slotOf(rank);
      }
      number = this.#used++;
      this.#slots[slot] = number;
      this.#ranks[number] = rank;
    }
    this.#counts[number] = (this.#counts[number] as number) + 1;
    return number;
  }

  taken(): { readonly ranks: Float64Array; readonly counts: Uint32Array } {
    return { ranks: this.#ranks.subarray(0, this.#used), counts: this.#counts.subarray(0, this.#used) };
  }

  #slotOf(rank: number): number {
    const mask = this.#slots.length - 1;
    let slot = Math.imul((rank | 0) ^ Math.imul((rank / 2 ** 32) | 0, 0x85ebca6b), 0x9e3779b1);
    slot = (slot ^ (slot >>> 15)) & mask;
    while (this.#slots[slot] !== -1 && this.#ranks[this.#slots[slot] as number] !== rank)
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const size = this.#ranks.length * 2;
    const ranks = new Float64Array(size);
    ranks.set(this.#ranks);
    const counts = new Uint32Array(size);
    counts.set(this.#counts);
    this.#ranks = ranks;
    this.#counts = counts;
    this.#slots = new Int32Array(size * 2).fill(-1);
    for (let number = 0; number < this.#used; number++)
      this.#slots[this.#slotOf(ranks[number] as number)] = number;
  }
}
