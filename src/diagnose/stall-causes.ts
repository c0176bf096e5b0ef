import type { Pattern, SignalEvidence, SliceName } from '../core/index.js';
import { ms } from './words.js';

/** A series that is known within the seconds, and when it is enough to explain a stall. */
export interface StallCause {
  readonly pattern: Pattern;
  readonly slices: SliceName;
  readonly signal: SignalEvidence['signal'];
  /** What it has to take of a stall at least, above the usual. */
  readonly part: number;
  readonly tell: (during: number) => string;
}

/** What is looked at ten times a second is there for most of a stall, or it is not what it waited for. */
const MOST_OF_IT = 0.5;
/** Pauses are counted by a page once a second, and so are spread over one where the page did not wait for them. */
const SPREAD = 0.3;

/** What stalls are held against, the most direct first, as in `causes`. */
export const stallCauses: readonly StallCause[] = [
  {
    pattern: 'generator-limit',
    slices: 'generatorStillMs',
    signal: 'generatorStillMs',
    part: MOST_OF_IT,
    tell: (during) => `the generator itself stood still for ${ms(during)}`,
  },
  {
    pattern: 'cpu-throttling',
    slices: 'throttledMs',
    signal: 'throttledMs',
    part: MOST_OF_IT,
    tell: (during) => `the cgroup's quota held the service for ${ms(during)}`,
  },
  {
    pattern: 'gc-pause',
    slices: 'gcMs',
    signal: 'gcMs',
    part: SPREAD,
    tell: (during) => `its collector paused the service for ${ms(during)}`,
  },
  {
    pattern: 'cpu-saturation',
    slices: 'runQueueMs',
    signal: 'runQueueMs',
    part: MOST_OF_IT,
    tell: (during) => `threads of the service waited ${ms(during)} for a CPU`,
  },
  {
    pattern: 'lock-or-queue',
    slices: 'quietMs',
    signal: 'quietMs',
    part: MOST_OF_IT,
    tell: (during) => `the service did next to nothing for ${ms(during)}`,
  },
];
