import type { Place } from './listen.js';

/** A server of a target, listening. */
export interface Door {
  readonly place: Place;
  /** Accepts no more connections. Resolves when the last one is gone; it ends none that are in use. */
  stop(): Promise<void>;
}
