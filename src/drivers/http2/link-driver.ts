import type {
  Driver,
  DriverCounters,
  DriverEvents,
  DriverOptions,
  Fault,
  Operation,
  Prepared,
  Values,
} from '../../core/index.js';
import type { Link, LinkParts, LinkPlace } from './link.js';
import { LinkPool } from './pool.js';

const FRAME_HEADER_BYTES = 9;
const MAX_FRAME_BYTES = 16_384;

/** A driver on a pool of HTTP/2 connections. What a request is, and how it is sent, is for those who extend it. */
export abstract class LinkDriver<L extends Link> implements Driver {
  readonly slots: number;
  readonly counters: Readonly<DriverCounters>;
  protected readonly pool: LinkPool<L>;

  constructor(
    options: DriverOptions,
    events: DriverEvents,
    create: (place: LinkPlace, parts: LinkParts) => L,
  ) {
    this.pool = new LinkPool(options, events, create);
    this.slots = this.pool.slots;
    this.counters = this.pool.counters;
  }

  get free(): number {
    return this.pool.free;
  }

  faults(): readonly Fault[] {
    return this.pool.faults;
  }

  open(): Promise<void> {
    return this.pool.open();
  }

  limit(connections: number): void {
    this.pool.limit(connections);
  }

  pin(connection: number): boolean {
    return this.pool.pin(connection);
  }

  close(graceMs: number): Promise<void> {
    return this.pool.close(graceMs);
  }

  abstract prepare(operation: Operation): Prepared;
  abstract send(request: Prepared, values: Values, ticket: number, nowNs: number): number;
}

/**
 * Bytes of a request with its frames' headers.
 * @param block of the header fields
 * @param content null: none, or none yet
 */
export function framedLength(block: string, content: string | null): number {
  const head = FRAME_HEADER_BYTES + block.length;
  if (content === null) return head;
  return head + content.length + Math.ceil(content.length / MAX_FRAME_BYTES) * FRAME_HEADER_BYTES;
}
