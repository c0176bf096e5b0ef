import type { DriverEvents, DriverOptions, Operation, Values } from '../../core/index.js';
import type { DynamicBuilder } from '../../grpc/render/index.js';
import { framedLength, LinkDriver } from '../http2/link-driver.js';
import { Agenda } from './agenda.js';
import { CallLink } from './call-link.js';
import { PreparedCall } from './prepare.js';

/** gRPC on HTTP/2: with prior knowledge without TLS, by ALPN with it. */
export class GrpcDriver extends LinkDriver<CallLink> {
  readonly #options: DriverOptions;
  readonly #build: DynamicBuilder | undefined;
  readonly #agenda: Agenda;

  /** @param build for messages that take the schema */
  constructor(options: DriverOptions, events: DriverEvents, build?: DynamicBuilder) {
    const agenda = new Agenda();
    const parts = { events, agenda, timeoutNs: options.timeoutMs * 1e6 };
    super(options, events, (place, shared) => new CallLink(place, shared, parts));
    this.#agenda = agenda;
    this.#options = options;
    this.#build = build;
  }

  prepare(operation: Operation): PreparedCall {
    const { target, timeoutMs } = this.#options;
    if (operation.call === undefined) throw new Error(`${operation.name}: an operation that is no gRPC call`);
    const parts = { target, timeoutMs, shared: this.pool.fields, build: this.#build };
    return new PreparedCall(operation, operation.call, parts);
  }

  /** @throws ZipfireError `usage` when a value does not fit its field; nothing was sent then */
  send(request: PreparedCall, values: Values, ticket: number, now: number): number {
    const block = request.block(values);
    const message = request.clientStreams ? null : request.message(values);
    const link = this.pool.take();
    if (request.kind === 'unary' && message !== null) link.send(request, ticket, now, block, message);
    else link.sendStream(request, ticket, now, block, message, values);
    return this.pool.sent(link) + framedLength(block, message);
  }

  override async close(graceMs: number): Promise<void> {
    await super.close(graceMs);
    this.#agenda.close();
  }
}
