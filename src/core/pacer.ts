/**
 * When each hit of a run is due. Pure: no clock inside, so a table can test it.
 * A closed loop has no schedule, and its `dueNs` is null for every hit.
 */
export interface Pacer {
  /**
   * Nanoseconds from the start of the phase to the intended start of hit `hit`; null in a closed loop.
   * Non-decreasing in `hit`. Implementations may remember the last hit asked for, so ask in order.
   */
  dueNs(hit: number): number | null;
  /** Number of hits in the schedule; null in a closed loop that only time bounds. May be costly to read. */
  readonly total: number | null;
}
