import type {
  Driver,
  DriverCounters,
  DriverEvents,
  DriverOptions,
  Fault,
  Operation,
  Values,
} from '../../core/index.js';
import { LinkPool } from './pool.js';
import { PreparedRequest } from './prepare.js';
import { RequestLink } from './request-link.js';

const MAX_BODY_BYTES = 256 * 1024 * 1024;
const FRAME_HEADER_BYTES = 9;
const MAX_FRAME_BYTES = 16_384;

/** HTTP/2 on plain sockets, as frames: with prior knowledge without TLS, by ALPN with it. */
export class Http2Driver implements Driver {
  readonly slots: number;
  readonly counters: Readonly<DriverCounters>;
  readonly #target: DriverOptions['target'];
  readonly #pool: LinkPool<RequestLink>;

  constructor(options: DriverOptions, events: DriverEvents) {
    const { maxBodyBytes = MAX_BODY_BYTES } = options;
    this.#target = options.target;
    this.#pool = new LinkPool(options, events, (place, parts) => new RequestLink(place, parts, maxBodyBytes));
    this.slots = this.#pool.slots;
    this.counters = this.#pool.counters;
  }

  get free(): number {
    return this.#pool.free;
  }

  faults(): readonly Fault[] {
    return this.#pool.faults;
  }

  open(): Promise<void> {
    return this.#pool.open();
  }

  limit(connections: number): void {
    this.#pool.limit(connections);
  }

  prepare(operation: Operation): PreparedRequest {
    return new PreparedRequest(operation, this.#target);
  }

  send(request: PreparedRequest, values: Values, ticket: number, now: number): number {
    const block = request.block(values);
    const body = request.hasBody ? request.body(values) : null;
    const link = this.#pool.take();
    link.send(ticket, now, block, body, request.isHead);
    this.#pool.sent(link);
    return FRAME_HEADER_BYTES + block.length + framedLength(body);
  }

  close(graceMs: number): Promise<void> {
    return this.#pool.close(graceMs);
  }
}

/** Bytes of a content with its frames' headers. */
function framedLength(body: string | null): number {
  if (body === null) return 0;
  return body.length + Math.ceil(body.length / MAX_FRAME_BYTES) * FRAME_HEADER_BYTES;
}
