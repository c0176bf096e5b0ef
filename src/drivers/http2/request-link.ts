import { OutcomeKind } from '../../core/index.js';
import { ErrorCode, type ResetBy, type ResponseHead } from '../../wire/http2/index.js';
import { isBreach, Link, type LinkParts, type LinkPlace } from './link.js';

/** A connection with HTTP requests on it. */
export class RequestLink extends Link {
  readonly #maxBodyBytes: number;
  readonly #statuses: Uint16Array;
  readonly #bodyBytes: Float64Array;
  /** The requests in flight as they were sent, should they have to be sent again. */
  readonly #blocks: string[];
  readonly #bodies: (string | null)[];
  readonly #heads: boolean[];

  constructor(place: LinkPlace, parts: LinkParts, maxBodyBytes: number) {
    super(place, parts);
    this.#maxBodyBytes = maxBodyBytes;
    this.#statuses = new Uint16Array(place.slots);
    this.#bodyBytes = new Float64Array(place.slots);
    this.#blocks = new Array(place.slots).fill('');
    this.#bodies = new Array(place.slots).fill(null);
    this.#heads = new Array(place.slots).fill(false);
  }

  /** Sends a request on a free stream. Only while `accepting`. */
  send(ticket: number, sentNs: number, block: string, body: string | null, head: boolean): void {
    const slot = this.take(ticket, sentNs);
    this.#statuses[slot] = 0;
    this.#bodyBytes[slot] = 0;
    this.#blocks[slot] = block;
    this.#bodies[slot] = body;
    this.#heads[slot] = head;
    this.session.request(slot, block, body, true, head);
    this.requested();
  }

  onHeaders(slot: number, head: ResponseHead): void {
    this.#statuses[slot] = head.status;
  }

  onData(slot: number, _: Buffer, from: number, to: number): void {
    const bytes = (this.#bodyBytes[slot] as number) + to - from;
    this.#bodyBytes[slot] = bytes;
    if (bytes <= this.#maxBodyBytes) return;
    this.session.cancel(slot, ErrorCode.cancel);
    this.faults.add('content larger than the limit');
    this.settle(slot, OutcomeKind.protocol, 0);
  }

  onTrailers(): void {}
  onDrain(): void {}

  onEnd(slot: number): void {
    const status = this.#statuses[slot] as number;
    this.settle(slot, status < 400 ? OutcomeKind.ok : OutcomeKind.status, status);
  }

  onReset(slot: number, code: number, by: ResetBy, reason: string): void {
    const [block, body, head] = [
      this.#blocks[slot] ?? '',
      this.#bodies[slot] ?? null,
      this.#heads[slot] === true,
    ];
    const resent = this.again(slot, by, (on, ticket, sentNs) =>
      // Links of one pool are of one kind.
      (on as RequestLink).send(ticket, sentNs, block, body, head),
    );
    if (resent) return;
    this.noteReset(code, by, reason);
    const kind = isBreach(by) ? OutcomeKind.protocol : OutcomeKind.read;
    this.settle(slot, this.wasReady ? kind : OutcomeKind.connect, 0);
  }

  protected timedOut(slot: number): void {
    this.settle(slot, OutcomeKind.timeout, 0);
  }

  protected lost(slot: number, kind: OutcomeKind): void {
    this.settle(slot, kind, 0);
  }
}
