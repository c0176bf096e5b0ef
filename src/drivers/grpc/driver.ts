import type {
  Driver,
  DriverCounters,
  DriverEvents,
  DriverOptions,
  Fault,
  Operation,
  Values,
} from '../../core/index.js';
import type { DynamicBuilder } from '../../grpc/render/index.js';
import { LinkPool } from '../http2/pool.js';
import { Agenda } from './agenda.js';
import { CallLink } from './call-link.js';
import { PreparedCall } from './prepare.js';

const FRAME_HEADER_BYTES = 9;
const MAX_FRAME_BYTES = 16_384;

/** gRPC on HTTP/2: with prior knowledge without TLS, by ALPN with it. */
export class GrpcDriver implements Driver {
  readonly slots: number;
  readonly counters: Readonly<DriverCounters>;
  readonly #options: DriverOptions;
  readonly #build: DynamicBuilder | undefined;
  readonly #agenda = new Agenda();
  readonly #pool: LinkPool<CallLink>;

  /** @param build for messages that take the schema */
  constructor(options: DriverOptions, events: DriverEvents, build?: DynamicBuilder) {
    const parts = { events, agenda: this.#agenda, timeoutNs: options.timeoutMs * 1e6 };
    this.#options = options;
    this.#build = build;
    this.#pool = new LinkPool(options, events, (place, shared) => new CallLink(place, shared, parts));
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

  prepare(operation: Operation): PreparedCall {
    const { target, timeoutMs } = this.#options;
    if (operation.call === undefined) throw new Error(`${operation.name}: an operation that is no gRPC call`);
    return new PreparedCall(operation, operation.call, target, timeoutMs, this.#build);
  }

  /** @throws ZipfireError `usage` when a value does not fit its field; nothing was sent then */
  send(request: PreparedCall, values: Values, ticket: number, now: number): number {
    const block = request.block(values);
    const message = request.clientStreams ? null : request.message(values);
    const link = this.#pool.take();
    if (request.kind === 'unary' && message !== null) link.send(request, ticket, now, block, message);
    else link.sendStream(request, ticket, now, block, message, values);
    this.#pool.sent(link);
    return FRAME_HEADER_BYTES + block.length + framedLength(message);
  }

  async close(graceMs: number): Promise<void> {
    await this.#pool.close(graceMs);
    this.#agenda.close();
  }
}

/** Bytes of a message with its frames' headers. */
function framedLength(message: string | null): number {
  if (message === null) return 0;
  return message.length + Math.ceil(message.length / MAX_FRAME_BYTES) * FRAME_HEADER_BYTES;
}
