import type { DriverEvents, DriverOptions, Operation, Values } from '../../core/index.js';
import { framedLength, LinkDriver } from './link-driver.js';
import { PreparedRequest } from './prepare.js';
import { ReadingLink } from './reading-link.js';
import { RequestLink } from './request-link.js';

const MAX_BODY_BYTES = 256 * 1024 * 1024;

/** HTTP/2 on plain sockets, as frames: with prior knowledge without TLS, by ALPN with it. */
export class Http2Driver extends LinkDriver<RequestLink> {
  readonly #target: DriverOptions['target'];

  constructor(options: DriverOptions, events: DriverEvents) {
    const { maxBodyBytes = MAX_BODY_BYTES, reader } = options;
    super(options, events, (place, parts) =>
      reader === undefined
        ? new RequestLink(place, parts, maxBodyBytes)
        : new ReadingLink(place, parts, maxBodyBytes, reader),
    );
    this.#target = options.target;
  }

  prepare(operation: Operation): PreparedRequest {
    return new PreparedRequest(operation, this.#target, this.pool.fields);
  }

  send(request: PreparedRequest, values: Values, ticket: number, now: number): number {
    const block = request.block(values);
    const body = request.hasBody ? request.body(values) : null;
    const link = this.pool.take();
    link.send(ticket, now, block, body, request.isHead);
    return this.pool.sent(link) + framedLength(block, body);
  }
}
