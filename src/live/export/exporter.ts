import { formatCount, type Plan } from '../../core/index.js';
import type { LiveTally } from '../tally.js';
import { type Destination, type DestinationKind, headerVariables } from './destination.js';
import { Frames } from './frames.js';
import type { RunIdentity } from './metric.js';
import { otlpJsonEncoding } from './otlp-json.js';
import { otlpProtobufEncoding } from './otlp-protobuf.js';
import { remoteWriteEncoding } from './remote-write.js';
import { Sender } from './sender.js';

/** How long the end of a run waits for its receivers, together. */
const CLOSE_WITHIN_MS = 3000;
const encodings = {
  'otlp-protobuf': otlpProtobufEncoding,
  'otlp-json': otlpJsonEncoding,
  'remote-write': remoteWriteEncoding,
} as const;

/** Sends the figures of a run to receivers of metrics, once a second. */
export class Exporter {
  readonly #senders: readonly (readonly [Destination, Sender])[];

  constructor(plan: Plan, tally: LiveTally, run: RunIdentity, destinations: readonly Destination[]) {
    this.#senders = destinations.map((destination) => [
      destination,
      new Sender(destination, encodings[destination.encoding](run), run.version),
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
        ...(why === null ? [] : hintsOf(kind, why).map((hint) => `  → ${hint}`)),
        ...(rejectedPoints > 0 ? [`${who}: ${formatCount(rejectedPoints)} points were refused`] : []),
      ];
    });
    return (await Promise.all(closed)).flat();
  }
}

/** What to look at first. What the receiver wrote itself is not shown: it may repeat a secret. */
function hintsOf(kind: DestinationKind, why: string): string[] {
  const place = {
    otlp: 'of an OpenTelemetry collector OTLP over HTTP is on port 4318, and 4317 is gRPC',
    'remote-write':
      'Prometheus takes it at /api/v1/write when it runs with --web.enable-remote-write-receiver',
  }[kind];
  if (/^HTTP (404|405)$|^HPE_/.test(why)) return [place];
  if (why === 'HTTP 415' && kind === 'otlp')
    return ['OTEL_EXPORTER_OTLP_PROTOCOL=http/json has it sent as JSON, and =http/protobuf as protobuf'];
  return /^HTTP 40[13]$/.test(why) ? [`its headers come from ${headerVariables[kind]}`] : [];
}
