import { type DriverEvents, nowNs, OutcomeKind, type Values } from '../../core/index.js';
import { GrpcStatus, statusOfReset } from '../../wire/grpc/index.js';
import { ErrorCode, ResetBy, type ResponseHead } from '../../wire/http2/index.js';
import { Link, type LinkParts, type LinkPlace } from '../http2/link.js';
import type { Agenda } from './agenda.js';
import { Call, type CallOwner } from './call.js';
import { Outgoing } from './outgoing.js';
import type { PreparedCall } from './prepare.js';
import { kindOfResponse, statusOfResponse } from './response.js';

export interface CallLinkOptions {
  readonly events: DriverEvents;
  /** Shared between links. */
  readonly agenda: Agenda;
  readonly timeoutNs: number;
}

/** Bytes that may wait for the kernel before streams send on: windows may be larger than memory. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
const BACKLOG_WAIT_MS = 1;

/** A connection with gRPC calls on it. */
export class CallLink extends Link implements CallOwner {
  readonly #events: DriverEvents;
  readonly #agenda: Agenda;
  readonly #timeoutNs: number;
  readonly #calls: readonly Call[];
  readonly #outgoing: Outgoing;
  /** Calls that received messages which were not told yet: once for all that one read brought. */
  readonly #untold: Call[] = [];
  #resumeDue = false;

