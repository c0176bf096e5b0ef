import { Track } from './track.js';

/** What the samplers see, as it is counted: cumulative but for the gauges. */
export class Tracks {
  /** CPU seconds of all threads. */
  readonly cpuSec = new Track();
  /** Seconds that runnable threads waited for a CPU, their sum. */
  readonly waitSec = new Track();
  readonly voluntary = new Track();
  readonly involuntary = new Track();
  readonly throttledMs = new Track();
  readonly throttledPeriods = new Track();
  readonly periods = new Track();
  readonly gcMs = new Track();
  /** The same as the threads of a JVM tell it, which a page tells better. */
  readonly pausedMs = new Track();
  readonly gcCpuMs = new Track();
  readonly cacheMisses = new Track();
  readonly cacheReferences = new Track();
  readonly retransmits = new Track();
  /** Gauges. */
  readonly residentBytes = new Track();
  readonly busiestThread = new Track();
  readonly wantedCpu = new Track();
  readonly rttMs = new Track();
}
