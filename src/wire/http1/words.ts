/**
 * Recognises a few known words in any letter case, byte by byte, however the reads cut them. The state
 * is two numbers the caller keeps: a mask with one bit for each word that still fits, and how many
 * bytes were seen.
 */
export class Words<Word extends string> {
  /** fits[position << 8 | byte]: the words that have this byte at this position. */
  readonly #fits: Uint8Array;
  /** ends[length]: the words of this length. */
  readonly #ends: Uint8Array;
  readonly #bits: ReadonlyMap<string, number>;
  /** The mask before the first byte: every word. */
  readonly all: number;

  /** @param words up to 8, lower case, ASCII */
  constructor(words: readonly Word[]) {
    const longest = Math.max(...words.map((word) => word.length));
    this.#fits = new Uint8Array((longest + 1) << 8);
    this.#ends = new Uint8Array(longest + 2);
    this.#bits = new Map(words.map((word, index) => [word, 1 << index]));
    this.all = (1 << words.length) - 1;
    for (const [word, bit] of this.#bits) {
      this.#ends[word.length]! |= bit;
      for (let i = 0; i < word.length; i++) {
        for (const char of new Set([word[i]!, word[i]!.toUpperCase()])) {
          this.#fits[(i << 8) | char.charCodeAt(0)]! |= bit;
        }
      }
    }
  }

  /** The bit of a word in masks. */
  bit(word: Word): number {
    return this.#bits.get(word)!; // every Word was given to the constructor
  }

  /** The words that still fit when `byte` follows. Once 0 it stays 0, so `position` needs no bound. */
  next(mask: number, position: number, byte: number): number {
    return mask === 0 ? 0 : mask & this.#fits[(position << 8) | byte]!;
  }

  /** The bit of the word that ended after `length` bytes, or 0. */
  ended(mask: number, length: number): number {
    return mask === 0 ? 0 : mask & this.#ends[length]!;
  }
}
