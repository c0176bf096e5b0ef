import { type DriverEvents, nowNs, OutcomeKind, type Values } from '../../core/index.js';
import { decodeGrpcMessage, GrpcStatus, grpcStatusName, statusOfReset } from '../../wire/grpc/index.js';
import { ErrorCode, ResetBy, type ResponseHead } from '../../wire/http2/index.js';
import { isBreach, Link, type LinkParts, type LinkPlace } from '../http2/link.js';
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

/** A timer of Node may go off so much early. */
const EARLY_NS = 2e6;
/** Share of a time-out after which a server's word that it has passed is about ours: its timers are coarse. */
const SERVER_DEADLINE = 0.9;
/** What is looked at of a failure's text, as it came. */
const MAX_MESSAGE_BYTES = 1000;

/** A connection with gRPC calls on it. */
export class CallLink extends Link implements CallOwner {
  readonly #events: DriverEvents;
  readonly #agenda: Agenda;
  readonly #timeoutNs: number;
  readonly #calls: readonly Call[];
  readonly #outgoing: Outgoing;
  /** Calls that received messages which were not told yet: once for all that one read brought. */
  readonly #untold: Call[] = [];

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
   * @param toldSent messages of it that were told to be sent by an attempt before
   */
  sendStream(
    request: PreparedCall,
    ticket: number,
    sentNs: number,
    block: string,
    message: string | null,
    values: Values,
    toldSent = 0,
  ): void {
    const slot = this.take(ticket, sentNs);
    const call = this.#calls[slot] as Call;
    call.begin(request);
    call.beginStreams(request, values, sentNs);
    call.block = block;
    call.message = message;
    call.toldSent = toldSent;
    this.#agenda.set(call, call.endNs);
    this.session.request(slot, block, message, message !== null);
    if (message !== null) {
      // Its bytes are counted by who sends the call.
      call.hold(1, 0);
      if (this.session.queued(slot) === 0) call.release();
    }
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
    this.flushCancelled();
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
      this.#breach(call, reader.error.status, reader.error.text);
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
    (this.#calls[slot] as Call).takeStatus(head);
  }

  onEnd(slot: number): void {
    const call = this.#calls[slot] as Call;
    const { grpcStatus, httpStatus, isGrpc, reader } = call;
    const kind = kindOfResponse(httpStatus, isGrpc, grpcStatus);
    const status = statusOfResponse(httpStatus, isGrpc, grpcStatus);
    if (kind !== OutcomeKind.ok) {
      if (kind === OutcomeKind.status && this.#isOverdue(slot, status)) this.timedOut(slot);
      else this.#fail(call, kind, status);
      return;
    }
    const error = reader.end();
    if (error !== null) this.#breach(call, error.status, error.text);
    // gRPC "Status codes": response cardinality violation.
    else if (call.request?.serverStreams !== true && reader.messages !== 1)
      this.#breach(call, GrpcStatus.UNIMPLEMENTED, 'not one message in a response that is to have one');
    else this.#finish(call, OutcomeKind.ok, GrpcStatus.OK);
  }

  /** A whole response that is none of success. */
  #fail(call: Call, kind: OutcomeKind, status: number): void {
    if (call.isGrpc && call.grpcStatus >= 0) {
      // Of a text without an end the beginning is enough.
      const text = () => decodeGrpcMessage(call.grpcMessage.slice(0, MAX_MESSAGE_BYTES));
      this.faults.add(`status ${grpcStatusName(status)}`, text);
    } else {
      const text = () => `HTTP status ${call.httpStatus}`;
      this.faults.add(call.isGrpc ? 'no grpc-status' : 'not gRPC', text);
    }
    this.#finish(call, kind, status);
  }

  #breach(call: Call, status: number, reason: string): void {
    this.faults.add(reason);
    this.#finish(call, OutcomeKind.protocol, status);
  }

