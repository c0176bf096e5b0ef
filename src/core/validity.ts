/**
 * Reasons of invalidity that the target causes, not the generator: one that cannot serve the rate asked for makes the
 * run miss it, one that answers nothing leaves no latency. None may hide the failure that it also causes.
 */
const causedByTarget: ReadonlySet<string> = new Set(['rate-missed', 'no-data', 'outage']);

/** @param reason of a `Validity`: `code: fact; mend` */
export function isCausedByTarget(reason: string): boolean {
  const colon = reason.indexOf(':');
  return causedByTarget.has(colon < 0 ? reason : reason.slice(0, colon));
}
