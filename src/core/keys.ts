/**
 * A source of keys. An index in [0, n), where n may exceed 2^32 (up to 2^53 − 1).
 *
 * The key is a function of (seed, hit) alone: any worker, on any machine, that is given hit k draws the
 * same key for it. So there is no state to share, and a run with 16 workers sends what one worker sends.
 */
export interface KeyGenerator {
  readonly n: number;
  /** The key of hit `hit` (an integer ≥ 0). */
  at(hit: number): number;
}

/** A distribution with its values, checked and complete. */
export interface KeyShape {
  /** Name in the registry of distributions: `zipf`, `hotspot`, `uniform`, … */
  readonly distribution: string;
  /** Size of the key space; 1 ≤ n ≤ 2^53 − 1. */
  readonly n: number;
  /** The distribution's own parameters, by name, in range. */
  readonly params: Readonly<Record<string, number>>;
  /** Its parameters that are lists, by name: the zones of `zoned`, the weights of `empirical`. Absent: none. */
  readonly lists?: Readonly<Record<string, readonly number[]>>;
  /** What it is made of, where it is made of others (`mixture`, `shift`); all over the same n. Absent: nothing. */
  readonly parts?: readonly KeyPart[];
}

/** A distribution as a part of another. */
export interface KeyPart extends KeyShape {
  /** Share of the hits, relative to the other parts. Finite, > 0. */
  readonly weight: number;
}

/** A key generator as the plan carries it: plain data, checked, cloneable to a worker. */
export interface KeySpec extends KeyShape {
  /** How an index is written: `user_{}`; `{}` stands for the decimal index. */
  readonly format: string;
  /** Whether ranks are scattered over the key space by the seeded bijection. */
  readonly scatter: boolean;
}