  constructor(place: LinkPlace, parts: LinkParts, { events, agenda, timeoutNs }: CallLinkOptions) {
    super(place, parts);
    this.#events = events;
    this.#agenda = agenda;
    this.#timeoutNs = timeoutNs;
    this.#calls = Array.from({ length: place.slots }, (_, slot) => new Call(slot, this));
    this.#outgoing = new Outgoing({
      session: this.session,
      agenda,
      events,
      ticketOf: (slot) => this.ticketOf(slot),
    });
  }

  /** Sends a call of one message each way. Only while `accepting`. */
  send(request: PreparedCall, ticket: number, sentNs: number, block: string, message: string): void {
    const slot = this.take(ticket, sentNs);
    const call = this.#calls[slot] as Call;
    call.begin(request);
    call.block = block;
    call.message = message;
    this.session.request(slot, block, message, true);
    this.requested();
  }

  /**
   * Sends a call with a stream. Only while `accepting`.
   * @param message the only one; null: the client streams, and more than the head follows later
   */
  sendStream(
    request: PreparedCall,
    ticket: number,
    sentNs: number,
    block: string,
    message: string | null,
    values: Values,
  ): void {
    const slot = this.take(ticket, sentNs);
    const call = this.#calls[slot] as Call;
    call.begin(request);
    call.beginStreams(request, values, sentNs);
    this.#agenda.set(call, call.endNs);
    this.session.request(slot, block, message, message !== null);
    this.#outgoing.resume(call);
    this.requested();
  }

  callDue(call: Call, atNs: number): void {
    const { request, slot } = call;
    if (request === null) return;
    if (request.clientStreams) {
      this.#outgoing.resume(call);
    } else {
      this.eventNs = atNs;
      this.session.cancel(slot, ErrorCode.cancel);
      this.#finish(call, OutcomeKind.ok, GrpcStatus.OK);
    }
    this.flushSoon();
  }

  onHeaders(slot: number, head: ResponseHead, endStream: boolean): void {
    (this.#calls[slot] as Call).takeHead(head, endStream);
  }

  onData(slot: number, bytes: Buffer, from: number, to: number): void {
    const call = this.#calls[slot] as Call;
    const { reader, request } = call;
    // What comes with another status of HTTP is for people.
    if (!call.isGrpc || call.httpStatus !== 200 || request === null) return;
    reader.feed(bytes, from, to);
    if (reader.error !== null) {
      this.session.cancel(slot, ErrorCode.cancel);
      this.#finish(call, OutcomeKind.protocol, reader.error.status);
    } else if (request.kind !== 'unary' && reader.messages > call.told) {
      this.#received(call, request);
    }
  }

  #received(call: Call, request: PreparedCall): void {
    if (call.reader.messages >= request.takes) {
      this.session.cancel(call.slot, ErrorCode.cancel);
      this.#finish(call, OutcomeKind.ok, GrpcStatus.OK);
    } else if (!call.untold) {
      call.untold = true;
      this.#untold.push(call);
    }
  }

  onTrailers(slot: number, head: ResponseHead): void {
    (this.#calls[slot] as Call).grpcStatus = head.grpcStatus;
  }

  onEnd(slot: number): void {
    const call = this.#calls[slot] as Call;
    const { grpcStatus, httpStatus, isGrpc, reader } = call;
    const kind = kindOfResponse(httpStatus, isGrpc, grpcStatus);
    const status = statusOfResponse(httpStatus, isGrpc, grpcStatus);
    if (kind !== OutcomeKind.ok) {
      if (kind === OutcomeKind.status && this.#isOverdue(slot, status)) this.timedOut(slot);
      else this.#finish(call, kind, status);
      return;
    }
    const error = reader.end();
    if (error !== null) this.#finish(call, OutcomeKind.protocol, error.status);
    // gRPC "Status codes": response cardinality violation.
    else if (call.request?.serverStreams !== true && reader.messages !== 1)
      this.#finish(call, OutcomeKind.protocol, GrpcStatus.UNIMPLEMENTED);
    else this.#finish(call, OutcomeKind.ok, GrpcStatus.OK);
  }

  onReset(slot: number, code: number, by: ResetBy): void {
    const call = this.#calls[slot] as Call;
    if (!this.wasReady) {
      this.#finish(call, OutcomeKind.connect, GrpcStatus.UNAVAILABLE);
    } else if (by === ResetBy.peer) {
      const status = statusOfReset(code);
      if (this.#isOverdue(slot, status)) this.timedOut(slot);
      else this.#finish(call, OutcomeKind.read, status);
    } else if (by === ResetBy.session) {
      this.#finish(call, OutcomeKind.protocol, GrpcStatus.INTERNAL);
    } else if (!this.#sentAgain(call, by)) {
      this.#finish(call, OutcomeKind.read, GrpcStatus.UNAVAILABLE);
    }
  }

  /** As gRPC's clients do, without a word ("transparent retry"); what a stream had sent is gone, and it fails. */
  #sentAgain({ slot, request, block, message }: Call, by: ResetBy): boolean {
    if (request?.kind !== 'unary') return false;
    // Links of one pool are of one kind.
    return this.again(slot, by, (on, ticket, sentNs) =>
      (on as CallLink).send(request, ticket, sentNs, block, message),
    );
  }

  onDrain(slot: number): void {
    this.#outgoing.resume(this.#calls[slot] as Call);
  }

  protected timedOut(slot: number): void {
    this.#finish(this.#calls[slot] as Call, OutcomeKind.timeout, GrpcStatus.DEADLINE_EXCEEDED);
  }

  /** @param kind `timeout`: the run is over, and its calls are given up */
  protected lost(slot: number, kind: OutcomeKind): void {
    const status = kind === OutcomeKind.timeout ? GrpcStatus.CANCELLED : GrpcStatus.UNAVAILABLE;
    this.#finish(this.#calls[slot] as Call, kind, status);
  }

  protected override flush(): void {
    if (this.#untold.length > 0) this.#tellAll();
    if (this.#outgoing.hasWork && this.channel.backlog < MAX_BACKLOG_BYTES) this.#outgoing.run(nowNs());
    super.flush();
    if (this.#outgoing.hasWork) this.#resumeLater();
  }

  /** The server has the same deadline, and may be the first to see that it has passed. */
  #isOverdue(slot: number, status: number): boolean {
    const mayBe = status === GrpcStatus.DEADLINE_EXCEEDED || status === GrpcStatus.CANCELLED;
    return mayBe && this.eventNs - this.sentNsOf(slot) >= this.#timeoutNs;
  }

  #finish(call: Call, kind: OutcomeKind, status: number): void {
    if (call.request?.kind !== 'unary') {
      this.#tell(call);
      call.sending = false;
      this.#agenda.remove(call);
    }
    this.settle(call.slot, kind, status);
  }

  #tellAll(): void {
    for (const call of this.#untold) if (call.untold) this.#tell(call);
    this.#untold.length = 0;
  }

  /** Tells of the messages that a call received since the last time. */
  #tell(call: Call): void {
    call.untold = false;
    const received = Math.min(call.reader.messages, call.request?.takes ?? 0);
    const count = received - call.told;
    if (count <= 0) return;
    const sinceNs = call.sendTimes?.take(call.told + 1) ?? call.lastNs;
    call.told = received;
    call.lastNs = this.eventNs;
    this.#events.messagesReceived(this.ticketOf(call.slot), count, this.eventNs - sinceNs, this.eventNs);
  }

  /** Not at once, so that what comes in is read in between; and not before the kernel took some of it. */
  #resumeLater(): void {
    if (this.#resumeDue || this.state === 'ended') return;
    this.#resumeDue = true;
    if (this.channel.backlog < MAX_BACKLOG_BYTES) setImmediate(this.#resume);
    else setTimeout(this.#resume, BACKLOG_WAIT_MS);
  }

  readonly #resume = (): void => {
    this.#resumeDue = false;
    this.flush();
  };
}
