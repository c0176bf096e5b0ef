import { parseDurationNs, ZipfireError } from '../core/index.js';

const LONGEST_SEC = 24 * 3600;

/** The length of a window: whole seconds, as a run is recorded by the second. @returns null when it is none */
export function readSpanSec(text: string): number | null {
  try {
    const seconds = parseDurationNs(text) / 1e9;
    return Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_SEC ? seconds : null;
  } catch (error) {
    if (error instanceof ZipfireError) return null;
    throw error;
  }
}
