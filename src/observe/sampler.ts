import type { MissingSignal } from '../core/index.js';

/** Looks at one side of a target. None of its methods throws: what cannot be seen is in `missing`. */
export interface Sampler {
  /** Before the load. */
  readonly start?: () => Promise<void> | void;
  /** Often: cheap and synchronous. @param atMs now */
  readonly often?: (atMs: number) => void;
  /** About once a second, at the beginning of a second of the timeline. */
  readonly everySecond?: (atMs: number) => void;
  /** After the load; nothing of it runs on. */
  readonly stop?: () => Promise<void> | void;
  readonly missing: () => readonly MissingSignal[];
}