  onReset(slot: number, code: number, by: ResetBy, reason: string): void {
    const call = this.#calls[slot] as Call;
    if (!this.wasReady) {
      this.#finish(call, OutcomeKind.connect, GrpcStatus.UNAVAILABLE);
    } else if (by === ResetBy.peer) {
      const status = statusOfReset(code);
      if (this.#isOverdue(slot, status)) this.timedOut(slot);
      else {
        this.noteReset(code, by, reason);
        this.#finish(call, OutcomeKind.read, status);
      }
    } else if (isBreach(by)) {
      this.noteReset(code, by, reason);
      this.#finish(call, OutcomeKind.protocol, GrpcStatus.INTERNAL);
    } else if (!this.#sentAgain(call, by)) {
      this.#finish(call, OutcomeKind.read, GrpcStatus.UNAVAILABLE);
    }
  }

  /** As gRPC's clients do, without a word ("transparent retry"): a stream begins anew, and is told on from where it was. */
  #sentAgain(call: Call, by: ResetBy): boolean {
    const { slot, request, block, message, values } = call;
    if (request === null || !call.isUnanswered) return false;
    // Links of one pool are of one kind.
    return this.again(slot, by, (on, ticket, sentNs) => {
      if (request.kind === 'unary' && message !== null) {
        (on as CallLink).send(request, ticket, sentNs, block, message);
        return;
      }
      this.#agenda.remove(call);
      call.abandon();
      (on as CallLink).sendStream(request, ticket, sentNs, block, message, values, call.toldSent);
    });
  }

  onDrain(slot: number): void {
    const call = this.#calls[slot] as Call;
    if (call.request?.kind !== 'unary') this.#outgoing.drained(call);
  }

  protected timedOut(slot: number): void {
    this.#finish(this.#calls[slot] as Call, OutcomeKind.timeout, GrpcStatus.DEADLINE_EXCEEDED);
  }

  /** @param kind `timeout`: the run is over, and its calls are given up */
  protected lost(slot: number, kind: OutcomeKind): void {
    // The end of the run, or of the connection, may come before the sweep that looks for these.
    if (this.eventNs - this.sentNsOf(slot) >= this.#timeoutNs - EARLY_NS) {
      this.timedOut(slot);
      return;
    }
    const status = kind === OutcomeKind.timeout ? GrpcStatus.CANCELLED : GrpcStatus.UNAVAILABLE;
    this.#finish(this.#calls[slot] as Call, kind, status);
  }

  protected override flush(): void {
    if (this.#untold.length > 0) this.#tellAll();
    if (this.#outgoing.hasWork && !this.clogged) this.#outgoing.run(nowNs());
    super.flush();
    if (this.#outgoing.hasWork) this.flushLater();
  }

  /** The server has the same deadline, and may be the first to see that it has passed. */
  #isOverdue(slot: number, status: number): boolean {
    const mayBe = status === GrpcStatus.DEADLINE_EXCEEDED || status === GrpcStatus.CANCELLED;
    return mayBe && this.eventNs - this.sentNsOf(slot) >= SERVER_DEADLINE * this.#timeoutNs;
  }

  #finish(call: Call, kind: OutcomeKind, status: number): void {
    if (call.request?.kind !== 'unary') {
      this.#tell(call);
      this.#outgoing.tell(call, this.eventNs);
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
    const atNs = this.eventNs;
    const ticket = this.ticketOf(call.slot);
    if (call.request?.kind === 'bidiStreaming') {
      // Each has waited for an answer of its own.
      while (call.told < received) {
        const sinceNs = call.sendTimes?.take(++call.told) ?? call.lastNs;
        call.lastNs = atNs;
        this.#events.messagesReceived(ticket, 1, atNs - sinceNs, atNs);
      }
      return;
    }
    const sinceNs = call.lastNs;
    call.told = received;
    call.lastNs = atNs;
    this.#events.messagesReceived(ticket, count, atNs - sinceNs, atNs);
  }
}
