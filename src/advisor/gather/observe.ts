import type { Gathered } from '../facts.js';
import { type Gatherer, mergeGathered } from './gatherer.js';

const POLL_MS = 1000;

/**
 * Lets gatherers look on while something runs. A poll that is still under way is not begun again, and the last one
 * is over before the end is looked at.
 */
export async function observe<T>(
  gatherers: readonly Gatherer[],
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly gathered: Gathered }> {
  await Promise.all(gatherers.map((gatherer) => gatherer.start()));
  let polling: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    polling ??= Promise.all(gatherers.map((gatherer) => gatherer.poll())).finally(() => {
      polling = null;
    });
  }, POLL_MS);
  let value: T;
  try {
    value = await work();
  } finally {
    clearInterval(timer);
    await polling;
  }
  const gathered = await Promise.all(gatherers.map((gatherer) => gatherer.finish()));
  return { value, gathered: mergeGathered(gathered) };
}
