import { formatCount, type Plan } from '../../core/index.js';
import type { LiveTally } from '../tally.js';
import type { Destination } from './destination.js';
import { Frames } from './frames.js';
import type { RunIdentity } from './metric.js';
import { otlpEncoding } from './otlp.js';
import { remoteWriteEncoding } from './remote-write.js';
import { Sender } from './sender.js';

/** How long the end of a run waits for its receivers, together. */
const CLOSE_WITHIN_MS = 3000;
const encodings = { otlp: otlpEncoding, 'remote-write': remoteWriteEncoding } as const;

/** Sends the figures of a run to receivers of metrics, once a second. */
export class Exporter {
  readonly #senders: readonly (readonly [Destination, Sender])[];

  constructor(plan: Plan, tally: LiveTally, run: RunIdentity, destinations: readonly Destination[]) {
    this.#senders = destinations.map((destination) => [
      destination,
      new Sender(destination, encodings[destination.kind](run), run.version),
    ]);
    new Frames(plan, tally, (frame) => {
      for (const [, sender] of this.#senders) sender.take(frame);
    });
  }

  /** @returns what is to be said of receivers that did not take everything */
  async close(): Promise<string[]> {
    const closed = this.#senders.map(async ([{ kind, url }, sender]) => {
      const { taken, lost, rejectedPoints, why } = await sender.close(CLOSE_WITHIN_MS);
      const all = taken + lost;
      // Its query is not shown: there may be a secret in it.
      const who = `--export ${kind}=${url.origin}${url.pathname}`;
      return [
        ...(lost > 0
          ? [`${who}: ${formatCount(lost)} of ${formatCount(all)} reports were not taken: ${why ?? ''}`]
          : []),
        ...(rejectedPoints > 0 ? [`${who}: ${formatCount(rejectedPoints)} points were refused`] : []),
      ];
    });
    return (await Promise.all(closed)).flat();
  }
}
